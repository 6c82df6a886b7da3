import { useTranslation } from "react-i18next";
import type { Card } from "@/api/types";
import { useBank } from "./useBank";
import styles from "./banks.module.css";

/** A bound card, drawn as one, in its bank's colour. */
export function BankCard({ card }: { card: Card }) {
  const { t } = useTranslation("banks");
  const bank = useBank()(card.bank_code, card.bank_name);
  return (
    <div className={styles.bankCard} style={{ backgroundColor: bank.color }}>
      <div className={styles.bankHead}>
        <span className={styles.seal} aria-hidden="true">
          {bank.name.slice(0, 1)}
        </span>
        <div>
          <p className={styles.bankName}>{bank.name}</p>
          <p className={styles.bankNote}>{t("debit")}</p>
        </div>
        {card.is_default && <span className={styles.default}>{t("default")}</span>}
      </div>
      <p className={styles.number}>
        <span aria-hidden="true">•••• </span>
        <span className="visually-hidden">{t("endsWith")}</span>
        {card.last4}
      </p>
      <p className={styles.bankNote}>{card.holder_masked}</p>
    </div>
  );
}
