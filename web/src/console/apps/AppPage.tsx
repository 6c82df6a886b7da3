import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { MissingPage } from "../OddPages";
import { Copyable, Failure, Page, Part } from "../Page";
import { CertificatePart } from "./CertificatePart";
import { KeyPart } from "./KeyPart";
import { appsQuery } from "./queries";

export function AppPage() {
  const { t } = useTranslation("console");
  const { appId } = useParams();
  const apps = useQuery(appsQuery);
  const app = apps.data?.find((each) => each.app_id === appId);
  if (apps.data && !app) return <MissingPage />;
  return (
    <Page title={app?.name ?? t("apps.one")} lead={<Link to="/apps">{t("apps.all")}</Link>}>
      <Failure error={apps.error} retry={() => void apps.refetch()} />
      {apps.isPending && (
        <div aria-busy="true">
          <Skeleton active />
        </div>
      )}
      {app && (
        <>
          <Part title={t("apps.settings")} lead={t("apps.settingsLead")}>
            <Copyable label={t("apps.appId")} text={app.app_id} />
            <Copyable label={t("apps.gateway")} text={app.gateway_url} />
            <Copyable label={t("apps.platformKey")} text={app.platform_public_key} />
          </Part>
          <KeyPart app={app} />
          <CertificatePart app={app} />
        </>
      )}
    </Page>
  );
}
