import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Wallet } from "@/api/types";
import { Icon } from "@/components/Icon";
import { Money } from "@/components/Money";
import { yuan } from "@/components/money";
import styles from "./BalanceCard.module.css";

const HIDDEN_AS = "farewave.balance_hidden";

/** The balance on a card of water, with an eye to hide it from others. */
export function BalanceCard({ wallet }: { wallet: Wallet }) {
  const { t } = useTranslation("wallet");
  const [hidden, setHidden] = useState(() => localStorage.getItem(HIDDEN_AS) === "yes");
  const toggle = () => {
    localStorage.setItem(HIDDEN_AS, hidden ? "no" : "yes");
    setHidden(!hidden);
  };
  const frozen = wallet.balance_fen - wallet.available_fen;
  return (
    <section className={styles.card} aria-label={t("balance")}>
      <div className={styles.head}>
        <span>{t("balance")}</span>
        <button type="button" className={styles.eye} onClick={toggle} aria-pressed={hidden} aria-label={t("hideBalance")}>
          <Icon name={hidden ? "eyeOff" : "eye"} size={20} />
        </button>
      </div>
      <p className={styles.amount}>
        <Money fen={wallet.balance_fen} size="xl" hidden={hidden} hiddenLabel={t("balanceHidden")} />
      </p>
      <div className={styles.foot}>
        <p className={styles.notes}>
          {wallet.incoming_fen > 0 && !hidden && <span>{t("incoming", { amount: yuan(wallet.incoming_fen) })}</span>}
          {wallet.outgoing_fen > 0 && !hidden && <span>{t("outgoing", { amount: yuan(wallet.outgoing_fen) })}</span>}
          {frozen > 0 && !hidden && <span>{t("frozen", { amount: yuan(frozen) })}</span>}
        </p>
        <div className={styles.actions}>
          <Link to="/withdraw" className={styles.withdraw}>
            {t("withdraw")}
          </Link>
          <Link to="/top-up" className={styles.topUp}>
            {t("topUp")}
          </Link>
        </div>
      </div>
      <svg className={styles.waves} viewBox="0 0 390 90" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 46c65 0 65-26 130-26s65 26 130 26 65-26 130-26v70H0z" fill="#2f93a6" opacity=".28" />
        <path d="M0 66c65 0 65-22 130-22s65 22 130 22 65-22 130-22v46H0z" fill="#2f93a6" opacity=".38" />
      </svg>
    </section>
  );
}
