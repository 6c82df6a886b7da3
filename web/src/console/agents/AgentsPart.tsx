import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App as Antd, Button, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useTimeWords } from "@/components/time";
import { useSubmit } from "@/components/useSubmit";
import { Failure, Part } from "../Page";
import { ask, type Agent } from "../session";
import styles from "../console.module.css";
import { agentsQuery } from "./queries";

/** Whom the merchant lets act for it, and the way to end that. */
export function AgentsPart() {
  const { t } = useTranslation("console");
  const words = useTimeWords();
  const client = useQueryClient();
  const agents = useQuery(agentsQuery);
  const { modal } = Antd.useApp();
  const { busy, error, submit } = useSubmit();
  const revoke = (appId: string) =>
    submit(async () => {
      const left = await ask(api.DELETE("/api/v1/console/agents/{app_id}", { params: { path: { app_id: appId } } }));
      client.setQueryData(agentsQuery.queryKey, left);
    });
  const confirm = (agent: Agent) => {
    modal.confirm({
      title: t("agents.revokeTitle", { name: agent.name }),
      content: t("agents.revokeText"),
      okText: t("agents.revoke"),
      onOk: () => revoke(agent.agent_app_id),
    });
  };
  return (
    <Part title={t("agents.title")} lead={t("agents.lead")}>
      <Failure error={agents.error} retry={() => void agents.refetch()} />
      <Failure error={error} />
      {agents.isPending && (
        <div aria-busy="true">
          <Skeleton active paragraph={{ rows: 1 }} />
        </div>
      )}
      {agents.data?.length === 0 && <p className={styles.quiet}>{t("agents.none")}</p>}
      <div className={styles.list}>
        {agents.data?.map((each) => (
          <div key={`${each.app_id} ${each.agent_app_id}`} className={styles.item}>
            <span>
              <strong>{each.name}</strong>
              <span className={`${styles.quiet ?? ""} tabular`}>
                {each.agent_app_id} ·{" "}
                {each.since
                  ? t("agents.since", { at: words.moment(each.since) })
                  : t("agents.waits", { at: words.moment(each.agreed_at) })}
              </span>
            </span>
            <Button
              disabled={busy}
              onClick={() => {
                confirm(each);
              }}
            >
              {t("agents.revoke")}
            </Button>
          </div>
        ))}
      </div>
    </Part>
  );
}
