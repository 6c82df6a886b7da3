import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Icon } from "@/components/Icon";
import { svgAddress } from "@/components/svg";
import styles from "./TicketCode.module.css";

/** The code for the gate; once it is of no use any more, covered by why. */
export function TicketCode({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("rail");
  const valid = ticket.status === "valid";
  return (
    <div className={styles.code}>
      <div className={styles.frame}>
        {ticket.status !== "refunded" && (
          <img
            src={svgAddress(ticket.qr_svg)}
            className={valid ? styles.qr : `${styles.qr} ${styles.faint}`}
            alt={valid ? t("ticket.qr") : ""}
            width={240}
            height={240}
          />
        )}
        {!valid && <p className={styles.stamp}>{t(`ticket.state.${ticket.status}`)}</p>}
      </div>
      <p className={styles.hint}>
        {valid && <Icon name="info" size={16} />}
        {t(`ticket.hint.${ticket.status}`)}
      </p>
    </div>
  );
}
