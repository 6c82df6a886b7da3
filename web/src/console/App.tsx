import { QueryClientProvider } from "@tanstack/react-query";
import { App as Antd, ConfigProvider, type ThemeConfig } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { queryClient } from "@/api/queryClient";
import { router } from "./router";

/** The colours of tokens.css, as antd computes with them; and no motion for who wants none. */
const theme: ThemeConfig = {
  token: {
    motion: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    colorPrimary: "#0b6b7d",
    colorInfo: "#0b6b7d",
    colorLink: "#085768",
    colorLinkHover: "#0b6b7d",
    colorSuccess: "#0b7350",
    colorWarning: "#b4540a",
    colorError: "#b3261e",
    colorText: "#12232a",
    colorTextSecondary: "#4b5e66",
    colorTextTertiary: "#596a71",
    colorTextDescription: "#4b5e66",
    colorTextPlaceholder: "#596a71",
    colorBorder: "#c8d3d7",
    colorBorderSecondary: "#e3e9eb",
    colorBgLayout: "#f1f5f6",
    borderRadius: 8,
    controlHeight: 38,
    fontSize: 15,
    fontFamily: "var(--fw-font)",
    fontFamilyCode: "var(--fw-mono)",
  },
  components: { Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" } },
};

/** Everything that every page of the console needs around it. */
export function App() {
  const { i18n } = useTranslation();
  useEffect(() => {
    const again = () => void queryClient.invalidateQueries();
    i18n.on("languageChanged", again);
    return () => {
      i18n.off("languageChanged", again);
    };
  }, [i18n]);
  return (
    <QueryClientProvider client={queryClient}>
      <ConfigProvider theme={theme} locale={i18n.language === "en" ? enUS : zhCN} button={{ autoInsertSpace: false }}>
        <Antd message={{ top: 72 }}>
          <RouterProvider router={router} />
        </Antd>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
