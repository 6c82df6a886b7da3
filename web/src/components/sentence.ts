import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";

/** Which of our own sentences stands in where the API sent none; null when its message is used. */
export function ownSentence(error: unknown): string | null {
  if (!(error instanceof ApiError)) return "error.unexpected";
  if (error.status === 0) return "error.offline";
  if (error.message !== "" && error.status < 500) return null;
  if (error.isOutage) return "error.unavailable";
  return "error.unexpected";
}

/** Gives the sentence to show for an error: the API's own where it has one. */
export function useSentence(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    const own = ownSentence(error);
    return own ? t(own) : (error as ApiError).message;
  };
}
