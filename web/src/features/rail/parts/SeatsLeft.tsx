import { useTranslation } from "react-i18next";
import { leftLevel } from "../model/offers";
import styles from "./SeatsLeft.module.css";

/** How many tickets are left: plenty, a number, or none. */
export function SeatsLeft({ left }: { left: number }) {
  const { t } = useTranslation("rail");
  const level = leftLevel(left);
  return <span className={`${styles.left} ${styles[level]}`}>{t(`left.${level}`, { count: left })}</span>;
}
