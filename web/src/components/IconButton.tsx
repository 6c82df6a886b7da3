import type { ComponentProps } from "react";
import { Icon } from "./Icon";
import styles from "./IconButton.module.css";

interface Props {
  icon: ComponentProps<typeof Icon>["name"];
  size: number;
  /** What it does, for who can't see the icon. */
  label: string;
  disabled: boolean;
  onClick: () => void;
}

/** A round button, as large as a thumb, that takes a step. */
export function IconButton({ icon, size, label, disabled, onClick }: Props) {
  return (
    <button type="button" className={styles.button} disabled={disabled} aria-label={label} onClick={onClick}>
      <Icon name={icon} size={size} />
    </button>
  );
}
