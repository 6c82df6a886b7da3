import { useTranslation } from "react-i18next";
import { changeLanguage, type Language } from "@/i18n";
import styles from "./LanguageSwitch.module.css";

const LANGUAGES: readonly { code: Language; name: string; lang: string }[] = [
  { code: "zh", name: "中文", lang: "zh-CN" },
  { code: "en", name: "English", lang: "en" },
];

/** 中文 / English, each in its own name. Takes the colours of where it stands. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <div role="group" aria-label={t("language")} className={styles.switch}>
      {LANGUAGES.map(({ code, name, lang }) => (
        <button
          key={code}
          type="button"
          lang={lang}
          aria-pressed={i18n.language === code}
          className={styles.choice}
          onClick={() => void changeLanguage(code)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
