import { useTranslation } from "react-i18next";
import type { Bill } from "@/api/types";
import type { IconName } from "@/components/Icon";
import { ListRow } from "@/components/ListCard";
import { Money } from "@/components/Money";
import { useTimeWords } from "@/components/time";

export const BILL_ICONS: Record<Bill["kind"], IconName> = {
  top_up: "topUp",
  payment: "wallet",
  refund: "refund",
  transfer: "transfer",
  withdrawal: "transfer",
};

/** Signed as the person feels it: in is plus, out is minus. */
export function signedFen(bill: Pick<Bill, "direction" | "amount_fen">): number {
  return bill.direction === "in" ? bill.amount_fen : -bill.amount_fen;
}

/** One bill in a list. What didn't happen is grey and says so. */
export function BillRow({ bill }: { bill: Bill }) {
  const { t } = useTranslation("wallet");
  const words = useTimeWords();
  const settled = bill.status === "succeeded";
  return (
    <ListRow
      icon={BILL_ICONS[bill.kind]}
      tone={bill.status === "failed" || bill.status === "closed" ? "quiet" : bill.direction === "in" ? "good" : "brand"}
      title={bill.title}
      text={`${words.moment(bill.at)} · ${bill.fund_label}`}
      value={<Money fen={signedFen(bill)} sign="plus-minus" tone={settled && bill.direction === "in" ? "good" : "plain"} />}
      note={settled ? undefined : t(`billStatus.${bill.status}`)}
      bare
      to={`/bills/${bill.bill_id}`}
    />
  );
}
