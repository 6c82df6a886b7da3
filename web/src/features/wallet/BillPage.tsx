import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { Bill } from "@/api/types";
import { Icon } from "@/components/Icon";
import { ListCard } from "@/components/ListCard";
import { Money } from "@/components/Money";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { useTimeWords } from "@/components/time";
import { BILL_ICONS, BillRow, signedFen } from "./BillRow";
import { billQuery, relatedBillsQuery } from "./queries";
import styles from "./wallet.module.css";

/** One bill, like a receipt. */
export function BillPage() {
  const { t } = useTranslation("wallet");
  const { billId = "" } = useParams();
  const bill = useQuery(billQuery(billId));
  return (
    <PageShell title={t("bill")} back="/bills">
      {bill.isPending && <Skeletons height={360} />}
      {bill.isError && <PageError error={bill.error} onRetry={() => bill.refetch()} home="/bills" />}
      {bill.data && <Receipt bill={bill.data} />}
    </PageShell>
  );
}

function Receipt({ bill }: { bill: Bill }) {
  const { t } = useTranslation("wallet");
  const words = useTimeWords();
  const facts: [string, string][] = [
    [t("fact.kind"), t(`billKind.${bill.kind}`)],
    [t(`fact.${fundFact(bill)}`), bill.fund_label],
    [t("fact.counterparty"), bill.counterparty],
    [t("fact.at"), words.full(bill.at)],
    [t(`fact.${bill.reference.type}`), bill.reference.id],
    ...(bill.order_no ? ([[t("fact.orderNo"), bill.order_no]] as [string, string][]) : []),
    ...(bill.note ? ([[t("fact.note"), bill.note]] as [string, string][]) : []),
  ];
  return (
    <>
      <ListCard>
        <div className={styles.billHead}>
          <span className={styles.billIcon}>
            <Icon name={BILL_ICONS[bill.kind]} size={26} />
          </span>
          <p>{bill.title}</p>
          <Money fen={signedFen(bill)} sign="plus-minus" size="xl" />
          <p className={styles.resultText}>{t(`billStatus.${bill.status}`)}</p>
        </div>
        <dl className={styles.billFacts}>
          {facts.map(([name, value]) => (
            <FactRow key={name} name={name} value={value} />
          ))}
        </dl>
      </ListCard>
      <RelatedBills bill={bill} />
    </>
  );
}

/** What a bill's fund was to it: what paid, or where the money went. */
function fundFact(bill: Bill): "fund" | "toCard" | "intoFund" {
  if (bill.kind === "withdrawal") return "toCard";
  return bill.direction === "in" && bill.kind !== "top_up" ? "intoFund" : "fund";
}

/** Of a payment its refunds, of a refund its payment. */
function RelatedBills({ bill }: { bill: Bill }) {
  const { t } = useTranslation("wallet");
  const related = useQuery({ ...relatedBillsQuery(bill), enabled: bill.reference.type === "trade" });
  if (!related.data?.length) return null;
  return (
    <ListCard title={t(bill.kind === "refund" ? "related.ofRefund" : "related.ofPayment")}>
      <ul>
        {related.data.map((each) => (
          <li key={each.bill_id}>
            <BillRow bill={each} />
          </li>
        ))}
      </ul>
    </ListCard>
  );
}

function FactRow({ name, value }: { name: string; value: string }) {
  const number = /^[\w-]{20,}$/.test(value);
  return (
    <>
      <dt>{name}</dt>
      <dd className={number ? styles.id : "tabular"}>{value}</dd>
    </>
  );
}
