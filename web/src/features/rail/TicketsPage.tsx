import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/EmptyState";
import { PageShell } from "@/components/PageShell";

export function TicketsPage() {
  const { t } = useTranslation();
  return (
    <PageShell title={t("tab.tickets")} root>
      <EmptyState drawing="station" title={t("loading")} />
    </PageShell>
  );
}
