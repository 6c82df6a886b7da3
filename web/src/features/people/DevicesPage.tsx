import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { Confirm } from "@/components/Confirm";
import { ErrorNote } from "@/components/ErrorNote";
import { ListCard, ListRow } from "@/components/ListCard";
import { notify } from "@/components/notify";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useTimeWords } from "@/components/time";
import { devicesQuery, signOutDevice, signOutOthers } from "./api";
import styles from "./people.module.css";

/** Where this person is signed in; one device or all others can be signed out from here. */
export function DevicesPage() {
  const { t } = useTranslation("people");
  const devices = useQuery(devicesQuery);
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<Device | "others" | null>(null);
  const others = devices.data?.filter((device) => !device.is_this) ?? [];
  const signOut = async () => {
    if (leaving === null) return;
    await (leaving === "others" ? signOutOthers() : signOutDevice(leaving.device_id));
    await client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    notify(t("devices.signedOut"));
  };
  const name = (device: Device) => device.name ?? t("devices.unknown");
  return (
    <PageShell
      title={t("devices.title")}
      back="/me"
      footer={
        others.length > 1 && (
          <SubmitButton
            kind="danger"
            onClick={() => {
              setLeaving("others");
              return Promise.resolve();
            }}
          >
            {t("devices.signOutOthers")}
          </SubmitButton>
        )
      }
    >
      <p className={styles.lead}>{t("devices.lead")}</p>
      {devices.isPending && <Skeletons lines={3} />}
      {devices.isError && <ErrorNote error={devices.error} onRetry={() => devices.refetch()} />}
      {devices.data && (
        <ListCard>
          <ul>
            {devices.data.map((device) => (
              <li key={device.device_id}>
                <DeviceRow
                  device={device}
                  name={name(device)}
                  onSignOut={() => {
                    setLeaving(device);
                  }}
                />
              </li>
            ))}
          </ul>
        </ListCard>
      )}
      <Confirm
        open={leaving !== null}
        title={leaving === "others" ? t("devices.othersQuestion") : t("devices.question", { name: leaving ? name(leaving) : "" })}
        text={t("devices.questionText")}
        yes={t("me.signOut")}
        danger
        onYes={signOut}
        onClose={() => {
          setLeaving(null);
        }}
      />
    </PageShell>
  );
}

interface RowProps {
  device: Device;
  name: string;
  onSignOut: () => void;
}

function DeviceRow({ device, name, onSignOut }: RowProps) {
  const { t } = useTranslation("people");
  const words = useTimeWords();
  const onDesk = /Windows|Mac|Linux/.test(device.name ?? "");
  return (
    <ListRow
      icon={onDesk ? "desktop" : "phone"}
      tone={device.is_this ? "brand" : "quiet"}
      title={name}
      text={
        <>
          {t("devices.since", { at: words.moment(device.signed_in_at) })}
          {!device.is_this && <br />}
          {!device.is_this && t("devices.seen", { at: words.moment(device.seen_at) })}
        </>
      }
      value={
        device.is_this ? (
          <span className={styles.thisDevice}>{t("devices.this")}</span>
        ) : (
          <button type="button" className={styles.signOutOne} onClick={onSignOut} aria-label={t("devices.signOutOne", { name })}>
            {t("me.signOut")}
          </button>
        )
      }
    />
  );
}
