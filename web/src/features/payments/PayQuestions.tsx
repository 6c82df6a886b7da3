import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { useIntentKey } from "@/api/intentKey";
import type { PayQuestion } from "@/api/types";
import { Countdown } from "@/components/Countdown";
import { ErrorNote } from "@/components/ErrorNote";
import { Money } from "@/components/Money";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { Sheet } from "@/components/Sheet";
import { SubmitButton } from "@/components/SubmitButton";
import { notify } from "@/components/notify";
import { useSubmit } from "@/components/useSubmit";
import { useMoneyMoved } from "@/features/wallet/queries";
import { payQuestionsQuery } from "./queries";
import styles from "./payCode.module.css";
import payments from "./payments.module.css";

const STREAM = "/api/v1/pay-questions/stream";

const HANG_AGAIN_MS = 5_000;

/**
 * Asks at once, wherever the person is in the app, when a merchant wants more than may go unasked. Keyed by
 * person: what one put off another hasn't.
 */
export function PayQuestions({ userNo }: { userNo: string }) {
  const { pathname } = useLocation();
  useBell(userNo);
  const [later, setLater] = useState<readonly string[]>([]);
  const questions = useQuery({ ...payQuestionsQuery(userNo), enabled: false });
  const question = questions.data?.find(({ trade_no }) => !later.includes(trade_no) && !pathname.endsWith(trade_no));
  if (!question) return null;
  return (
    <Question
      key={question.trade_no}
      question={question}
      onLater={() => {
        setLater([...later, question.trade_no]);
      }}
    />
  );
}

/** Looks at the questions whenever the server says that they have changed, while the page is in sight. */
function useBell(userNo: string): void {
  const client = useQueryClient();
  useEffect(() => {
    const query = payQuestionsQuery(userNo);
    let bell: EventSource | null = null;
    let later: ReturnType<typeof setTimeout> | undefined;
    const look = () => void client.fetchQuery({ ...query, staleTime: 0 }).catch(() => undefined);
    const hang = () => {
      clearTimeout(later);
      bell?.close();
      bell = null;
      // A page out of sight would hold one of the few connections that a browser has for a server.
      if (document.visibilityState !== "visible") return;
      bell = new EventSource(STREAM);
      bell.addEventListener("questions", ({ data }) => {
        if (data === "0") client.setQueryData(query.queryKey, []);
        else look();
      });
      // A stream that broke comes again by itself; one that was answered with an error never does.
      bell.addEventListener("error", ({ target }) => {
        if (target instanceof EventSource && target.readyState === EventSource.CLOSED) {
          later = setTimeout(hang, HANG_AGAIN_MS);
        }
      });
    };
    hang();
    document.addEventListener("visibilitychange", hang);
    return () => {
      document.removeEventListener("visibilitychange", hang);
      clearTimeout(later);
      bell?.close();
    };
  }, [client, userNo]);
}

function Question({ question, onLater }: { question: PayQuestion; onLater: () => void }) {
  const { t } = useTranslation("payments");
  const { trade_no } = question;
  const navigate = useNavigate();
  const intentKey = useIntentKey();
  const moneyMoved = useMoneyMoved();
  const { error, submit } = useSubmit();
  const [confirming, setConfirming] = useState(false);

  const pay = async (pay_password: string) => {
    await call(
      api.POST("/api/v1/cashier/{trade_no}/payments", {
        params: { path: { trade_no } },
        body: { fund: "balance", card_id: null, pay_password },
        headers: intentKey.headers(trade_no),
      }),
    );
    intentKey.done();
    onLater();
    void moneyMoved();
    await navigate(`/cashier/${trade_no}`);
  };
  const decline = async () => {
    await call(api.POST("/api/v1/pay-questions/{trade_no}/decline", { params: { path: { trade_no } } }));
    onLater();
    notify(t("question.declined"));
  };
  if (confirming) {
    return (
      <PayPasswordSheet
        open
        onClose={() => {
          setConfirming(false);
        }}
        onConfirm={pay}
        amountFen={question.amount_fen}
        purpose={question.merchant_name}
      />
    );
  }
  return (
    <Sheet open title={t("question.title")} onClose={onLater}>
      <div className={styles.question}>
        <p className={payments.merchant}>{question.merchant_name}</p>
        <Money fen={question.amount_fen} size="xl" />
        <p className={styles.note}>{question.subject}</p>
        <p className={payments.countdown}>
          {t("payWithin")} <Countdown until={question.expires_at} onEnd={onLater} />
        </p>
        <p className={styles.note}>{t("question.why")}</p>
        <ErrorNote error={error} />
        <SubmitButton
          onClick={() => {
            setConfirming(true);
            return Promise.resolve();
          }}
        >
          {t("question.yes")}
        </SubmitButton>
        <SubmitButton
          kind="outline"
          onClick={async () => {
            onLater();
            await navigate(`/cashier/${trade_no}`);
          }}
        >
          {t("question.otherwise")}
        </SubmitButton>
        <SubmitButton kind="quiet" onClick={() => submit(decline)}>
          {t("question.no")}
        </SubmitButton>
      </div>
    </Sheet>
  );
}
