import { useTranslation } from "react-i18next";
import { Money } from "@/components/Money";
import { SubmitButton } from "@/components/SubmitButton";
import { BookError } from "./BookError";
import styles from "./BookFooter.module.css";

interface Props {
  totalFen: number;
  party: number;
  error: unknown;
  onSubmit: () => Promise<void>;
}

/** What it costs for all, the button that holds the seats, and why they weren't held. */
export function BookFooter({ totalFen, party, error, onSubmit }: Props) {
  const { t } = useTranslation("rail");
  return (
    <section className={styles.footer} aria-label={t("book.sum")}>
      <BookError error={error} />
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
