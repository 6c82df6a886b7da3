import type { ReactElement } from "react";

export type DrawingName = "station" | "cards" | "bills" | "lost" | "clock";

const LINE = { stroke: "var(--fw-brand-700)", strokeWidth: 2, strokeLinecap: "round", strokeLinejoin: "round" } as const;

const SCENES: Record<DrawingName, ReactElement> = {
  station: (
    <>
      <path d="M58 30h64a12 12 0 0 1 12 12v34a10 10 0 0 1-10 10H56a10 10 0 0 1-10-10V42a12 12 0 0 1 12-12Z" fill="var(--fw-surface)" {...LINE} />
      <path d="M54 42h32v18H54zM94 42h32v18H94z" fill="var(--fw-brand-100)" {...LINE} />
      <path d="M60 86l-10 14M120 86l10 14M40 100h100M62 73h8M110 73h8" {...LINE} />
    </>
  ),
  cards: (
    <>
      <rect x="52" y="26" width="86" height="54" rx="8" fill="var(--fw-brand-200)" {...LINE} transform="rotate(6 95 53)" />
      <rect x="42" y="38" width="86" height="54" rx="8" fill="var(--fw-surface)" {...LINE} />
      <path d="M42 54h86M52 78h20M80 78h10" {...LINE} />
    </>
  ),
  bills: (
    <>
      <path d="M60 22h60v78l-10-7-10 7-10-7-10 7-10-7-10 7z" fill="var(--fw-surface)" {...LINE} />
      <path d="M72 40h36M72 54h36M72 68h20" {...LINE} />
      <circle cx="122" cy="34" r="14" fill="var(--fw-brand-100)" {...LINE} />
      <path d="M117 30l5 6 5-6M122 36v7M118 39h8" {...LINE} />
    </>
  ),
  lost: (
    <>
      <path d="M40 96h100M90 96V34" {...LINE} />
      <path d="M62 30h48l12 11-12 11H62z" fill="var(--fw-surface)" {...LINE} />
      <path d="M116 60H72L60 70l12 10h44z" fill="var(--fw-brand-100)" {...LINE} />
    </>
  ),
  clock: (
    <>
      <circle cx="90" cy="60" r="36" fill="var(--fw-surface)" {...LINE} />
      <path d="M90 38v22l14 10M90 20v4M50 60h4M126 60h4" {...LINE} />
    </>
  ),
};

/** The drawings of empty pages: one line, one ground of waves. */
export function Drawing({ name, size = 180 }: { name: DrawingName; size?: number }) {
  return (
    <svg width={size} height={(size * 2) / 3} viewBox="0 0 180 120" fill="none" aria-hidden="true" focusable="false">
      <ellipse cx="90" cy="66" rx="80" ry="46" fill="var(--fw-brand-50)" />
      {SCENES[name]}
      <path d="M14 108c12 0 12-6 24-6s12 6 24 6 12-6 24-6 12 6 24 6 12-6 24-6 12 6 24 6" {...LINE} stroke="var(--fw-brand-200)" />
    </svg>
  );
}
