import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "@/api/client";
import type { GatewayFaultLeft, GatewaySwitchboard } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { ListCard } from "@/components/ListCard";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import { GatewayFaultForm } from "./GatewayFaultForm";
import styles from "./sandbox.module.css";

const queryKey = ["sandbox", "gateway-faults"];
const REFETCH_MS = 2_000;

/** The Open Platform's switchboard: what the next calls of an application meet. */
export function GatewayFaultsPage() {
  const { t } = useTranslation("sandbox");
  const client = useQueryClient();
  // Calls count it down from outside, so it is asked again and again.
  const board = useQuery({
    queryKey,
    queryFn: () => call(api.GET("/api/v1/sandbox/gateway-faults")),
    refetchInterval: REFETCH_MS,
  });
  const refresh = () => client.invalidateQueries({ queryKey });
  return (
    <PageShell title={t("gateway.title")} back="/me">
      <p className={styles.lead}>{t("gateway.lead")}</p>
      {board.isPending && <Skeletons lines={5} />}
      {board.isError && <ErrorNote error={board.error} onRetry={() => board.refetch()} />}
      {board.data && <GatewayFaultForm board={board.data} onArmed={refresh} />}
      {board.data && <Armed board={board.data} onCleared={refresh} />}
    </PageShell>
  );
}

function Armed({ board, onCleared }: { board: GatewaySwitchboard; onCleared: () => Promise<unknown> }) {
  const { t } = useTranslation("sandbox");
  const { error, submit } = useSubmit();
  const nameOf = (appId: string) => board.apps.find((app) => app.app_id === appId)?.name ?? appId;
  const clear = ({ app_id, method, fault, hang_s }: GatewayFaultLeft) =>
    submit(async () => {
      await call(api.PUT("/api/v1/sandbox/gateway-faults", { body: { app_id, method, fault, hang_s, calls: 0 } }));
      await onCleared();
    });
  return (
    <ListCard title={t("gateway.armed")}>
      {board.faults.length === 0 && <EmptyState drawing="lost" title={t("gateway.none")} text={t("gateway.noneText")} />}
      <ul>
        {board.faults.map((one) => (
          <li key={`${one.app_id} ${one.method}`} className={styles.armed}>
            <div className={styles.armedWords}>
              <p className={styles.method}>{one.method}</p>
              <p className={styles.armedNote}>
                {t(`gateway.kind.${one.fault}`)} · {nameOf(one.app_id)}
              </p>
              <p className={styles.left}>
                {one.calls > 0 && t("gateway.callsLeft", { count: one.calls })}
                {one.calls > 0 && one.notifications > 0 && " · "}
                {one.notifications > 0 && t("gateway.notificationsLeft", { count: one.notifications })}
              </p>
            </div>
            <SubmitButton kind="outline" size="small" block={false} onClick={() => clear(one)}>
              {t("gateway.clear")}
            </SubmitButton>
          </li>
        ))}
      </ul>
      <ErrorNote error={error} />
    </ListCard>
  );
}
