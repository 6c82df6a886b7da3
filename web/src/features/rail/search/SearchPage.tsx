import { useTranslation } from "react-i18next";
import { ListCard, ListRow } from "@/components/ListCard";
import { PageShell } from "@/components/PageShell";
import { UpcomingTrip } from "../UpcomingTrip";
import { SearchCard } from "./SearchCard";

/** Where a journey begins: from, to, when; below it what was bought. */
export function SearchPage() {
  const { t } = useTranslation("rail");
  return (
    <PageShell title={t("search.title")} root>
      <SearchCard />
      <UpcomingTrip />
      <ListCard>
        <ListRow
          icon="bills"
          title={t("orders.title")}
          text={t("search.ordersText")}
          to="/tickets/orders"
        />
      </ListCard>
    </PageShell>
  );
}
