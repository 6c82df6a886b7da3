import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { ApiError } from "@/api/error";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { orderQuery, ticketQuery } from "../data/queries";
import { keptTicketsQuery } from "../offline/keptTickets";
import { OfflineMark } from "../offline/OfflineMark";
import { TicketCard } from "./TicketCard";
import { TicketTurner } from "./TicketTurner";

/** The ticket to show at the gate; its order's other tickets are a swipe away. */
export function TicketPage() {
  const { t } = useTranslation("rail");
  const { ticketId = "" } = useParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const ticket = useQuery(ticketQuery(ticketId));
  const orderId = ticket.data?.order_id;
  const order = useQuery({ ...orderQuery(orderId ?? ""), enabled: orderId !== undefined });
  const siblings = order.data?.seats.flatMap((seat) => seat.ticket_id ?? []) ?? [ticketId];
  const others = siblings.join(" ");
  // Nobody can be asked: what was kept is shown, and said to be that.
  const outage = ticket.error instanceof ApiError && ticket.error.isOutage;
  const all = useQuery({ ...keptTicketsQuery, enabled: outage });
  const kept = outage ? all.data?.find((each) => each.ticket.ticket_id === ticketId) : undefined;
  const shown = ticket.data ?? kept?.ticket;

  // Turning to another ticket shouldn't show a grey page first: there is a queue at the gate.
  useEffect(() => {
    for (const id of others.split(" ")) void client.prefetchQuery(ticketQuery(id));
  }, [client, others]);

  return (
    <PageShell
      title={t("ticket.title")}
      back={orderId ? `/tickets/orders/${orderId}` : "/tickets/orders"}
    >
      {kept && <OfflineMark asOf={kept.asOf} />}
      {ticket.isError && !kept && <PageError error={ticket.error} onRetry={() => ticket.refetch()} home="/tickets/orders" />}
      {ticket.isPending && <Skeletons height={520} />}
      {shown && (
        <TicketTurner
          place={Math.max(0, siblings.indexOf(ticketId))}
          count={siblings.length}
          onTurn={(place) => {
            const next = siblings[place];
            if (next) void navigate(`/tickets/e/${next}`, { replace: true });
          }}
        >
          <TicketCard ticket={shown} />
        </TicketTurner>
      )}
    </PageShell>
  );
}
