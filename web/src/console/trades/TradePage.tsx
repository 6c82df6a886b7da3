import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useFailure } from "@/api/useFailure";
import { Money } from "@/components/Money";
import { useTimeWords } from "@/components/time";
import { NotificationRow } from "../notifications/NotificationRow";
import { Failure, Page, Part } from "../Page";
import styles from "../console.module.css";
import { RefundForm } from "./RefundForm";
import { State } from "./State";
import { tradeQuery, type TradeDetails } from "./queries";

export function TradePage() {
  const { t } = useTranslation("console");
  const { tradeNo = "" } = useParams();
  const trade = useQuery(tradeQuery(tradeNo));
  const failure = useFailure(trade);
  return (
    <Page
      title={trade.data?.subject ?? t("trades.one")}
      lead={<Link to="/trades">{t("trades.all")}</Link>}
      actions={trade.data && <State trade={trade.data} />}
    >
      <Failure error={failure} retry={() => void trade.refetch()} />
      {trade.isPending && !failure && (
        <div aria-busy="true">
          <Skeleton active />
        </div>
      )}
      {trade.data && <Whole trade={trade.data} />}
    </Page>
  );
}

function Whole({ trade }: { trade: TradeDetails }) {
  const { t } = useTranslation("console");
  const words = useTimeWords();
  const left_fen = trade.amount_fen - trade.refunded_fen;
  const refundable = trade.status === "TRADE_SUCCESS" && left_fen > 0;
  const facts: [string, ReactNode][] = [
    [t("trades.amount"), <Money key="amount" fen={trade.amount_fen} size="m" />],
    [t("trades.tradeNo"), trade.trade_no],
    [t("trades.outTradeNo"), trade.out_trade_no],
    ["app_id", trade.app_id],
    [t("trades.buyer"), trade.buyer],
    [t("trades.createdAt"), words.full(trade.created_at)],
    [t("trades.paidAt"), trade.paid_at && words.full(trade.paid_at)],
    [t("trades.closedAt"), trade.closed_at && words.full(trade.closed_at)],
    [t("trades.expiresAt"), trade.status === "WAIT_BUYER_PAY" ? words.full(trade.expires_at) : null],
    [t("trades.body"), trade.body],
  ];
  return (
    <>
      <Part title={t("trades.facts")}>
        <dl className={styles.facts}>
          {facts
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="tabular">{value}</dd>
              </div>
            ))}
        </dl>
      </Part>
      <Part title={t("refunds.title")} lead={trade.refunds.length === 0 ? t("refunds.noneYet") : undefined}>
        <div className={styles.list}>
          {trade.refunds.map((refund) => (
            <div key={refund.out_request_no} className={styles.line}>
              <span className={styles.grow}>
                <strong className="tabular">{refund.out_request_no}</strong>
                <span className={styles.quiet}>
                  {words.full(refund.at)}
                  {refund.why && ` · ${refund.why}`}
                </span>
              </span>
              <Money fen={-refund.amount_fen} size="m" />
            </div>
          ))}
        </div>
        {refundable && <RefundForm trade={trade} leftFen={left_fen} />}
      </Part>
      <Part title={t("notifications.title")} lead={trade.notifications.length === 0 ? t("notifications.noneOfTrade") : undefined}>
        <div className={styles.list}>
          {trade.notifications.map((each) => (
            <NotificationRow key={each.notification_id} told={each} />
          ))}
        </div>
      </Part>
    </>
  );
}
