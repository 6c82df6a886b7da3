import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { orderQuery, ticketQuery } from "../data/queries";
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

  // Turning to another ticket shouldn't show a grey page first: there is a queue at the gate.
  useEffect(() => {
    for (const id of others.split(" ")) void client.prefetchQuery(ticketQuery(id));
  }, [client, others]);

  return (
    <PageShell
      title={t("ticket.title")}
      back={orderId ? `/tickets/orders/${orderId}` : "/tickets/orders"}
    >
      {ticket.isError && <PageError error={ticket.error} onRetry={() => ticket.refetch()} home="/tickets/orders" />}
      {ticket.isPending && <Skeletons height={520} />}
      {ticket.data && (
        <TicketTurner
          place={Math.max(0, siblings.indexOf(ticketId))}
          count={siblings.length}
          onTurn={(place) => {
            const next = siblings[place];
            if (next) void navigate(`/tickets/e/${next}`, { replace: true });
          }}
        >
          <TicketCard ticket={ticket.data} />
        </TicketTurner>
      )}
    </PageShell>
  );
}
