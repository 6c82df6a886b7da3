import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Language = "zh" | "en";

const KEPT_AS = "farewave.language";

/** src/locales/<language>/<namespace>.json, found by themselves: each feature brings its own. */
const files = import.meta.glob<Record<string, unknown>>("../locales/*/*.json", {
  eager: true,
  import: "default",
});

function resources() {
  const all: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [path, words] of Object.entries(files)) {
    const [, language, namespace] = /locales\/(\w+)\/(\w+)\.json$/.exec(path) ?? [];
    if (language && namespace) (all[language] ??= {})[namespace] = words;
  }
  return all;
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function show(language: string): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

void i18next.use(initReactI18next).init({
  resources: resources(),
  lng: firstLanguage(),
  fallbackLng: "zh",
  defaultNS: "common",
  interpolation: { escapeValue: false },
  returnNull: false,
});
show(i18next.language);
i18next.on("languageChanged", show);

/** Changes the language and keeps the choice on this phone. */
export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT_AS, language);
  await i18next.changeLanguage(language);
}

export default i18next;
