import { Icon } from "./Icon";
import { useNotice } from "./notify";
import styles from "./Notices.module.css";

/** Where `notify` speaks: seen at the top of the page and read out by screen readers. */
export function Notices() {
  const notice = useNotice();
  return (
    <div className={styles.place} role="status">
      {notice && (
        <p key={notice.id} className={styles.notice}>
          <Icon name="check" size={18} />
          {notice.text}
        </p>
      )}
    </div>
  );
}
