import { useTranslation } from "react-i18next";
import type { AgreementOffer } from "@/api/types";
import { yuan } from "@/components/money";
import { useDays } from "./days";
import styles from "./agreements.module.css";

interface Props {
  offer: Pick<AgreementOffer, "merchant_name" | "plan" | "valid_until">;
}

/** Who may take money, when, and how much at most. */
export function Terms({ offer }: Props) {
  const { t } = useTranslation("agreements");
  const day = useDays();
  const { plan } = offer;
  const facts: [string, string][] = [[t("merchant"), offer.merchant_name]];
  if (plan) {
    const date = Number(plan.first_on.slice(8));
    facts.push([
      t("every"),
      plan.period_type === "DAY"
        ? t("everyDays", { count: plan.period })
        : t(plan.period === 1 ? "monthly" : "everyMonths", { count: plan.period, day: date }),
    ]);
    facts.push([t("first"), day(plan.first_on)]);
    if (plan.total_fen !== null) facts.push([t("total"), `¥${yuan(plan.total_fen)}`]);
    if (plan.total_payments !== null) facts.push([t("times"), t("timesCount", { count: plan.total_payments })]);
  } else {
    facts.push([t("howMuch"), t("general")]);
  }
  facts.push([t("until"), offer.valid_until ? day(offer.valid_until) : t("forGood")]);
  return (
    <section className={styles.terms} aria-label={t("terms")}>
      {plan && (
        <p className={styles.single}>
          {t("single")}
          <strong>¥{yuan(plan.single_fen)}</strong>
        </p>
      )}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
