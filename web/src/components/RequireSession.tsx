import { Suspense, type ComponentType } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { useTranslation } from "react-i18next";
import { PersonContext, useSession } from "@/api/session";
import { useFailure } from "@/api/useFailure";
import { withNext } from "./next";
import { PageShell } from "./PageShell";
import { Skeletons } from "./Skeletons";

interface Props {
  /** What is shown instead while nobody can be asked who is signed in. */
  offline: ComponentType<{ error: unknown; onRetry: () => Promise<unknown> }>;
}

/** Lets signed-in people through; sends everyone else to sign in, and back here afterwards. */
export function RequireSession({ offline: Offline }: Props) {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const session = useSession();
  const failure = useFailure(session);
  if (session.data?.person) {
    return (
      <PersonContext value={session.data.person}>
        <Outlet />
      </PersonContext>
    );
  }
  if (failure && !session.data) {
    return (
      <Suspense fallback={<PageShell title={t("loading")} quietTitle><Skeletons lines={5} /></PageShell>}>
        <Offline error={failure} onRetry={() => session.refetch()} />
      </Suspense>
    );
  }
  const signIn = pathname === "/" ? "/sign-in" : withNext("/sign-in", pathname + search);
  return (
    <PageShell title={t("loading")} quietTitle>
      {session.data ? <Navigate to={signIn} replace /> : <Skeletons lines={5} />}
    </PageShell>
  );
}
