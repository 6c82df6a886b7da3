import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { banksQuery } from "./queries";

interface BankLook {
  name: string;
  color: string;
}

/** A bank's name in the language that is on, and its colour; gives a plain look until known. */
export function useBank(): (bankCode: string, fallbackName: string) => BankLook {
  const { i18n } = useTranslation();
  const banks = useQuery(banksQuery);
  return (bankCode, fallbackName) => {
    const bank = banks.data?.find((one) => one.bank_code === bankCode);
    if (!bank) return { name: fallbackName, color: "#33505a" };
    return { name: i18n.language === "en" ? bank.name_en : bank.name, color: bank.color };
  };
}
