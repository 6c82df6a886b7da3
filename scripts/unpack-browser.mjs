// Unpack the Chromium that npm brought: the program, the libraries it may lack, and a font set of its
// own, behind a small starter script. Called by find-browser with the folder and the versions' names.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const [folder, versions] = process.argv.slice(2);
const packed = join(folder, "node_modules/@sparticuz/chromium/bin");
const program = join(folder, "program");
mkdirSync(program, { recursive: true });

writeFileSync(join(program, "chrome"), brotliDecompressSync(readFileSync(join(packed, "chromium.br"))));
chmodSync(join(program, "chrome"), 0o755);
for (const name of ["al2023", "swiftshader"]) {
  const archive = join(packed, `${name}.tar.br`);
  if (!existsSync(archive)) continue;
  execFileSync("tar", ["-x", "-C", program], { input: brotliDecompressSync(readFileSync(archive)) });
}

const fonts = join(folder, "node_modules/@expo-google-fonts/noto-sans-sc");
writeFileSync(
  join(folder, "fonts.conf"),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, "font-cache")}</cachedir>
  <include ignore_missing="yes">/etc/fonts/conf.d</include>
</fontconfig>
`,
);
// The bundled libraries come last: the machine's own are preferred where it has them.
writeFileSync(
  join(folder, "chromium"),
  `#!/bin/sh
# ${versions}
export FONTCONFIG_FILE='${join(folder, "fonts.conf")}'
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+\$LD_LIBRARY_PATH:}/usr/lib/x86_64-linux-gnu:${join(program, "lib")}"
exec '${join(program, "chrome")}' "$@"
`,
);
chmodSync(join(folder, "chromium"), 0o755);
