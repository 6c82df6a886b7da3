import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import styles from "./TicketTurner.module.css";

interface Props {
  /** Counted from 0. */
  place: number;
  count: number;
  onTurn: (place: number) => void;
  children: ReactNode;
}

/** So far a finger has to travel sideways, and further than it does up or down. */
const SWIPE_PX = 48;

/** Turns among several tickets by a swipe or by buttons; one ticket stands alone. */
export function TicketTurner({ place, count, onTurn, children }: Props) {
  const { t } = useTranslation("rail");
  const start = useRef<{ x: number; y: number } | null>(null);
  if (count < 2) return <div className={styles.turner}>{children}</div>;
  const turn = (to: number) => {
    if (to >= 0 && to < count) onTurn(to);
  };
  return (
    <div
      className={styles.turner}
      onTouchStart={({ touches }) => {
        const [finger] = Array.from(touches);
        start.current = finger && touches.length === 1 ? { x: finger.clientX, y: finger.clientY } : null;
      }}
      onTouchEnd={({ changedTouches }) => {
        const finger = changedTouches[0];
        const from = start.current;
        start.current = null;
        if (!finger || !from) return;
        const x = finger.clientX - from.x;
        const y = finger.clientY - from.y;
        if (Math.abs(x) >= SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) turn(place + (x < 0 ? 1 : -1));
      }}
    >
      <nav className={styles.nav} aria-label={t("ticket.several")}>
        <button
          type="button"
          className={styles.button}
          disabled={place === 0}
          aria-label={t("ticket.previous")}
          onClick={() => {
            turn(place - 1);
          }}
        >
          <Icon name="back" size={20} />
        </button>
        <span role="status">{t("ticket.place", { place: place + 1, count })}</span>
        <button
          type="button"
          className={styles.button}
          disabled={place === count - 1}
          aria-label={t("ticket.next")}
          onClick={() => {
            turn(place + 1);
          }}
        >
          <Icon name="forward" size={20} />
        </button>
      </nav>
      {children}
    </div>
  );
}
