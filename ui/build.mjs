// Builds the screens into dist, unless what is there was built of what is here now: a file that is written again makes cargo
// build the program again.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

process.chdir(import.meta.dirname);
const MARK = "node_modules/.built-from";
const SOURCES = [
  "build.mjs",
  "index.html",
  "messages",
  "node_modules/.package-lock.json",
  "package.json",
  "project.inlang/settings.json",
  "src",
  "svelte.config.js",
  "tsconfig.json",
  "vite.config.ts",
];
/** Made of the messages. */
const MADE = join("src", "paraglide");

function* filesOf(path) {
  if (path === MADE) return;
  const entries = readdirSync(path, { withFileTypes: true }).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  for (const entry of entries) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* filesOf(inside);
    else yield inside;
  }
}

function builtFrom() {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const files = source.includes(".") ? [source] : filesOf(source);
    for (const file of files)
      if (existsSync(file)) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

const now = builtFrom();
if (existsSync("dist/index.html") && existsSync(MARK) && readFileSync(MARK, "utf8") === now) {
  console.log("The screens are built already.");
} else {
  // One that is interrupted is not taken for built.
  rmSync(MARK, { force: true });
  for (const step of ["npm run messages", "npx --no-install vite build"]) {
    // By a shell, which finds the npm of Windows too.
    const { status } = spawnSync(step, { shell: true, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(MARK, now);
}
