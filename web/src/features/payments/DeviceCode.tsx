import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PaidByCode as Paid } from "@/api/types";
import { Countdown } from "@/components/Countdown";
import { ErrorNote } from "@/components/ErrorNote";
import { Icon } from "@/components/Icon";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { useTimeWords } from "@/components/time";
import { useSubmit } from "@/components/useSubmit";
import { useScreenOn } from "@/components/useScreenOn";
import { BarCode } from "./BarCode";
import { Digits, Refused } from "./Code";
import { isTurnedOff, nextCode, refill, turnedOffElsewhere, type Kept, type MadeCode } from "./offline/kept";
import { QrCode } from "./QrCode";
import { payCodeQuery } from "./queries";
import styles from "./payCode.module.css";
import payments from "./payments.module.css";

/** Nobody stands at a till so long: after that many codes the phone waits for a tap. */
const SHOWN_UNTOUCHED = 10;

interface Props {
  kept: Kept;
  /** Nobody can be asked what has become of a code. */
  offline?: boolean;
  onPaid?: (paid: Paid) => void;
}

/** Codes that this phone makes, a new one each half minute, and what becomes of them. Keyed by enrolment. */
export function DeviceCode({ kept, offline = false, onPaid }: Props) {
  const { t } = useTranslation("payments");
  const words = useTimeWords();
  const { now, before, next } = useCodes(kept);
  const [shown, setShown] = useState(1);
  const resting = shown > SHOWN_UNTOUCHED;
  useScreenOn(now !== null && !resting);
  const { refusal, unseen, turnedOff } = useWatch(now ?? null, before, offline, onPaid);
  const { enrolment } = kept;
  useEffect(() => {
    if (turnedOff) void turnedOffElsewhere(enrolment);
  }, [turnedOff, enrolment]);
  const onEnd = () => {
    setShown(shown + 1);
    if (shown < SHOWN_UNTOUCHED) void next();
  };
  if (now === undefined) return <Skeletons height={420} />;
  if (now === null) return <NoTickets owner={offline ? null : kept.owner} />;
  return (
    <>
      {(offline || unseen) && (
        <p className={styles.offline} role="status">
          <Icon name="info" size={18} />
          {t("device.offline")}
        </p>
      )}
      {refusal && <Refused refusal={refusal} />}
      <section className={styles.card} aria-label={t("code.title")}>
        {resting ? (
          <div className={styles.gone} role="status">
            <Icon name="clock" size={40} />
            <p className={styles.goneTitle}>{t("device.resting")}</p>
          </div>
        ) : (
          <>
            <BarCode digits={now.code} label={t("code.bars")} />
            <Digits code={now.code} />
            <QrCode digits={now.code} label={t("code.qr")} className={styles.qr} />
            <p className={payments.countdown}>
              {t("device.changes")} <Countdown key={now.code} until={now.until} onEnd={onEnd} />
            </p>
          </>
        )}
        <SubmitButton
          kind={resting ? "primary" : "outline"}
          onClick={async () => {
            setShown(1);
            await next();
          }}
        >
          {t("code.renew")}
        </SubmitButton>
      </section>
      <p className={styles.hint}>
        <Icon name="info" size={16} />
        {t("device.until", { at: words.moment(kept.expiresAt) })}
      </p>
    </>
  );
}

/** The code to show and the one before it, which a till may have scanned a moment ago. */
function useCodes({ owner, left }: Kept) {
  const [codes, setCodes] = useState<{ now?: MadeCode | null; before: MadeCode | null }>({ before: null });
  const show = (made: MadeCode | null) => {
    setCodes(({ now }) => ({ now: made, before: now ?? null }));
  };
  const next = async () => {
    show(await nextCode(owner));
  };
  // The first one, and the first after there was none: tickets come when the network does.
  const lacking = codes.now === null || codes.now === undefined;
  const there = left > 0;
  useEffect(() => {
    if (lacking) void nextCode(owner).then(show);
  }, [lacking, there, owner]);
  return { ...codes, next };
}

/** What became of the two codes that may be taken still. */
function useWatch(now: MadeCode | null, before: MadeCode | null, offline: boolean, onPaid: Props["onPaid"]) {
  const watched = (code: MadeCode | null) => ({
    ...payCodeQuery(code?.code ?? "", code?.takenUntil ?? ""),
    enabled: !offline && code !== null,
  });
  const current = useQuery(watched(now));
  const earlier = useQuery(watched(before));
  const paid = current.data?.paid ?? earlier.data?.paid ?? null;
  useEffect(() => {
    if (paid) onPaid?.(paid);
  }, [paid, onPaid]);
  return {
    refusal: current.data?.refusal ?? earlier.data?.refusal ?? null,
    unseen: current.isError,
    turnedOff: isTurnedOff(current.error) || isTurnedOff(earlier.error),
  };
}

/** `owner`: whose tickets can be fetched now; null without a network. */
function NoTickets({ owner }: { owner: string | null }) {
  const { t } = useTranslation("payments");
  const { busy, error, submit } = useSubmit();
  return (
    <section className={styles.card}>
      <div className={styles.gone} role="status">
        <Icon name="clock" size={40} />
        <p className={styles.goneTitle}>{t("device.none")}</p>
        <p className={styles.lead}>{t(owner === null ? "device.noneOffline" : "device.noneText")}</p>
      </div>
      <ErrorNote error={error} />
      {owner !== null && (
        <SubmitButton busy={busy} onClick={() => submit(() => refill(owner))}>
          {t("device.fetch")}
        </SubmitButton>
      )}
    </section>
  );
}
