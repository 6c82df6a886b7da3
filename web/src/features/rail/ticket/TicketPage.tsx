import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { ApiError } from "@/api/error";
import { useFailure } from "@/api/useFailure";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { orderQuery, ticketQuery } from "../data/queries";
import { KeptTicketPage } from "../offline/KeptTicketPage";
import { keptTicketsQuery } from "../offline/keptTickets";
import { OfflineMark } from "../offline/OfflineMark";
import { TicketCard } from "./TicketCard";
import { TicketTurner } from "./TicketTurner";

/** The ticket to show at the gate; its order's other tickets are a swipe away. */
export function TicketPage() {
  const { t } = useTranslation("rail");
  const { ticketId = "" } = useParams();
  const client = useQueryClient();
  const ticket = useQuery(ticketQuery(ticketId));
  const orderId = ticket.data?.order_id;
  const order = useQuery({ ...orderQuery(orderId ?? ""), enabled: orderId !== undefined });
  const siblings = order.data?.seats.flatMap((seat) => seat.ticket_id ?? []) ?? [ticketId];
  const others = siblings.join(" ");
  // Nobody can be asked: what is shown is said to be from before.
  const failure = useFailure(ticket);
  const outage = failure instanceof ApiError && failure.isOutage;
  const all = useQuery({ ...keptTicketsQuery, enabled: outage });
  const kept = outage ? all.data?.find((each) => each.ticket.ticket_id === ticketId) : undefined;

  // Turning to another ticket shouldn't show a grey page first: there is a queue at the gate.
  useEffect(() => {
    for (const id of others.split(" ")) void client.prefetchQuery(ticketQuery(id));
  }, [client, others]);

  if (outage && !ticket.data) return <KeptTicketPage error={failure} onRetry={() => ticket.refetch()} />;
  return (
    <PageShell
      title={t("ticket.title")}
      back={orderId ? `/tickets/orders/${orderId}` : "/tickets/orders"}
    >
      {kept && <OfflineMark asOf={kept.asOf} />}
      {ticket.isError && !kept && <PageError error={ticket.error} onRetry={() => ticket.refetch()} home="/tickets/orders" />}
      {ticket.isPending && <Skeletons height={520} />}
      {ticket.data && (
        <TicketTurner ids={siblings} id={ticketId}>
          <TicketCard ticket={ticket.data} />
        </TicketTurner>
      )}
    </PageShell>
  );
}
