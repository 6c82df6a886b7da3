import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useTimeWords } from "@/components/time";
import { useSubmit } from "@/components/useSubmit";
import { Mark, type Tone } from "../Mark";
import { Failure } from "../Page";
import { ask } from "../session";
import styles from "../console.module.css";
import type { Notification } from "./queries";

const TONES: Record<string, Tone> = { delivered: "good", waiting: "waits", given_up: "bad" };
/** Words for what came back; anything else is the network's own name of a fault. */
const ANSWERS = ["answer", "timeout", "not public", "too large", "compressed", "address"];

/** One notification: what it told, how it went, and sending it again. */
export function NotificationRow({ told }: { told: Notification }) {
  const { t } = useTranslation("console");
  const words = useTimeWords();
  const client = useQueryClient();
  const { busy, error, submit } = useSubmit();
  const resend = () =>
    submit(async () => {
      const params = { path: { notification_id: told.notification_id } };
      await ask(api.POST("/api/v1/console/notifications/{notification_id}/resend", { params }));
      await client.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith("console-") });
    });
  return (
    <div className={styles.item}>
      <span className={styles.grow}>
        <strong>
          {t(`notifications.kinds.${told.kind}`)} <span className="tabular">{told.out_no}</span>
        </strong>
        <span className={styles.quiet}>{told.url}</span>
        <span className={styles.quiet}>
          {t("notifications.attempts", { count: told.attempts })}
          {told.answer !== null && ` · ${t("notifications.answer", { answer: answerIn(t, told.answer) })}`}
          {told.next_try_at && ` · ${t("notifications.next", { at: words.full(told.next_try_at) })}`}
          {told.done_at && ` · ${t("notifications.doneAt", { at: words.full(told.done_at) })}`}
        </span>
        <Failure error={error} />
      </span>
      <Mark tone={TONES[told.state] ?? "plain"}>{t(`notifications.states.${told.state}`)}</Mark>
      <Button size="small" loading={busy} onClick={() => void resend()}>
        {t("notifications.resend")}
      </Button>
    </div>
  );
}

function answerIn(t: (key: string) => string, answer: string): string {
  return ANSWERS.includes(answer) ? t(`notifications.answers.${answer.replace(" ", "_")}`) : answer;
}
