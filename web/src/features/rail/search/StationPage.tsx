import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import type { Station } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorNote } from "@/components/ErrorNote";
import { PageShell } from "@/components/PageShell";
import { Skeletons } from "@/components/Skeletons";
import { stationsQuery } from "../data/queries";
import { changeSearchChoice } from "../data/searchChoice";
import { findStations } from "../model/stations";
import { StationIndex } from "./StationIndex";
import { StationSearch } from "./StationSearch";
import { useChosen } from "./useChosen";

/** More matches than anyone reads; a letter more finds the right one. */
const MATCHES_MAX = 50;

/** Choosing a station: by typing any of its names, or among the well-known ones and the letters. */
export function StationPage() {
  const { t } = useTranslation("rail");
  const [params] = useSearchParams();
  const end = params.get("end") === "to" ? "to" : "from";
  const chosen = useChosen();
  const navigate = useNavigate();
  const stations = useQuery(stationsQuery);
  const [typed, setTyped] = useState("");

  const choose = (station: Station) => {
    const other = end === "from" ? chosen.to : chosen.from;
    const before = end === "from" ? chosen.from : chosen.to;
    // The station of the other end: the two change places, as people mean it.
    const displaced = station.telecode === other?.telecode ? before : other;
    changeSearchChoice(
      end === "from"
        ? { from: station.telecode, to: displaced?.telecode }
        : { from: displaced?.telecode, to: station.telecode },
    );
    const depth = (window.history.state as { idx?: number } | null)?.idx ?? 0;
    if (depth > 0) void navigate(-1);
    else void navigate("/tickets", { replace: true });
  };
  const current = end === "from" ? chosen.from : chosen.to;
  return (
    <PageShell title={t(`stations.${end}`)} back="/tickets">
      {stations.isError && (
        <ErrorNote error={stations.error} onRetry={() => stations.refetch()} />
      )}
      {stations.isPending && <Skeletons lines={8} />}
      {stations.data && (
        <>
          <StationSearch
            typed={typed}
            onType={setTyped}
            found={findStations(stations.data, typed).slice(0, MATCHES_MAX)}
            onChoose={choose}
            nothing={
              <EmptyState
                drawing="lost"
                title={t("stations.none")}
                text={t("stations.noneText")}
              />
            }
          />
          {typed.trim() === "" && (
            <StationIndex stations={stations.data} current={current} onChoose={choose} />
          )}
        </>
      )}
    </PageShell>
  );
}
