import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DaysField } from "../DaysField";
import { Listing } from "../Listing";
import { Page } from "../Page";
import styles from "../console.module.css";
import type { Days } from "../trades/queries";
import { NotificationRow } from "./NotificationRow";
import { notificationsQuery } from "./queries";

/** What the merchant's own server was told, trade by trade. */
export function NotificationsPage() {
  const { t } = useTranslation("console");
  const [days, setDays] = useState<Days>({});
  const told = useInfiniteQuery(notificationsQuery(days));
  return (
    <Page title={t("notifications.title")} lead={t("notifications.lead")}>
      <div className={styles.filters}>
        <DaysField value={days} onChange={setDays} />
      </div>
      <Listing query={told} empty={t("notifications.none")} count={(page) => page.notifications.length}>
        {(pages) => (
          <div className={styles.list}>
            {pages
              .flatMap((page) => page.notifications)
              .map((each) => (
                <NotificationRow key={each.notification_id} told={each} />
              ))}
          </div>
        )}
      </Listing>
    </Page>
  );
}
