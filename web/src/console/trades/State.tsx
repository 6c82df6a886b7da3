import { useTranslation } from "react-i18next";
import { Mark, type Tone } from "../Mark";
import type { Trade, TradeStatus } from "./queries";

const TONES: Record<TradeStatus, Tone> = {
  WAIT_BUYER_PAY: "waits",
  TRADE_SUCCESS: "good",
  TRADE_FINISHED: "plain",
  TRADE_CLOSED: "plain",
};

/** A trade's state in words, and that some of it went back. */
export function State({ trade }: { trade: Trade }) {
  const { t } = useTranslation("console");
  const some = trade.refunded_fen > 0 && trade.refunded_fen < trade.amount_fen;
  const whole = trade.refunded_fen > 0 && !some;
  return (
    <Mark tone={TONES[trade.status]}>
      {some ? t("trades.partlyRefunded") : whole ? t("trades.refunded") : t(`trades.states.${trade.status}`)}
    </Mark>
  );
}
