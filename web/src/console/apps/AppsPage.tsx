import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AgentsPart } from "../agents/AgentsPart";
import { Mark } from "../Mark";
import { Failure, Page } from "../Page";
import styles from "../console.module.css";
import { appsQuery } from "./queries";

export function AppsPage() {
  const { t } = useTranslation("console");
  const apps = useQuery(appsQuery);
  return (
    <Page title={t("apps.title")} lead={t("apps.lead")}>
      <Failure error={apps.error} retry={() => void apps.refetch()} />
      {apps.isPending && (
        <div aria-busy="true">
          <Skeleton active />
        </div>
      )}
      <div className={styles.list}>
        {apps.data?.map((app) => (
          <Link key={app.app_id} to={`/apps/${app.app_id}`} className={styles.item}>
            <span>
              <strong>{app.name}</strong>
              <span className={`${styles.quiet ?? ""} tabular`}>{app.app_id}</span>
            </span>
            <Mark tone="plain">{t(app.certificates ? "apps.certificateMode" : "apps.keyMode")}</Mark>
          </Link>
        ))}
      </div>
      <AgentsPart />
    </Page>
  );
}
