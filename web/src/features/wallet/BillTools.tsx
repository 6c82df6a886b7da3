import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api/clock";
import { Chip, Chips } from "@/components/Chip";
import { SearchField } from "@/components/SearchField";
import { Segments } from "@/components/Segments";
import { useTimeWords } from "@/components/time";
import { insideMonth, lastMonths } from "./months";
import type { Wanted } from "./queries";
import { BILL_KINDS } from "./useWantedBills";
import styles from "./BillTools.module.css";

const MONTHS_BACK = 24;
const TEXT_CHARS_MAX = 40;
/** As long as somebody goes on typing, nothing is asked. */
const TYPING_MS = 300;

interface Props {
  wanted: Wanted;
  onNarrow: (change: { [Name in keyof Wanted]?: Wanted[Name] | undefined }) => void;
}

/** Searching and narrowing the bills: words, month, direction, kind. */
export function BillTools({ wanted, onNarrow }: Props) {
  const { t } = useTranslation("wallet");
  const words = useTimeWords();
  const months = lastMonths(serverNow(), MONTHS_BACK);
  // A month that the address names and the list doesn't reach is one more choice.
  const offered = wanted.month && !months.includes(wanted.month) ? [...months, wanted.month] : months;
  return (
    <div className={styles.tools} role="search" aria-label={t("find.name")}>
      <SearchBox
        text={wanted.text ?? ""}
        onSearch={(text) => {
          onNarrow({ text: text || undefined });
        }}
      />
      <div className={styles.line}>
        <select
          className={styles.month}
          aria-label={t("find.month")}
          value={wanted.month ?? ""}
          onChange={(event) => {
            onNarrow({ month: event.target.value || undefined });
          }}
        >
          <option value="">{t("find.everyMonth")}</option>
          {offered.map((month) => (
            <option key={month} value={month}>
              {words.month(insideMonth(month))}
            </option>
          ))}
        </select>
        <Segments
          label={t("find.direction")}
          value={wanted.direction ?? "all"}
          onChange={(direction) => {
            onNarrow({ direction: direction === "all" ? undefined : direction });
          }}
          options={[
            { value: "all", label: t("find.both") },
            { value: "out", label: t("out") },
            { value: "in", label: t("in") },
          ]}
        />
      </div>
      <Chips label={t("fact.kind")}>
        {BILL_KINDS.map((kind) => (
          <Chip
            key={kind}
            on={wanted.kind === kind}
            onToggle={() => {
              onNarrow({ kind: wanted.kind === kind ? undefined : kind });
            }}
          >
            {t(`billKind.${kind}`)}
          </Chip>
        ))}
      </Chips>
    </div>
  );
}

function SearchBox({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation("wallet");
  const [typed, setTyped] = useState(text);
  const [asked, setAsked] = useState(text);
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  // What is wanted changed from elsewhere (cleared, gone back): the box follows.
  if (text !== asked) {
    setAsked(text);
    if (text !== typed.trim()) setTyped(text);
  }
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => {
      search.current(typed.trim());
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, text]);
  return (
    <SearchField
      label={t("find.text")}
      value={typed}
      onChange={setTyped}
      emptyLabel={t("find.empty")}
      inputMode="search"
      enterKeyHint="search"
      placeholder={t("find.placeholder")}
      maxLength={TEXT_CHARS_MAX}
    />
  );
}
