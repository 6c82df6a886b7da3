import { useTranslation } from "react-i18next";
import { useSecondsUntil } from "@/components/Countdown";
import { Field } from "@/components/Field";
import { SandboxHint } from "@/components/SandboxHint";
import { useOnce } from "@/components/useSubmit";
import styles from "./people.module.css";

export interface SentCode {
  resend_at: string;
  sandbox_code: string | null;
}

interface Props {
  value: string;
  onChange: (code: string) => void;
  /** The last code that was sent, or null before the first. */
  sent: SentCode | null;
  /** Sends one; the caller shows what it is refused with. */
  onSend: () => Promise<void>;
  canSend: boolean;
}

/** The code from an SMS: with the button that sends it and, in a sandbox, the code itself. */
export function CodeField({ value, onChange, sent, onSend, canSend }: Props) {
  const { t } = useTranslation("people");
  return (
    <>
      <Field
        label={t("code")}
        value={value}
        onChange={(text) => {
          onChange(text.replace(/\s/g, ""));
        }}
        inputMode="numeric"
        autoComplete="one-time-code"
        name="code"
        maxLength={6}
        required
        end={<SendButton key={sent?.resend_at} sent={sent} onSend={onSend} canSend={canSend} />}
      />
      {sent?.sandbox_code && (
        <SandboxHint
          action={{
            label: t("fillIn"),
            onClick: () => {
              onChange(sent.sandbox_code ?? "");
            },
          }}
        >
          {t("sandboxCode")} <strong>{sent.sandbox_code}</strong>
        </SandboxHint>
      )}
    </>
  );
}

function SendButton({ sent, onSend, canSend }: Pick<Props, "sent" | "onSend" | "canSend">) {
  const { t } = useTranslation("people");
  const { busy, once } = useOnce();
  const wait = useSecondsUntil(sent?.resend_at ?? "1970-01-01T00:00:00Z");
  return (
    <button
      type="button"
      className={styles.send}
      disabled={busy || wait > 0 || !canSend}
      onClick={() => void once(onSend)}
    >
      {wait > 0 ? t("resendIn", { seconds: wait }) : sent ? t("resend") : t("sendCode")}
    </button>
  );
}
