import { useTranslation } from "react-i18next";
import type { Checkout } from "@/api/types";
import { Money } from "@/components/Money";
import styles from "./payments.module.css";

/** A merchant's order before it is paid: from whom, how much, for what; and the merchant's own way out. */
export function CheckoutSummary({ checkout }: { checkout: Checkout }) {
  const { t } = useTranslation("payments");
  return (
    <>
      <section className={styles.summary} aria-label={t("summary")}>
        <p className={styles.merchant}>{checkout.merchant_name}</p>
        <p className={styles.amount}>
          <Money fen={checkout.amount_fen} size="xl" />
        </p>
        <dl className={styles.facts}>
          <dt>{t("subject")}</dt>
          <dd>{checkout.subject}</dd>
        </dl>
      </section>
      {checkout.quit_to && (
        <p className={styles.quit}>
          <a href={checkout.quit_to} rel="noreferrer">
            {t("link.quit")}
          </a>
        </p>
      )}
    </>
  );
}
