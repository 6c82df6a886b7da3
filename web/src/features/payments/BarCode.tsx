import { code128, QUIET_ZONE } from "./code128";
import styles from "./payCode.module.css";

/** Digits as a bar code, as wide as there is room, each module a whole step of the drawing. */
export function BarCode({ digits, label }: { digits: string; label: string }) {
  const widths = code128(digits);
  if (!widths) return null;
  let at = QUIET_ZONE;
  let bars = "";
  widths.forEach((width, place) => {
    if (place % 2 === 0) bars += `M${at} 0h${width}v1h-${width}z`;
    at += width;
  });
  return (
    <svg
      className={styles.bars}
      viewBox={`0 0 ${at + QUIET_ZONE} 1`}
      preserveAspectRatio="none"
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path d={bars} fill="#000" />
    </svg>
  );
}
