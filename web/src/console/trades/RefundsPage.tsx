import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Money } from "@/components/Money";
import { useTimeWords } from "@/components/time";
import { DaysField } from "../DaysField";
import { Listing } from "../Listing";
import { Page } from "../Page";
import styles from "../console.module.css";
import { refundsQuery, type Days } from "./queries";

export function RefundsPage() {
  const { t } = useTranslation("console");
  const words = useTimeWords();
  const [days, setDays] = useState<Days>({});
  const refunds = useInfiniteQuery(refundsQuery(days));
  return (
    <Page title={t("refunds.title")} lead={t("refunds.lead")}>
      <div className={styles.filters}>
        <DaysField value={days} onChange={setDays} />
      </div>
      <Listing query={refunds} empty={t("refunds.none")} count={(page) => page.refunds.length}>
        {(pages) => (
          <div className={styles.list}>
            {pages
              .flatMap((page) => page.refunds)
              .map((refund) => (
                <Link key={refund.trade_no + refund.out_request_no} to={`/trades/${refund.trade_no}`} className={styles.item}>
                  <span className={styles.grow}>
                    <strong>{refund.subject}</strong>
                    <span className={`${styles.quiet ?? ""} tabular`}>
                      {refund.out_request_no} · {words.moment(refund.at)}
                      {refund.why && ` · ${refund.why}`}
                    </span>
                  </span>
                  <span className={styles.amount}>
                    <Money fen={-refund.amount_fen} size="m" />
                  </span>
                </Link>
              ))}
          </div>
        )}
      </Listing>
    </Page>
  );
}
