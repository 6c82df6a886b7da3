import { useTranslation } from "react-i18next";
import { ListCard } from "@/components/ListCard";
import { Money } from "@/components/Money";
import { useRailWords } from "../data/words";
import type { SeatClass } from "../model/types";
import { SeatsLeft } from "../parts/SeatsLeft";
import cover from "../parts/cover.module.css";
import styles from "./ClassChoice.module.css";

interface Props {
  classes: SeatClass[];
  chosen: string;
  onChoose: (classCode: string) => void;
}

/** The classes side by side; one is chosen. */
export function ClassChoice({ classes, chosen, onChoose }: Props) {
  const { t } = useTranslation("rail");
  const { nameOf } = useRailWords();
  return (
    <ListCard title={t("book.class")}>
      <fieldset className={styles.classes}>
        <legend className="visually-hidden">{t("book.class")}</legend>
        {classes.map((each) => (
          <label key={each.class_code} className={styles.seatClass}>
            <input
              type="radio"
              className={cover.cover}
              name="class"
              value={each.class_code}
              checked={each.class_code === chosen}
              disabled={each.left === 0 && each.class_code !== chosen}
              onChange={() => {
                onChoose(each.class_code);
              }}
            />
            <span className={styles.name}>{nameOf(each)}</span>
            <Money fen={each.fare_fen} />
            <SeatsLeft left={each.left} />
          </label>
        ))}
      </fieldset>
    </ListCard>
  );
}
