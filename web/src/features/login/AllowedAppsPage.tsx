import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AllowedApp } from "@/api/types";
import { Confirm } from "@/components/Confirm";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { ListCard, ListRow } from "@/components/ListCard";
import { notify } from "@/components/notify";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { useTimeWords } from "@/components/time";
import { allowedAppsQuery, takeBack } from "./queries";
import styles from "./login.module.css";

/** Which applications know who this person is; each can be taken that from here. */
export function AllowedAppsPage() {
  const { t } = useTranslation("login");
  const apps = useQuery(allowedAppsQuery);
  const client = useQueryClient();
  const [ending, setEnding] = useState<AllowedApp | null>(null);
  const end = async () => {
    if (ending === null) return;
    await takeBack(ending.app_id);
    await client.invalidateQueries({ queryKey: allowedAppsQuery.queryKey });
    notify(t("allowed.ended"));
  };
  return (
    <PageShell title={t("allowed.title")} back="/me">
      {apps.isPending && <Skeletons lines={3} />}
      {apps.isError && <ErrorNote error={apps.error} onRetry={() => apps.refetch()} />}
      {apps.data?.length === 0 && <EmptyState drawing="cards" title={t("allowed.none")} text={t("allowed.noneText")} />}
      {apps.data && apps.data.length > 0 && (
        <ListCard>
          <ul>
            {apps.data.map((app) => (
              <li key={app.app_id}>
                <Row
                  app={app}
                  onEnd={() => {
                    setEnding(app);
                  }}
                />
              </li>
            ))}
          </ul>
        </ListCard>
      )}
      <Confirm
        open={ending !== null}
        title={t("allowed.question", { app: ending?.app_name ?? "" })}
        text={t("allowed.questionText")}
        yes={t("allowed.yes")}
        danger
        onYes={end}
        onClose={() => {
          setEnding(null);
        }}
      />
    </PageShell>
  );
}

function Row({ app, onEnd }: { app: AllowedApp; onEnd: () => void }) {
  const { t } = useTranslation("login");
  const words = useTimeWords();
  const name = app.app_name;
  return (
    <ListRow
      icon="globe"
      title={name}
      text={
        <>
          {t(`allowed.knows.${app.scope}`)}
          <br />
          {t("allowed.since", { at: words.moment(app.since) })}
        </>
      }
      value={
        <button type="button" className={styles.end} onClick={onEnd} aria-label={t("allowed.endOne", { app: name })}>
          {t("allowed.end")}
        </button>
      }
    />
  );
}
