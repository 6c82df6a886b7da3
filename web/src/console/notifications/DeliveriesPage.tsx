import { useInfiniteQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Listing } from "../Listing";
import { Page } from "../Page";
import styles from "../console.module.css";
import { NotificationRow } from "./NotificationRow";
import { deliveriesQuery } from "./queries";

/** The operator's: everybody's notifications, those that wait and those that are done. */
export function DeliveriesPage() {
  const { t } = useTranslation("console");
  const [state, setState] = useState<"waiting" | "done">("waiting");
  const told = useInfiniteQuery(deliveriesQuery(state));
  return (
    <Page title={t("deliveries.title")} lead={t("deliveries.lead")}>
      <div className={styles.filters}>
        <Segmented<"waiting" | "done">
          aria-label={t("deliveries.which")}
          value={state}
          options={[
            { value: "waiting", label: t("deliveries.waiting") },
            { value: "done", label: t("deliveries.done") },
          ]}
          onChange={(value) => {
            setState(value);
          }}
        />
      </div>
      <Listing query={told} empty={t(`deliveries.none.${state}`)} count={(page) => page.notifications.length}>
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
