import { useInfiniteQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Money } from "@/components/Money";
import { useTimeWords } from "@/components/time";
import { DaysField } from "../DaysField";
import { Listing } from "../Listing";
import { Page } from "../Page";
import styles from "../console.module.css";
import { State } from "./State";
import { tradesQuery, type Trade, type TradeStatus, type WantedTrades } from "./queries";

const STATES: readonly TradeStatus[] = ["WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"];

export function TradesPage() {
  const { t } = useTranslation("console");
  const [wanted, setWanted] = useState<WantedTrades>({});
  const trades = useInfiniteQuery(tradesQuery(wanted));
  return (
    <Page title={t("trades.title")} lead={t("trades.lead")}>
      <div className={styles.filters}>
        <Input.Search
          aria-label={t("trades.number")}
          placeholder={t("trades.number")}
          maxLength={64}
          allowClear
          style={{ maxWidth: 340 }}
          onSearch={(text) => {
            setWanted({ ...wanted, number: text.trim() || undefined });
          }}
        />
        <Select
          aria-label={t("trades.state")}
          value={wanted.status ?? ""}
          style={{ minWidth: 140 }}
          options={[
            { value: "", label: t("trades.everyState") },
            ...STATES.map((state) => ({ value: state, label: t(`trades.states.${state}`) })),
          ]}
          onChange={(value) => {
            setWanted({ ...wanted, status: STATES.find((state) => state === value) });
          }}
        />
        <DaysField
          value={wanted}
          onChange={(days) => {
            setWanted({ ...wanted, ...days });
          }}
        />
      </div>
      <Listing query={trades} empty={t("trades.none")} count={(page) => page.trades.length}>
        {(pages) => (
          <div className={styles.list}>
            {pages
              .flatMap((page) => page.trades)
              .map((trade) => (
                <Row key={trade.trade_no} trade={trade} />
              ))}
          </div>
        )}
      </Listing>
    </Page>
  );
}

function Row({ trade }: { trade: Trade }) {
  const words = useTimeWords();
  return (
    <Link to={`/trades/${trade.trade_no}`} className={styles.item}>
      <span className={styles.grow}>
        <strong>{trade.subject}</strong>
        <span className={`${styles.quiet ?? ""} tabular`}>
          {trade.out_trade_no} · {words.moment(trade.created_at)}
        </span>
      </span>
      <State trade={trade} />
      <span className={styles.amount}>
        <Money fen={trade.amount_fen} size="m" />
      </span>
    </Link>
  );
}
