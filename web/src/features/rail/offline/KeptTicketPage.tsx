import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { TicketCard } from "../ticket/TicketCard";
import { TicketTurner } from "../ticket/TicketTurner";
import { keptTicketsQuery } from "./keptTickets";
import { OfflineMark } from "./OfflineMark";
import { OfflinePage } from "./OfflinePage";

/** A ticket as this phone kept it, when nobody can be asked: often not even who is signed in. */
export function KeptTicketPage({ error, onRetry }: { error: unknown; onRetry: () => Promise<unknown> }) {
  const { t } = useTranslation("rail");
  const { ticketId = "" } = useParams();
  const all = useQuery(keptTicketsQuery);
  const kept = all.data?.find(({ ticket }) => ticket.ticket_id === ticketId);
  if (all.isSuccess && !kept) return <OfflinePage error={error} onRetry={onRetry} />;
  const siblings = all.data?.filter(({ ticket }) => ticket.order_id === kept?.ticket.order_id) ?? [];
  return (
    <PageShell title={t("ticket.title")} back="/">
      {kept ? (
        <>
          <OfflineMark asOf={kept.asOf} />
          <TicketTurner ids={siblings.map(({ ticket }) => ticket.ticket_id)} id={ticketId}>
            <TicketCard ticket={kept.ticket} />
          </TicketTurner>
        </>
      ) : (
        <Skeletons height={520} />
      )}
    </PageShell>
  );
}
