import { useTranslation } from "react-i18next";
import { isRefusal } from "@/api/error";
import { useSentence } from "./sentence";
import { Icon } from "./Icon";
import { SubmitButton } from "./SubmitButton";
import styles from "./ErrorNote.module.css";

interface Props {
  error: unknown;
  /** Offered when nothing was refused: a refusal stays one however often it is asked. */
  onRetry?: () => Promise<unknown>;
}

/** What went wrong, as one sentence for the person, with a way on where there is one. */
export function ErrorNote({ error, onRetry }: Props) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (!error) return null;
  return (
    <div role="alert" className={styles.note}>
      <Icon name="warn" size={20} />
      <p className={styles.text}>{sentence(error)}</p>
      {onRetry && !isRefusal(error) && (
        <SubmitButton kind="outline" size="small" block={false} onClick={onRetry}>
          {t("retry")}
        </SubmitButton>
      )}
    </div>
  );
}
