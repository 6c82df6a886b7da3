import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Card } from "@/api/types";
import { Icon } from "@/components/Icon";
import { useBank } from "./useBank";
import styles from "./banks.module.css";

interface Props {
  cards: readonly Card[];
  chosen: string;
  onChoose: (cardId: string) => void;
  bindTo: string;
  /** What the choice is about; which card pays, when it isn't said. */
  legend?: string;
}

/** Which card: radio buttons that look like rows. */
export function CardChoice({ cards, chosen, onChoose, bindTo, legend }: Props) {
  const { t } = useTranslation("banks");
  const bankOf = useBank();
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.legend}>{legend ?? t("fromCard")}</legend>
      {cards.map((card) => {
        const bank = bankOf(card.bank_code, card.bank_name);
        return (
          <label key={card.card_id} className={styles.option}>
            <input
              type="radio"
              name="card"
              checked={card.card_id === chosen}
              onChange={() => {
                onChoose(card.card_id);
              }}
            />
            <span className={styles.seal} style={{ backgroundColor: bank.color }} aria-hidden="true">
              {bank.name.slice(0, 1)}
            </span>
            <span className={styles.optionName}>
              {bank.name} <span className="tabular">({card.last4})</span>
            </span>
            <span className={styles.tick} aria-hidden="true">
              <Icon name="check" size={16} />
            </span>
          </label>
        );
      })}
      <Link to={bindTo} className={`${styles.option} ${styles.another}`}>
        <Icon name="plus" size={20} />
        {t("another")}
      </Link>
    </fieldset>
  );
}
