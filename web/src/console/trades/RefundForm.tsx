import { useQueryClient } from "@tanstack/react-query";
import { App as Antd, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { newKey } from "@/api/intentKey";
import { fenOf, yuan } from "@/components/money";
import { useSubmit } from "@/components/useSubmit";
import { Failure } from "../Page";
import { ask } from "../session";
import styles from "../console.module.css";
import { tradeQuery, type TradeDetails } from "./queries";

/** Gives money back. The request number makes it once, however often it is pressed. */
export function RefundForm({ trade, leftFen }: { trade: TradeDetails; leftFen: number }) {
  const { t } = useTranslation("console");
  const client = useQueryClient();
  const { modal } = Antd.useApp();
  const { busy, error, submit } = useSubmit();
  const [amount, setAmount] = useState("");
  const [number, setNumber] = useState(newNumber);
  const [why, setWhy] = useState("");
  const fen = fenOf(amount);
  const fits = fen !== null && fen > 0 && fen <= leftFen && number.trim() !== "";
  const refund = () =>
    submit(async () => {
      const params = { path: { trade_no: trade.trade_no } };
      const body = { amount_fen: fen ?? 0, out_request_no: number.trim(), why: why.trim() };
      await ask(api.POST("/api/v1/console/trades/{trade_no}/refunds", { params, body }));
      await client.invalidateQueries({ queryKey: tradeQuery(trade.trade_no).queryKey });
      setAmount("");
      setWhy("");
      setNumber(newNumber());
    });
  const confirm = () => {
    modal.confirm({
      title: t("refunds.confirm", { amount: yuan(fen ?? 0) }),
      content: t("refunds.confirmText", { buyer: trade.buyer }),
      okText: t("refunds.go"),
      onOk: refund,
    });
  };
  return (
    <form
      className={styles.form}
      style={{ marginTop: 20 }}
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      <div className={styles.columns}>
        <div className={styles.field}>
          <label htmlFor="refund-amount">{t("refunds.amount")}</label>
          <Input
            id="refund-amount"
            prefix="¥"
            inputMode="decimal"
            value={amount}
            maxLength={14}
            aria-describedby="refund-left"
            onChange={(event) => {
              setAmount(event.target.value);
            }}
          />
          <span id="refund-left" className={styles.quiet}>
            {t("refunds.left", { amount: yuan(leftFen) })}
          </span>
        </div>
        <div className={styles.field}>
          <label htmlFor="refund-number">{t("refunds.number")}</label>
          <Input
            id="refund-number"
            value={number}
            maxLength={64}
            onChange={(event) => {
              setNumber(event.target.value);
            }}
          />
        </div>
        <div className={styles.field}>
          <label htmlFor="refund-why">{t("refunds.why")}</label>
          <Input
            id="refund-why"
            value={why}
            maxLength={256}
            onChange={(event) => {
              setWhy(event.target.value);
            }}
          />
        </div>
      </div>
      <Failure error={error} />
      <div className={styles.row}>
        <Button type="primary" htmlType="submit" loading={busy} disabled={!fits}>
          {t("refunds.go")}
        </Button>
      </div>
    </form>
  );
}

function newNumber(): string {
  return `console-${newKey().slice(0, 16)}`;
}
