import { useTranslation } from "react-i18next";
import type { Cashier } from "@/api/types";
import { Icon } from "@/components/Icon";
import { Money } from "@/components/Money";
import { yuan } from "@/components/money";
import { fundKey } from "./queries";
import styles from "./payments.module.css";

interface Props {
  cashier: Cashier;
  chosen: string | null;
  onChoose: (fund: string) => void;
}

/** The funds that could pay; one that can't says why. */
export function FundChoice({ cashier, chosen, onChoose }: Props) {
  const { t } = useTranslation("payments");
  return (
    <fieldset className={styles.funds}>
      <legend className={styles.legend}>{t("payWith")}</legend>
      {cashier.funds.map((fund) => {
        const missing = fund.available_fen === null ? 0 : cashier.amount_fen - fund.available_fen;
        return (
          <div key={fundKey(fund)} className={styles.fund}>
            <label className={styles.fundLabel}>
              <input
                type="radio"
                name="fund"
                disabled={!fund.usable}
                checked={fundKey(fund) === chosen}
                onChange={() => {
                  onChoose(fundKey(fund));
                }}
              />
              <span className={styles.fundIcon}>
                <Icon name={fund.fund === "card" ? "card" : "wallet"} size={22} />
              </span>
              <span className={styles.fundName}>
                {fund.label}
                {fund.available_fen !== null && (
                  <span className={styles.fundNote}>
                    {t("available")} <Money fen={fund.available_fen} size="s" />
                  </span>
                )}
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
