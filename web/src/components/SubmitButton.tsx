import { Button } from "antd-mobile";
import { useRef, useState, type ReactNode } from "react";

interface Props {
  children: ReactNode;
  /** Without it the button submits its form; then say `busy`. */
  onClick?: () => Promise<unknown>;
  busy?: boolean;
  disabled?: boolean;
  form?: string;
  kind?: "primary" | "outline" | "quiet" | "danger";
  size?: "small" | "middle" | "large";
  block?: boolean;
}

const FILL = { primary: "solid", outline: "outline", quiet: "none", danger: "outline" } as const;

/**
 * A button that waits for what it started. While that is pending it is disabled and says so; a ref,
 * not the state, stops the second tap that comes before the next render.
 */
export function SubmitButton({
  children, onClick, busy, disabled, form, kind = "primary", size = "large", block = true,
}: Props) {
  const [pending, setPending] = useState(false);
  const running = useRef(false);
  const run = async () => {
    if (!onClick || running.current) return;
    running.current = true;
    setPending(true);
    try {
      await onClick();
    } finally {
      running.current = false;
      setPending(false);
    }
  };
  const waiting = pending || Boolean(busy);
  return (
    <Button
      type={onClick ? "button" : "submit"}
      onClick={onClick ? () => void run() : undefined}
      form={form}
      block={block}
      size={size}
      color={kind === "danger" ? "danger" : "primary"}
      fill={FILL[kind]}
      disabled={disabled}
      loading={waiting}
      loadingText={typeof children === "string" ? children : undefined}
      aria-busy={waiting}
    >
      {children}
    </Button>
  );
}
