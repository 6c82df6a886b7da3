import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = {
  target: process.env.FAREWAVE_BACKEND ?? "http://127.0.0.1:8000",
  changeOrigin: false,
};

/**
 * The console: built apart from the phone's app, so that neither carries anything of the other's. Runs
 * after the app's own build, which empties the folder around it.
 */
export default defineConfig({
  base: "/console/",
  publicDir: false,
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": api, "/gateway": api }, open: "/console/console.html" },
  build: {
    outDir: "../src/farewave/app/web/console",
    emptyOutDir: true,
    target: "es2022",
    // Read by desktops on good networks, and kept by the browser for good.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: "console.html",
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
            { name: "antd", test: /node_modules\// },
          ],
        },
      },
    },
  },
});
