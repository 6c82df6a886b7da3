import { Button, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page } from "./Page";
import styles from "./console.module.css";

export function PageLoading() {
  const { t } = useTranslation();
  return (
    <div className={styles.middle} aria-busy="true" aria-label={t("loading")}>
      <Spin size="large" />
    </div>
  );
}

/** A page's code didn't come, or it broke. */
export function PageFailed() {
  const { t } = useTranslation();
  return (
    <main className={styles.alone}>
      <Page title={t("pageFailed.title")} lead={t("pageFailed.text")}>
        <Button
          type="primary"
          onClick={() => {
            window.location.reload();
          }}
        >
          {t("reload")}
        </Button>
      </Page>
    </main>
  );
}

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")} lead={t("notFound.text")}>
      <Link to="/">{t("console:toStart")}</Link>
    </Page>
  );
}
