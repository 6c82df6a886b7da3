import { useTranslation } from "react-i18next";
import { useInstall } from "@/components/installing";
import { ListCard, ListRow } from "@/components/ListCard";

/** Putting the app on the home screen, where that isn't done and the browser lets us. */
export function InstallRow() {
  const { t } = useTranslation("people");
  const install = useInstall();
  if (!install) return null;
  return (
    <ListCard>
      {install.way === "button" ? (
        <ListRow icon="phone" title={t("install.title")} text={t("install.text")} onClick={() => void install.install()} />
      ) : (
        <ListRow icon="phone" title={t("install.title")} text={t("install.hint")} />
      )}
    </ListCard>
  );
}
