import qrcode from "qrcode-generator";

const QUIET_ZONE = 4;

/** Digits as a QR code, drawn here: there may be no network. */
export function QrCode({ digits, label, className }: { digits: string; label: string; className?: string }) {
  const drawn = qrcode(0, "M");
  drawn.addData(digits, "Numeric");
  drawn.make();
  const size = drawn.getModuleCount();
  let dark = "";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (drawn.isDark(row, column)) dark += `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`;
    }
  }
  const side = size + 2 * QUIET_ZONE;
  return (
    <svg className={className} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges" role="img" aria-label={label}>
      <path d={`M0 0h${side}v${side}H0z`} fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  );
}
