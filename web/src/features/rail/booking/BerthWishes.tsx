import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/IconButton";
import { countWish, wishesMax, type SeatWish } from "../model/seats";
import type { BerthLevel } from "../model/seatName";
import styles from "./BerthWishes.module.css";

interface Props {
  levels: readonly BerthLevel[];
  party: number;
  wishes: SeatWish[];
  onChange: (wishes: SeatWish[]) => void;
}

/** How many of the party would like to lie on each level; the upper one is drawn on top. */
export function BerthWishes({ levels, party, wishes, onChange }: Props) {
  const { t } = useTranslation("rail");
  return (
    <ul className={styles.levels}>
      {levels.map((level) => {
        const name = t(`wish.berth.${level}`);
        const count = wishes.filter((wish) => wish === level).length;
        const change = (by: 1 | -1) => {
          onChange(countWish(wishes, level, by, party));
        };
        return (
          <li key={level} className={`${styles.level} ${count > 0 ? styles.wished : ""}`}>
            <span className={styles.name}>{name}</span>
            <IconButton
              icon="minus"
              size={18}
              label={t("wish.less", { name })}
              disabled={count === 0}
              onClick={() => {
                change(-1);
              }}
            />
            <output className={styles.count}>{count}</output>
            <IconButton
              icon="plus"
              size={18}
              label={t("wish.more", { name })}
              disabled={count === wishesMax(party)}
              onClick={() => {
                change(1);
              }}
            />
          </li>
        );
      })}
    </ul>
  );
}
