import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSubmit } from "@/components/useSubmit";
import { DayField } from "../DaysField";
import { Failure, Page, Part } from "../Page";
import { ask } from "../session";
import styles from "../console.module.css";

/** The files of a day or a month, as the Open Platform makes them. */
export function BillsPage() {
  const { t } = useTranslation("console");
  const { busy, error, submit } = useSubmit();
  const [type, setType] = useState<"trade" | "signcustomer">("trade");
  const [day, setDay] = useState<string>();
  const fetchFile = (date: string) =>
    submit(async () => {
      const query = { bill_date: date, bill_type: type };
      const bill = await ask(api.GET("/api/v1/console/bill", { params: { query } }));
      window.location.assign(bill.download_url);
    });
  return (
    <Page title={t("bills.title")} lead={t("bills.lead")}>
      <Part title={t("bills.which")}>
        <div className={styles.form}>
          <Segmented<"trade" | "signcustomer">
            aria-label={t("bills.type")}
            value={type}
            options={[
              { value: "trade", label: t("bills.trade") },
              { value: "signcustomer", label: t("bills.account") },
            ]}
            onChange={(value) => {
              setType(value);
            }}
          />
          <p className={styles.quiet}>{t(type === "trade" ? "bills.tradeText" : "bills.accountText")}</p>
          <div className={styles.row}>
            <DayField label={t("bills.day")} onChange={setDay} />
            <Button type="primary" loading={busy} disabled={!day} onClick={() => void fetchFile(day ?? "")}>
              {t("bills.ofDay")}
            </Button>
            <Button disabled={busy || !day} onClick={() => void fetchFile((day ?? "").slice(0, 7))}>
              {t("bills.ofMonth")}
            </Button>
          </div>
          <Failure error={error} />
        </div>
      </Part>
    </Page>
  );
}
