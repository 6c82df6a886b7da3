interface Props {
  size?: number;
  /** "tile" stands on its own coloured ground; "mark" is drawn in the current colour. */
  kind?: "tile" | "mark";
}

/** A wave that turns into a railway: the far crest is the track's vanishing line. */
export function Logo({ size = 40, kind = "tile" }: Props) {
  const tile = kind === "tile";
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      {tile && <rect width="48" height="48" rx="13" fill="var(--fw-brand-700)" />}
      {tile && <path d="M0 31c8 0 10-5 16-5s8 5 16 5 10-4 16-5v9a13 13 0 0 1-13 13H13A13 13 0 0 1 0 35z" fill="var(--fw-brand-400)" opacity=".45" />}
      <g fill="none" stroke={tile ? "#fff" : "currentColor"} strokeLinecap="round">
        <path d="M8 21c5.5 0 6.5-7 12-7s7 7 12.5 7c3.6 0 5.5-2 7.5-4" strokeWidth="3.6" />
        <path d="M8 33c5.5 0 6.5-7 12-7s7 7 12.5 7c3.6 0 5.5-2 7.5-4" strokeWidth="3.6" />
        <path d="M14.3 17.2v12M20 15.5v11M25.8 17.4v12M32.5 22v10.5" strokeWidth="2.2" opacity=".85" />
      </g>
    </svg>
  );
}
