import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/EmptyState";
import { ListCard, ListRow } from "@/components/ListCard";
import { PageShell } from "@/components/PageShell";
import { useSentence } from "@/components/sentence";
import { SubmitButton } from "@/components/SubmitButton";
import { useTimeWords } from "@/components/time";
import { KeptCodeRow } from "@/features/payments/offline/KeptCodeRow";
import { useRailWords } from "../data/words";
import { keptTicketsQuery } from "./keptTickets";
import styles from "./offline.module.css";

/** Nobody can be asked: what can be done nevertheless, and trying again. */
export function OfflinePage({ error, onRetry }: { error: unknown; onRetry: () => Promise<unknown> }) {
  const { t } = useTranslation("rail");
  const { nameOf, seat } = useRailWords();
  const words = useTimeWords();
  const sentence = useSentence();
  const kept = useQuery(keptTicketsQuery);
  return (
    <PageShell title={t("offline.title")} root>
      <EmptyState
        drawing="lost"
        title={sentence(error)}
        text={t("offline.text")}
        action={
          <SubmitButton block={false} size="middle" onClick={onRetry}>
            {t("common:retry")}
          </SubmitButton>
        }
      />
      <KeptCodeRow />
      <ListCard title={t("offline.tickets")}>
        {kept.data?.length === 0 && <p className={styles.none}>{t("offline.none")}</p>}
        <ul>
          {kept.data?.map(({ ticket }) => (
            <li key={ticket.ticket_id}>
              <ListRow
                icon="train"
                title={`${ticket.train_code} ${nameOf(ticket.from)} → ${nameOf(ticket.to)}`}
                text={[
                  words.moment(ticket.depart_at),
                  ticket.passenger_name,
                  `${t("seat.coach", { coach: ticket.coach })} ${seat(ticket.seat)}`,
                ].join(" · ")}
                to={`/tickets/e/${ticket.ticket_id}`}
              />
            </li>
          ))}
        </ul>
      </ListCard>
    </PageShell>
  );
}
