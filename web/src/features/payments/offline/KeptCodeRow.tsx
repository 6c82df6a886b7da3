import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ListCard, ListRow } from "@/components/ListCard";
import { useTimeWords } from "@/components/time";
import { keptQuery } from "./kept";

/** The way to the codes that this phone makes without a network; nothing where it makes none. */
export function KeptCodeRow() {
  const { t } = useTranslation("payments");
  const words = useTimeWords();
  const kept = useQuery(keptQuery);
  if (!kept.data || kept.data.left === 0) return null;
  return (
    <ListCard>
      <ListRow
        icon="payCode"
        title={t("code.title")}
        text={t("device.until", { at: words.moment(kept.data.expiresAt) })}
        to="/pay-code"
      />
    </ListCard>
  );
}
