import { Button } from "antd-mobile";
import { useRef, type MouseEvent, type ReactNode } from "react";
import { useOnce } from "./useSubmit";

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
 * A button that waits for what it started. While that is pending it is disabled and says so. As a
 * form's button it submits once until the page has been drawn anew, so that `busy` is there by then.
 */
export function SubmitButton({
  children, onClick, busy, disabled, form, kind = "primary", size = "large", block = true,
}: Props) {
  const { busy: pending, once } = useOnce();
  const pressed = useRef(false);
  const submitOnce = (event: MouseEvent) => {
    if (pressed.current) event.preventDefault();
    pressed.current = true;
    setTimeout(() => {
      pressed.current = false;
    }, 0);
  };
  const waiting = pending || Boolean(busy);
  return (
    <Button
      type={onClick ? "button" : "submit"}
      onClick={onClick ? () => void once(onClick) : submitOnce}
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
