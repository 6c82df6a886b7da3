import { useTranslation } from "react-i18next";
import type { Sale } from "@/api/types";
import { Sheet } from "@/components/Sheet";
import { useRailWords } from "../data/words";
import { calendarOf } from "../model/calendar";
import { addDays, dayWithWeekday, monthName, weekday } from "../model/dates";
import styles from "./DateSheet.module.css";

interface Props {
  open: boolean;
  sale: Sale;
  day: string;
  onChoose: (day: string) => void;
  onClose: () => void;
}

const A_MONDAY = "2026-11-23";

/** The days on sale as a calendar; days outside stand there, but can't be chosen. */
export function DateSheet({ open, sale, day, onChoose, onClose }: Props) {
  const { t } = useTranslation("rail");
  const { language } = useRailWords();
  return (
    <Sheet open={open} title={t("calendar.title")} onClose={onClose}>
      <p className={styles.note}>{t("calendar.note", { count: sale.presale_days })}</p>
      {calendarOf(sale).map(({ month, weeks }) => (
        <table key={month} className={styles.month}>
          <caption>{monthName(`${month}-01`, language)}</caption>
          <thead>
            <tr>
              {Array.from({ length: 7 }, (_, index) => (
                <th key={index} scope="col">
                  {shortWeekday(addDays(A_MONDAY, index), language)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week, row) => (
              <tr key={row}>
                {week.map((each, column) => (
                  <td key={column}>
                    {each && (
                      <button
                        type="button"
                        className={styles.day}
                        disabled={each < sale.first_day || each > sale.last_day}
                        aria-pressed={each === day}
                        onClick={() => {
                          onChoose(each);
                        }}
                      >
                        <span className="visually-hidden">{dayWithWeekday(each, language)}</span>
                        <span aria-hidden="true">{Number(each.slice(-2))}</span>
                        {each === sale.first_day && <small>{t("today")}</small>}
                      </button>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </Sheet>
  );
}

function shortWeekday(day: string, language: string): string {
  return weekday(day, language).replace("周", "").slice(0, 3);
}
