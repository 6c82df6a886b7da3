import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { precache } from "./precache";

const SWAGGER_FILES = ["swagger-ui.css", "swagger-ui-bundle.js"] as const;

/** Puts Swagger UI beside the app, so that the API's pages work without a network. */
function swaggerUi(): Plugin {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return {
    name: "swagger-ui",
    async generateBundle() {
      for (const name of SWAGGER_FILES) {
        const source = await readFile(join(folder, name));
        this.emitFile({ type: "asset", fileName: `swagger/${name}`, source });
      }
    },
    configureServer(server) {
      server.middlewares.use("/swagger", (request, response, next) => {
        const path = join(folder, (request.url ?? "/").slice(1));
        const known = SWAGGER_FILES.some((name) => path === join(folder, name));
        if (known && existsSync(path)) createReadStream(path).pipe(response);
        else next();
      });
    },
  };
}

// The Host stays the browser's own: the server compares it with the Origin.
const api = {
  target: process.env.FAREWAVE_BACKEND ?? "http://127.0.0.1:8000",
  changeOrigin: false,
};

export default defineConfig({
  plugins: [react(), swaggerUi(), precache()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": api } },
  preview: { proxy: { "/api": api } },
  build: {
    outDir: "../src/farewave/app/web",
    emptyOutDir: true,
    target: "es2022",
    rolldownOptions: {
      output: {
        // Libraries change seldom and the app often: apart, a phone keeps the first in its cache.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
            // One page alone draws QR codes: they come with it.
            { name: "vendor", test: /node_modules\/(?!qrcode-generator\/)/ },
          ],
        },
      },
    },
  },
});
