import { useTranslation } from "react-i18next";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";

export function MePage() {
  const { t } = useTranslation();
  return (
    <PageShell title={t("loading")} back="/">
      <Skeletons />
    </PageShell>
  );
}
