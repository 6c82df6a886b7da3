import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { api } from "@/api/client";
import { useSubmit } from "@/components/useSubmit";
import { Failure, Page } from "../Page";
import { ask, useChangeAccount } from "../session";
import { Door } from "./Door";

/** Where a one-time link leads; another one opened in the same window is another page. */
export function EnterPage() {
  const { hash } = useLocation();
  return <Entering key={hash} token={hash.slice(1)} />;
}

/** The link is used by a press, not by opening: mail scanners open everything. */
function Entering({ token }: { token: string }) {
  const { t } = useTranslation("console");
  const navigate = useNavigate();
  const change = useChangeAccount();
  const { busy, error, submit } = useSubmit();
  const enter = () =>
    submit(async () => {
      await ask(api.POST("/api/v1/console/enter", { body: { token } }));
      await change();
      await navigate("/", { replace: true });
    });
  return (
    <Door>
      <Page title={t("enter.title")} lead={t("enter.lead")}>
        <Failure error={error} />
        {error ? (
          <Link to="/sign-in">{t("enter.otherWay")}</Link>
        ) : (
          <Button type="primary" size="large" block loading={busy} onClick={() => void enter()}>
            {t("enter.go")}
          </Button>
        )}
      </Page>
    </Door>
  );
}
