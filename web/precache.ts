import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

const WORKER = "sw.js";
/** Of public/: what a home screen needs. */
const PUBLIC = ["favicon.svg", "manifest.webmanifest", "icons/icon-192.png"];

/**
 * Builds the service worker and writes in front of it which files make up the app, under a version that
 * follows from their content.
 */
export function precache(): Plugin {
  return {
    name: "precache",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: "src/worker/sw.ts", fileName: WORKER });
    },
    async writeBundle({ dir = "" }, bundle) {
      const assets = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      const files = [...PUBLIC, ...assets.sort()];
      const worker = await readFile(join(dir, WORKER), "utf-8");
      const hash = createHash("sha256").update(worker).update(files.join("\n"));
      for (const name of ["index.html", ...PUBLIC]) hash.update(await readFile(join(dir, name)));
      const shell = { version: hash.digest("hex").slice(0, 16), files: ["/", ...files.map((name) => `/${name}`)] };
      await writeFile(join(dir, WORKER), `const SHELL = ${JSON.stringify(shell)};\n${worker}`);
    },
  };
}
