import { Navigate, Outlet, useLocation } from "react-router";
import { useTranslation } from "react-i18next";
import { useSession } from "@/api/session";
import { ErrorNote } from "./ErrorNote";
import { withNext } from "./next";
import { PageShell } from "./PageShell";
import { Skeletons } from "./Skeletons";

/** Lets signed-in people through; sends everyone else to sign in, and back here afterwards. */
export function RequireSession() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const session = useSession();
  if (session.data?.person) return <Outlet />;
  if (session.data) return <Navigate to={pathname === "/" ? "/sign-in" : withNext("/sign-in", pathname + search)} replace />;
  return (
    <PageShell title={t("loading")} quietTitle>
      {session.isError ? <ErrorNote error={session.error} onRetry={() => session.refetch()} /> : <Skeletons lines={5} />}
    </PageShell>
  );
}
