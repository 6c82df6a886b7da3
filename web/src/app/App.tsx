import { QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd-mobile";
import enUS from "antd-mobile/es/locales/en-US";
import zhCN from "antd-mobile/es/locales/zh-CN";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { queryClient } from "@/api/queryClient";
import { fetchPages, router } from "./router";

/** Long enough that the first page has what it needs before the others ask for theirs. */
const FETCH_PAGES_AFTER_MS = 1_500;

/** Everything that every page needs around it. */
export function App() {
  const { i18n } = useTranslation();
  // Sentences that came from the API are in the language that was asked for: ask again.
  useEffect(() => {
    const again = () => void queryClient.invalidateQueries();
    i18n.on("languageChanged", again);
    return () => {
      i18n.off("languageChanged", again);
    };
  }, [i18n]);
  useEffect(() => {
    const timer = setTimeout(() => void fetchPages(), FETCH_PAGES_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <QueryClientProvider client={queryClient}>
      <ConfigProvider locale={i18n.language === "en" ? enUS : zhCN}>
        <RouterProvider router={router} />
      </ConfigProvider>
    </QueryClientProvider>
  );
}
