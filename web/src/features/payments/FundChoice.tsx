import { useTranslation } from "react-i18next";
import type { Cashier, Fund } from "@/api/types";
import { Icon } from "@/components/Icon";
import { Money } from "@/components/Money";
import { yuan } from "@/components/money";
import styles from "./payments.module.css";

interface Props {
  cashier: Cashier;
  chosen: Fund["fund"] | null;
  onChoose: (fund: Fund["fund"]) => void;
}

/** The funds that could pay; one that can't says why. */
export function FundChoice({ cashier, chosen, onChoose }: Props) {
  const { t } = useTranslation("payments");
  return (
    <fieldset className={styles.funds}>
      <legend className={styles.legend}>{t("payWith")}</legend>
      {cashier.funds.map((fund) => {
        const missing = cashier.amount_fen - fund.available_fen;
        return (
          <div key={fund.fund} className={styles.fund}>
            <label className={styles.fundLabel}>
              <input
                type="radio"
                name="fund"
                disabled={!fund.usable}
                checked={fund.fund === chosen}
                onChange={() => {
                  onChoose(fund.fund);
                }}
              />
              <span className={styles.fundIcon}>
                <Icon name="wallet" size={22} />
              </span>
              <span className={styles.fundName}>
                {fund.label}
                <span className={styles.fundNote}>
                  {t("available")} <Money fen={fund.available_fen} size="s" />
                </span>
              </span>
              <span className={styles.tick} aria-hidden="true">
                <Icon name="check" size={16} />
              </span>
            </label>
            {!fund.usable && (
              <p className={styles.unusable}>
                <span>{fund.reason ?? t("unusable")}</span>
                {missing > 0 && <span className="tabular">{t("missing", { amount: yuan(missing) })}</span>}
              </p>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
