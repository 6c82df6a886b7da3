import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { IconButton } from "@/components/IconButton";
import styles from "./TicketTurner.module.css";

interface Props {
  /** The order's tickets. */
  ids: readonly string[];
  /** The one that is shown. */
  id: string;
  children: ReactNode;
}

/** So far a finger has to travel sideways, and further than it does up or down. */
const SWIPE_PX = 48;

/** Turns among several tickets by a swipe or by buttons; one ticket stands alone. */
export function TicketTurner({ ids, id, children }: Props) {
  const { t } = useTranslation("rail");
  const navigate = useNavigate();
  const start = useRef<{ x: number; y: number } | null>(null);
  const count = ids.length;
  if (count < 2) return <div className={styles.turner}>{children}</div>;
  const place = Math.max(0, ids.indexOf(id));
  const turn = (to: number) => {
    const next = ids[to];
    if (next !== undefined) void navigate(`/tickets/e/${next}`, { replace: true });
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
        <IconButton
          icon="back"
          size={20}
          label={t("ticket.previous")}
          disabled={place === 0}
          onClick={() => {
            turn(place - 1);
          }}
        />
        <span role="status">{t("ticket.place", { place: place + 1, count })}</span>
        <IconButton
          icon="forward"
          size={20}
          label={t("ticket.next")}
          disabled={place === count - 1}
          onClick={() => {
            turn(place + 1);
          }}
        />
      </nav>
      {children}
    </div>
  );
}
