import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import i18n from "@/i18n";
import "@/theme/tokens.css";
import "@/theme/base.css";
import { App } from "./App";
import en from "./locales/en/console.json";
import zh from "./locales/zh/console.json";

i18n.addResourceBundle("zh", "console", zh);
i18n.addResourceBundle("en", "console", en);

const place = document.getElementById("root");
if (!place) throw new Error("console.html has no #root");
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
