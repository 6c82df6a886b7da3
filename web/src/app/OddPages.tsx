import { Button } from "antd-mobile";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { LinkButton } from "@/components/LinkButton";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";

/** Before the first page's code is here. */
export function PageLoading() {
  const { t } = useTranslation();
  return (
    <main style={{ padding: 16 }}>
      <h1 className="visually-hidden">{t("loading")}</h1>
      <Skeletons lines={6} />
    </main>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <PageShell title={t("notFound.title")} back="/">
      <EmptyState
        drawing="lost"
        title={t("notFound.title")}
        text={t("notFound.text")}
        action={
          <LinkButton to="/">{t("toWallet")}</LinkButton>
        }
      />
    </PageShell>
  );
}

/** A page broke, or its code could not be fetched (offline, or a new version was put up). */
export function PageFailed() {
  const { t } = useTranslation();
  const error = useRouteError();
  console.error(error);
  return (
    <PageShell title={t("pageFailed.title")} back="/">
      <EmptyState
        drawing="lost"
        title={t("pageFailed.title")}
        text={t("pageFailed.text")}
        action={
          <Button
            color="primary"
            onClick={() => {
              window.location.reload();
            }}
          >
            {t("reload")}
          </Button>
        }
      />
    </PageShell>
  );
}
