import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { EmptyState } from "./EmptyState";
import { ErrorNote } from "./ErrorNote";
import { LinkButton } from "./LinkButton";
import { useSentence } from "./sentence";

interface Props {
  error: unknown;
  onRetry: () => Promise<unknown>;
  /** Where a page that is refused for good leads instead. */
  home?: string;
}

/** A page whose one thing could not be had: refused for good, or to be tried again. */
export function PageError({ error, onRetry, home = "/" }: Props) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (!(error instanceof ApiError) || error.isOutage) return <ErrorNote error={error} onRetry={onRetry} />;
  return (
    <div role="alert">
      <EmptyState
        drawing="lost"
        title={sentence(error)}
        action={<LinkButton to={home}>{home === "/" ? t("toWallet") : t("back")}</LinkButton>}
      />
    </div>
  );
}
