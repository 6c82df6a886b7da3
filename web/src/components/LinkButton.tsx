import type { ReactNode } from "react";
import { Link } from "react-router";

interface Props {
  to: string;
  kind?: "primary" | "quiet";
  size?: "middle" | "large";
  block?: boolean;
  replace?: boolean;
  children: ReactNode;
}

/** A link that is a page's next step and looks like the buttons. */
export function LinkButton({ to, kind = "primary", size = "middle", block, replace, children }: Props) {
  const classes = [
    "adm-button adm-button-primary adm-button-shape-default",
    `adm-button-${size}`,
    kind === "quiet" ? "adm-button-fill-none" : "",
    block ? "adm-button-block" : "",
  ];
  return (
    <Link to={to} replace={replace} className={classes.join(" ")} style={{ textDecoration: "none" }}>
      {children}
    </Link>
  );
}
