import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { ApiError } from "@/api/error";
import { ErrorNote } from "@/components/ErrorNote";
import { withNext } from "@/components/next";
import styles from "./BookError.module.css";

/** Why the seats weren't held, and the way on where there is one. */
export function BookError({ error }: { error: unknown }) {
  const { t } = useTranslation("rail");
  const { pathname, search } = useLocation();
  const code = error instanceof ApiError ? error.code : null;
  if (!error) return null;
  return (
    <div className={styles.error}>
      <ErrorNote error={error} />
      {code === "rail.order_open" && <Link to="/tickets/orders">{t("book.toOpenOrder")}</Link>}
      {code === "rail.time_conflict" && <Link to="/tickets/orders">{t("book.toOrders")}</Link>}
      {code === "rail.real_name_needed" && (
        <Link to={withNext("/me/real-name", pathname + search)}>{t("book.toRealName")}</Link>
      )}
    </div>
  );
}
