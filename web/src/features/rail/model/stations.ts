/** Finding a station as people type it: Chinese name, pinyin, initials, city or English. */
import { isTypedFor, syllables } from "./pinyin";
import type { Station } from "@/api/types";

/** How well a station answers what was typed, best first; the order of the list. */
const MATCHES: readonly ((typed: string, station: SearchableStation) => boolean)[] = [
  (typed, s) => s.name === typed || s.telecode === typed,
  (typed, s) => s.city === typed,
  (typed, s) => s.pinyin === typed || s.english === typed || s.initials === typed,
  (typed, s) => s.name.startsWith(typed),
  (typed, s) => s.initials.startsWith(typed),
  (typed, s) => s.pinyin.startsWith(typed) || s.english.startsWith(typed),
  (typed, s) => s.cityEnglish.startsWith(typed),
  (typed, s) => isTypedFor(typed, s.syllables),
  (typed, s) => s.englishWords.some((word) => word.startsWith(typed)),
  (typed, s) => s.name.includes(typed),
  (typed, s) => typed.length > 2 && s.pinyin.includes(typed),
];

interface SearchableStation {
  telecode: string;
  name: string;
  city: string;
  pinyin: string;
  initials: string;
  syllables: string[];
  english: string;
  englishWords: string[];
  cityEnglish: string;
}

const prepared = new WeakMap<Station, SearchableStation>();

/** The stations that answer `query`, best first; all stay out when nothing was typed. */
export function findStations(stations: readonly Station[], query: string): Station[] {
  const typed = asTyped(query);
  if (typed === "") return [];
  const found: { station: Station; rank: number }[] = [];
  for (const station of stations) {
    const rank = MATCHES.findIndex((matches) => matches(typed, searchable(station)));
    if (rank >= 0) found.push({ station, rank });
  }
  return found.sort((a, b) => a.rank - b.rank || byFame(a.station, b.station)).map((f) => f.station);
}

/** The stations under their pinyin's first letter, both in alphabetical order. */
export function stationsByLetter(stations: readonly Station[]): [letter: string, Station[]][] {
  const groups = new Map<string, Station[]>();
  for (const station of [...stations].sort(byPinyin)) {
    const letter = station.pinyin.charAt(0).toUpperCase();
    groups.set(letter, [...(groups.get(letter) ?? []), station]);
  }
  return [...groups];
}

/** What was typed, without what people add or leave out: case, blanks, apostrophes, 站, 市. */
function asTyped(query: string): string {
  const typed = letters(query.normalize("NFKC"));
  return typed.length > 2 ? typed.replace(/[站市]$/, "") : typed;
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[\s'’-]/g, "");
}

function searchable(station: Station): SearchableStation {
  let known = prepared.get(station);
  if (!known) {
    known = {
      telecode: station.telecode.toLowerCase(),
      name: station.name,
      city: station.city,
      pinyin: letters(station.pinyin),
      initials: letters(station.initials),
      syllables: syllables(letters(station.pinyin), letters(station.initials)),
      english: letters(station.name_en),
      englishWords: station.name_en.toLowerCase().split(/[\s'’-]+/),
      cityEnglish: letters(station.city_en),
    };
    prepared.set(station, known);
  }
  return known;
}

function byFame(a: Station, b: Station): number {
  return Number(b.hot) - Number(a.hot) || a.name.length - b.name.length || byPinyin(a, b);
}

function byPinyin(a: Station, b: Station): number {
  return a.pinyin.localeCompare(b.pinyin, "en") || a.telecode.localeCompare(b.telecode, "en");
}
