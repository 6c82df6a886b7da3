import { useTranslation } from "react-i18next";
import { Money } from "@/components/Money";
import { SubmitButton } from "@/components/SubmitButton";
import styles from "./BookFooter.module.css";

interface Props {
  totalFen: number;
  party: number;
  onSubmit: () => Promise<void>;
}

/** What it costs for all, and the button that holds the seats. */
export function BookFooter({ totalFen, party, onSubmit }: Props) {
  const { t } = useTranslation("rail");
  return (
    <section className={styles.footer} aria-label={t("book.sum")}>
      <p className={styles.total}>
        <span className={styles.label}>
          {party === 0 ? t("book.nobody") : t("book.total", { count: party })}
        </span>
        <Money fen={totalFen} size="l" />
      </p>
      <SubmitButton onClick={onSubmit} disabled={party === 0} block={false}>
        {t("book.submit")}
      </SubmitButton>
    </section>
  );
}
