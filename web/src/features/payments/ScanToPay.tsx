import { useTranslation } from "react-i18next";
import type { Checkout } from "@/api/types";
import { Countdown, useSecondsUntil } from "@/components/Countdown";
import { LinkButton } from "@/components/LinkButton";
import { PageShell } from "@/components/PageShell";
import { svgAddress } from "@/components/svg";
import { CheckoutSummary } from "./CheckoutSummary";
import code from "./payCode.module.css";
import styles from "./payments.module.css";

const COUNTED_DOWN_S = 24 * 60 * 60;

/** A desktop's cashier: a code for the phone, and what the phone has done so far. */
export function ScanToPay({ checkout, here }: { checkout: Checkout; here: string }) {
  const { t } = useTranslation("payments");
  return (
    <PageShell title={t("title")}>
      <CheckoutSummary checkout={checkout} />
      <section className={code.card} aria-label={t("link.scan")}>
        <img src={svgAddress(checkout.qr_svg)} className={code.qr} alt={t("link.qr")} width={220} height={220} />
        <p className={code.lead} role="status">
          {t(checkout.status === "opened" ? "link.scanned" : "link.scan")}
        </p>
        {checkout.pay_until && <PayWithin until={checkout.pay_until} />}
        <LinkButton kind="quiet" to={`${here}?here`}>
          {t("link.here")}
        </LinkButton>
      </section>
    </PageShell>
  );
}

/** Days aren't counted down. */
function PayWithin({ until }: { until: string }) {
  const { t } = useTranslation("payments");
  if (useSecondsUntil(until) >= COUNTED_DOWN_S) return null;
  return (
    <p className={styles.countdown}>
      {t("payWithin")} <Countdown until={until} />
    </p>
  );
}
