// Opens every screen in Chromium, in both languages and themes: axe-core must find nothing, and a picture of each is
// kept under target/screens to be looked at.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { ADMIN_SCREENS } from "./admin.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../../target/screens/", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const press =
  (...keys) =>
  async (page) => {
    for (const key of keys) {
      await page.keyboard.press(key);
      await page.waitForTimeout(60);
    }
  };
const openSeats = press("1", "Enter");
const pick = async (page) => {
  await openSeats(page);
  await page.waitForSelector("canvas");
  await press("ArrowRight", "Space", "ArrowRight", "Space")(page);
};
const hold = async (page) => {
  await pick(page);
  await press("Enter")(page);
};
const fill = async (page) => {
  await hold(page);
  await page.fill("[data-testid=form-name]", "홍길동");
  await page.fill("[data-testid=form-phone]", "01012345678");
  await page.fill("[data-testid=form-password]", "1234");
  await press("Enter")(page);
  await page.waitForTimeout(100);
};
const look = async (page) => {
  await press("F3")(page);
  await page.fill("[data-testid=lookup-phone]", "01012345678");
  await page.fill("[data-testid=lookup-password]", "1234");
  await press("Enter")(page);
};
const scan = async (page) => {
  await press("F3")(page);
  await page.keyboard.type("8C3P-0X1M.000102030405060708090A0B0C0D0E0F");
  await press("Enter")(page);
};
const vouch = async (page) => {
  await press("F3")(page);
  await page.click("[data-testid=lookup-vouch]");
  await page.fill("[data-testid=vouch-wanted]", "K7Q2-93FD");
  await page.fill("[data-testid=vouch-login]", "manager_1");
  await page.fill("[data-testid=vouch-password]", "비밀번호");
};
const click = (id) => (page) => page.click(`[data-testid=${id}] >> nth=0`);
const all =
  (...steps) =>
  async (page) => {
    for (const step of steps) await step(page);
  };

/** name, the case of answers.ts, what the clerk does, more of the address */
const SCREENS = [
  ["first-run", "first-run"],
  ["first-run-making", "making", click("try-here")],
  ["first-run-no-postgres", "no-postgres", click("try-here")],
  ["connecting", "connecting"],
  ["unreachable", "unreachable"],
  ["schema-newer", "schema-newer"],
  ["home", ""],
  ["home-loading", "loading"],
  ["home-empty", "empty"],
  ["home-offline", "home-offline"],
  ["home-no-match", "", (page) => page.fill("input[type=search]", "xyz")],
  ["detail", "", press("1")],
  ["seats", "", openSeats],
  ["seats-picked", "", pick],
  ["seats-close", "", all(pick, press("+", "+", "+"))],
  ["stadium", "stadium", openSeats],
  ["stadium-nearer", "stadium", all(openSeats, press("+", "+", "+"))],
  ["stadium-close", "stadium", all(openSeats, press("ArrowRight", "+", "+", "+", "+", "+", "+", "+"))],
  ["seats-taken", "taken", hold],
  ["home-paused", "paused", (page) => page.waitForSelector("[data-testid=card-1]")],
  ["detail-paused", "paused", press("1")],
  ["seats-paused", "paused", all(pick, (page) => page.waitForSelector("[data-testid=sales-paused]"))],
  ["seats-repriced", "repriced", all(openSeats, (page) => page.waitForSelector("[data-testid=notice]"))],
  ["seats-offline", "map-offline", all(openSeats, (page) => page.waitForSelector("[data-testid=stale]"))],
  ["seats-not-on-sale", "not-on-sale", openSeats],
  ["hold-checking", "hold-checking", hold],
  ["form-holding", "holding", hold],
  ["form", "", hold],
  ["form-hangul-password", "", all(hold, (page) => page.fill("[data-testid=form-password]", "김철수1"))],
  ["held", "", all(hold, press("Escape"))],
  ["held-expiring", "", all(hold, press("Escape")), "&left=47000"],
  ["form-fails", "confirm-fails", fill],
  ["form-checking", "checking", fill],
  ["expired", "expired", fill],
  ["done", "", fill],
  ["walk-up-typed", "", all(hold, (page) => page.fill("[data-testid=form-name]", "홍"), press("F12"))],
  ["walk-up-done", "prints-well", all(pick, press("F12"))],
  ["walk-up-refused", "no-walk-ups", pick],
  ["done-printed", "prints-well", all(fill, press("F9"))],
  ["done-no-paper", "no-paper", all(fill, press("F9"))],
  ["done-not-printed", "no-printers", all(fill, press("F9"))],
  ["print-was-cut-off", "print-was-cut-off"],
  ["home-after-sale", "", all(fill, press("Enter"))],
  ["last-sales", "", all(fill, press("Enter"), click("open-last-sales"))],
  ["home-days", "days"],
  ["over-asks", "days", all((page) => page.click("[data-testid=card-over] >> nth=0"), press("Enter"))],
  ["leave-asks", "", all(hold, press("F3"))],
  ["left-hold-on-offer", "left-hold", press("Escape")],
  [
    "crowded",
    "crowded",
    all(
      (page) => page.setViewportSize({ width: 1024, height: 640 }),
      press("Escape", "1", "Enter", "Space"),
      (page) => page.waitForTimeout(300),
    ),
  ],
  ["look-up", "", press("F3")],
  ["look-up-no-match", "no-match", look],
  ["look-up-found", "", look],
  ["look-up-limited", "too-many-look-ups", look],
  ["look-up-other-phone", "no-walk-ups", press("F3")],
  ["scanned", "", scan],
  ["scanned-reprinted", "ticket-reprinted", scan],
  ["scanned-cancelled", "ticket-cancelled", scan],
  ["scanned-unknown", "ticket-unknown", scan],
  ["vouch", "", vouch],
  ["vouch-no-match", "no-match", all(vouch, press("Enter"))],
  ["vouch-limited", "too-many-look-ups", all(vouch, press("Enter"))],
  ["vouch-no-manager", "not-a-manager", all(vouch, press("Enter"))],
  ["vouched", "", all(vouch, press("Enter"))],
  ["cancel-ask", "", all(look, click("cancel-button"))],
  ["cancel-fails", "cancel-fails", all(look, click("cancel-button"), click("cancel-confirm"))],
  ["cancel-checking", "cancel-checking", all(look, click("cancel-button"), click("cancel-confirm"))],
  ["cancelled", "", all(look, click("cancel-button"), click("cancel-confirm"))],
  ["settings", "", (page) => page.click("nav .last")],
  ["settings-doubts", "doubts", (page) => page.click("nav .last")],
  ["settings-ticket-stock", "ticket-stock", (page) => page.click("nav .last")],
  ["settings-no-printers", "no-printers", (page) => page.click("nav .last")],
  ["help", "", press("F1")],
  ["unfinished", "crashed"],
  ["left-hold", "left-hold"],
  ["gone-on", "left-hold", all(click("go-on"), (page) => page.waitForSelector("[data-testid=form-name]"))],
  ["jump", "", press("Control+k")],
  [
    "jump-to-seat",
    "",
    all(openSeats, press("Control+k"), (page) => page.fill("[data-testid=jump]", "B구역 3열 1")),
  ],
  [
    "jump-to-ticket",
    "",
    all(press("Control+k"), (page) =>
      page.fill("[data-testid=jump]", "8C3P-0X1M.000102030405060708090A0B0C0D0E0F"),
    ),
  ],
  ["jump-nowhere", "", all(press("Control+k"), (page) => page.fill("[data-testid=jump]", "xyz"))],
  ["seat-list", "", all(pick, click("list-open"))],
  ...ADMIN_SCREENS,
];

// `npm run screens -- seats` takes only those whose name begins so; more than one may be named.
const wanted = SCREENS.filter(([name]) =>
  process.argv.length < 3 ? true : process.argv.slice(2).some((start) => name.startsWith(start)),
);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const server = await preview({
  root: here,
  configFile: false,
  preview: { port: 0, host: "127.0.0.1" },
  logLevel: "error",
});
const address = `http://127.0.0.1:${server.httpServer.address().port}/`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

let taken = 0;
const troubles = [];
const takeAll = async (language, theme) => {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "ko-KR",
    reducedMotion: "reduce",
  });
  for (const [name, situation, act, more = ""] of wanted) {
    const full = `${name}-${language}-${theme}`;
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on("pageerror", (error) => troubles.push(`${full}: ${error.message}`));
    try {
      await page.goto(`${address}?case=${situation}&language=${language}&theme=${theme}${more}`);
      await page.waitForSelector("h1, nav");
      if (["connecting", "unreachable", "schema-newer"].includes(name) || name.startsWith("first-run")) {
        await page.waitForTimeout(100);
      } else if (situation.startsWith("admin")) {
        if (!["admin-older", "admin-first-run"].includes(name))
          await page.waitForSelector("[data-testid=admin-tab-overview]");
      } else {
        await page.waitForSelector("nav");
        if (situation !== "loading" && !situation.startsWith("home-") && situation !== "empty") {
          await page.waitForSelector("[data-testid=card-1]");
        }
      }
      await act?.(page);
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(150);
      await page.screenshot({ path: `${out}${full}.png` });
      taken++;
      // What the header says stays in it, and in the window.
      const outside = await page.evaluate(() => {
        const header = document.querySelector("header.top")?.getBoundingClientRect();
        return [...document.querySelectorAll("header.top > *")]
          .filter((part) => {
            const at = part.getBoundingClientRect();
            return at.top < header.top || at.bottom > header.bottom || at.right > header.right;
          })
          .map((part) => part.textContent.trim());
      });
      if (outside.length > 0) troubles.push(`${full}: out of the header: ${outside.join(" | ")}`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const { id, help, nodes } of violations) {
        troubles.push(`${full}: ${id}: ${help}: ${nodes.map((node) => node.html).join(" | ")}`);
      }
    } catch (error) {
      troubles.push(`${full}: ${error.message}`);
    }
    await page.close();
  }
  await context.close();
};
// Side by side in one browser: most of the time each waits for something to be drawn.
await Promise.all(
  ["ko", "en"].flatMap((language) => ["light", "dark"].map((theme) => takeAll(language, theme))),
);
await browser.close();
await server.close();
console.log(`${taken} screens taken, ${troubles.length} troubles`);
for (const trouble of troubles) console.error(trouble);
process.exit(troubles.length === 0 && taken === wanted.length * 4 ? 0 : 1);
