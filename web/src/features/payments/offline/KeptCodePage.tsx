import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { OfflinePage } from "@/features/rail/offline/OfflinePage";
import { DeviceCode } from "../DeviceCode";
import { keptQuery } from "./kept";

/** The pay code when nobody can be asked who is signed in: made by this phone, if it can. */
export function KeptCodePage(props: { error: unknown; onRetry: () => Promise<unknown> }) {
  const { t } = useTranslation("payments");
  const kept = useQuery(keptQuery);
  if (kept.isSuccess && !kept.data) return <OfflinePage {...props} />;
  return (
    <PageShell title={t("code.title")} back="/">
      {kept.data ? <DeviceCode key={kept.data.enrolment} kept={kept.data} offline /> : <Skeletons height={420} />}
    </PageShell>
  );
}
