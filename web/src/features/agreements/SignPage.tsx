import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useParams, useSearchParams } from "react-router";
import { api, call } from "@/api/client";
import { useSession } from "@/api/session";
import type { AgreementOffer } from "@/api/types";
import { useFailure } from "@/api/useFailure";
import { LinkButton } from "@/components/LinkButton";
import { withNext } from "@/components/next";
import { PageError } from "@/components/PageError";
import { PageShell } from "@/components/PageShell";
import { PayPasswordSheet } from "@/components/PayPasswordSheet";
import { ResultMark } from "@/components/ResultMark";
import { Skeletons } from "@/components/Skeletons";
import { SubmitButton } from "@/components/SubmitButton";
import { svgAddress } from "@/components/svg";
import { agreementsQuery, offerQuery } from "./queries";
import { Terms } from "./Terms";
import styles from "./agreements.module.css";

const DESKTOP = "(min-width: 900px)";

/** Where a merchant sends a browser to have an agreement signed: a desktop shows a code, a phone signs. */
export function SignPage() {
  const { t } = useTranslation("agreements");
  const { token = "" } = useParams();
  const [search] = useSearchParams();
  const [desktop] = useState(() => window.matchMedia(DESKTOP).matches);
  const offer = useQuery(offerQuery(token));
  const failure = useFailure(offer);
  const here = `/sign/${token}?here`;
  if (!offer.data) {
    return (
      <PageShell title={t("title")}>
        {failure ? (
          <PageError error={failure} onRetry={() => offer.refetch()} />
        ) : (
          <Skeletons height={240} />
        )}
      </PageShell>
    );
  }
  switch (offer.data.status) {
    case "signed":
      return <Outcome mark="done" title={t("signed")} text={t("signedText")} offer={offer.data} />;
    case "ended":
      return <Outcome mark="failed" title={t("ended")} text={t("endedText")} offer={offer.data} />;
    case "over":
      return <Outcome mark="failed" title={t("over")} text={t("overText")} offer={offer.data} />;
    case "waiting":
      if (desktop && !search.has("here")) return <ScanToSign offer={offer.data} here={here} />;
      return <Signing offer={offer.data} token={token} here={here} />;
  }
}

function ScanToSign({ offer, here }: { offer: AgreementOffer; here: string }) {
  const { t } = useTranslation("agreements");
  return (
    <PageShell title={t("title")}>
      <Terms offer={offer} />
      <section className={styles.code} aria-label={t("scan")}>
        <img src={svgAddress(offer.qr_svg)} alt={t("qr")} width={200} height={200} />
        <p>{t("scan")}</p>
        <LinkButton kind="quiet" to={here}>
          {t("here")}
        </LinkButton>
      </section>
    </PageShell>
  );
}

function Signing({ offer, token, here }: { offer: AgreementOffer; token: string; here: string }) {
  const { t } = useTranslation("agreements");
  const session = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  // Kept as it was when the sheet opened: terms that change meanwhile aren't signed.
  const [asking, setAsking] = useState<AgreementOffer | null>(null);
  const person = session.data?.person;
  if (session.data && !person) return <Navigate to={withNext("/sign-in", here)} replace />;
  if (!person) {
    return (
      <PageShell title={t("title")}>
        {session.isError ? (
          <PageError error={session.error} onRetry={() => session.refetch()} />
        ) : (
          <Skeletons height={240} />
        )}
      </PageShell>
    );
  }
  const ask = async () => {
    if (person.has_pay_password) setAsking(offer);
    else await navigate(withNext("/me/pay-password", here));
  };
  const sign = async (pay_password: string) => {
    if (!asking) return;
    const { queryKey } = offerQuery(token);
    try {
      const signed = await call(
        api.POST("/api/v1/agreement-offers/{token}/sign", {
          params: { path: { token } },
          body: { seen: asking.seen, pay_password },
        }),
      );
      setAsking(null);
      client.setQueryData(queryKey, signed);
    } catch (refusal) {
      void client.invalidateQueries({ queryKey });
      throw refusal;
    }
    void client.invalidateQueries({ queryKey: agreementsQuery.queryKey });
  };
  return (
    <PageShell title={t("title")} footer={<SubmitButton onClick={ask}>{t("sign")}</SubmitButton>}>
      <Terms offer={offer} />
      <p className={styles.note}>{t("lead")}</p>
      <p className={styles.note}>{t("from")}</p>
      <PayPasswordSheet
        open={asking !== null}
        onClose={() => {
          setAsking(null);
        }}
        onConfirm={sign}
        purpose={t("purpose", { merchant: offer.merchant_name })}
      />
    </PageShell>
  );
}

interface OutcomeProps {
  mark: "done" | "failed";
  title: string;
  text: string;
  offer: AgreementOffer;
}

function Outcome({ mark, title, text, offer }: OutcomeProps) {
  const { t } = useTranslation("agreements");
  const back = offer.return_to;
  useEffect(() => {
    if (back) window.location.replace(back);
  }, [back]);
  return (
    <PageShell
      title={title}
      quietTitle
      footer={
        back ? (
          <a href={back} rel="noreferrer" className="adm-button adm-button-primary adm-button-block adm-button-large">
            {t("toMerchant")}
          </a>
        ) : (
          <LinkButton block size="large" to="/" replace>
            {t("toWallet")}
          </LinkButton>
        )
      }
    >
      <div className={styles.outcome} role="status">
        <ResultMark kind={mark} />
        <p className={styles.outcomeTitle}>{title}</p>
        <p className={styles.outcomeText}>{back ? t("returning") : text}</p>
      </div>
      <Terms offer={offer} />
    </PageShell>
  );
}
