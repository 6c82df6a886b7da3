import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Offer } from "@/api/types";
import { Money } from "@/components/Money";
import { bookPath } from "../data/journey";
import type { Journey } from "../data/queries";
import { useRailWords } from "../data/words";
import { SeatsLeft } from "../parts/SeatsLeft";
import styles from "./ClassList.module.css";

/** The classes of a train, each with its fare and the way to book it. */
export function ClassList({ offer, journey }: { offer: Offer; journey: Journey }) {
  const { t } = useTranslation("rail");
  const { nameOf } = useRailWords();
  // The offer's own stations: a city was searched, a train leaves from one of its stations.
  const exact = { ...journey, from: offer.from.telecode, to: offer.to.telecode };
  return (
    <>
      {offer.reason && <p className={styles.reason}>{offer.reason}</p>}
      <ul>
        {offer.classes.map((seatClass) => (
          <li key={seatClass.class_code} className={styles.row}>
            <span className={styles.words}>
              <span className={styles.name}>{nameOf(seatClass)}</span>
              <SeatsLeft left={seatClass.left} />
            </span>
            <span className={styles.fare}>
              <Money fen={seatClass.fare_fen} />
            </span>
            {offer.bookable && seatClass.left > 0 ? (
              <Link
                className={styles.book}
                to={bookPath(offer.train_no, exact, seatClass.class_code)}
                aria-label={t("train.bookClass", { name: nameOf(seatClass) })}
              >
                {t("train.book")}
              </Link>
            ) : (
              <span className={styles.gone}>{t("train.notBookable")}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
