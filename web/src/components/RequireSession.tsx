import { Navigate, Outlet, useLocation } from "react-router";
import { useTranslation } from "react-i18next";
import { PersonContext, useSession } from "@/api/session";
import { ErrorNote } from "./ErrorNote";
import { withNext } from "./next";
import { PageShell } from "./PageShell";
import { Skeletons } from "./Skeletons";

/** Lets signed-in people through; sends everyone else to sign in, and back here afterwards. */
export function RequireSession() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const session = useSession();
  if (session.data?.person) {
    return (
      <PersonContext value={session.data.person}>
        <Outlet />
      </PersonContext>
    );
  }
  const signIn = pathname === "/" ? "/sign-in" : withNext("/sign-in", pathname + search);
  return (
    <PageShell title={t("loading")} quietTitle>
      {session.data && <Navigate to={signIn} replace />}
      {session.isError ? <ErrorNote error={session.error} onRetry={() => session.refetch()} /> : <Skeletons lines={5} />}
    </PageShell>
  );
}
