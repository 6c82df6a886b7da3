import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { ListCard, ListRow } from "@/components/ListCard";
import { withNext } from "@/components/next";

/** Tickets are sold to people with a real name: the way to give it, and back here. */
export function RealNameGuide() {
  const { t } = useTranslation("rail");
  const { pathname, search } = useLocation();
  return (
    <ListCard title={t("passengers.title")}>
      <ListRow
        icon="id"
        title={t("passengers.realName")}
        text={t("passengers.realNameText")}
        to={withNext("/me/real-name", pathname + search)}
      />
    </ListCard>
  );
}
