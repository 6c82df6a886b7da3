import { useTranslation } from "react-i18next";
import { ListCard } from "@/components/ListCard";
import { levelsOf, rowOf, takesWishes, toggleWish, wishesMax, type RowSeat, type SeatWish } from "../model/seats";
import cover from "../parts/cover.module.css";
import { BerthWishes } from "./BerthWishes";
import styles from "./SeatWishes.module.css";

interface Props {
  classCode: string;
  party: number;
  wishes: SeatWish[];
  onChange: (wishes: SeatWish[]) => void;
}

/** Where the party would like to sit: by word, or on the row as it lies across the coach; or to lie. */
export function SeatWishes({ classCode, party, wishes, onChange }: Props) {
  const { t } = useTranslation("rail");
  const row = rowOf(classCode);
  const levels = levelsOf(classCode);
  const toggle = (wish: SeatWish) => {
    onChange(toggleWish(wishes, wish, party));
  };
  const seats = (side: RowSeat[]) =>
    side.map((seat) => (
      <Wish
        key={seat.letter}
        look="seat"
        on={wishes.includes(seat.letter)}
        onToggle={() => {
          toggle(seat.letter);
        }}
        label={t("wish.seat", { letter: seat.letter, side: t(`wish.${seat.side}`) })}
      >
        <b>{seat.letter}</b>
        <small>{t(`wish.short.${seat.side}`)}</small>
      </Wish>
    ));
  if (!takesWishes(classCode)) return null;
  return (
    <ListCard title={t("wish.title")}>
      <fieldset className={styles.wishes}>
        <legend className={styles.legend}>{t("wish.legend", { count: wishesMax(party) })}</legend>
        {levels.length > 0 ? (
          <BerthWishes levels={levels} party={party} wishes={wishes} onChange={onChange} />
        ) : (
        <div className={styles.words}>
          {(["window", "aisle"] as const).map((word) => (
            <Wish
              key={word}
              look="word"
              on={wishes.includes(word)}
              onToggle={() => {
                toggle(word);
              }}
            >
              {t(`wish.any.${word}`)}
            </Wish>
          ))}
        </div>
        )}
        {row && (
          <div className={styles.row}>
            {seats(row.left)}
            <span className={styles.aisle} aria-hidden="true">
              {t("wish.aisle")}
            </span>
            {seats(row.right)}
          </div>
        )}
      </fieldset>
    </ListCard>
  );
}

interface WishProps {
  look: "seat" | "word";
  on: boolean;
  onToggle: () => void;
  /** Said instead of what is drawn. */
  label?: string;
  children: React.ReactNode;
}

function Wish({ look, on, onToggle, label, children }: WishProps) {
  return (
    <label className={styles[look]}>
      <input
        type="checkbox"
        className={cover.cover}
        checked={on}
        onChange={onToggle}
        aria-label={label}
      />
      {children}
    </label>
  );
}
