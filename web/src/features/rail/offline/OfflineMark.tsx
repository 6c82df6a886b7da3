import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import { useTimeWords } from "@/components/time";
import styles from "./offline.module.css";

/** Says that a ticket is what this phone kept, and from when. */
export function OfflineMark({ asOf }: { asOf: number }) {
  const { t } = useTranslation("rail");
  const words = useTimeWords();
  return (
    <p className={styles.mark} role="status">
      <Icon name="clock" size={18} />
      {t("offline.asOf", { at: words.moment(asOf) })}
    </p>
  );
}
