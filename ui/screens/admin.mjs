// The manager's screens, for take.mjs: name, what the shell answers, and how to get there.
const tab = (name) => (page) => page.click(`[data-testid=admin-tab-${name}]`);
const see = (what) => (page) => page.waitForSelector(what);
const all =
  (...steps) =>
  async (page) => {
    for (const step of steps) await step(page);
  };
const click = (id) => (page) => page.click(`[data-testid=${id}] >> nth=0`);
const open = (part) =>
  all(
    tab("concerts"),
    (page) => page.click("[data-testid=concert-row] .link >> nth=0"),
    click(`part-${part}`),
  );
const end = (page) => page.locator("[data-testid=new-login-add]").scrollIntoViewIfNeeded();
const addCounter = all(tab("logins"), see("[data-testid=counter-login]"), (page) =>
  page.fill("[data-testid=counter-login]", "counter_5"),
);
const drawn = see("canvas");
const drag = async (page) => {
  const box = await page.locator("canvas").boundingBox();
  await page.mouse.move(box.x + box.width * 0.42, box.y + box.height * 0.3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.58, box.y + box.height * 0.5, { steps: 4 });
};
const choose = all(open("seats"), drawn, drag, (page) => page.mouse.up());
const pickFile = (page) =>
  page.setInputFiles("[data-testid=plan-file]", {
    name: "대극장.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("번호\n"),
  });
const importing = all(open("import"), pickFile, see("[data-testid=hall-file]"));
const scrollTo = (what) => (page) => page.locator(what).first().scrollIntoViewIfNeeded();
const small = (page) => page.setViewportSize({ width: 1024, height: 768 });

export const ADMIN_SCREENS = [
  ["admin-overview", "admin", see(".u-legend")],
  [
    "admin-overview-end",
    "admin",
    all(see(".u-legend"), (page) => page.locator("#sweep").scrollIntoViewIfNeeded()),
  ],
  ["admin-doubts", "admin-doubts", see("[data-testid=server-doubts]")],
  ["admin-loading", "admin-loading"],
  ["admin-empty", "admin-empty", see("[data-testid=figure-sold]")],
  ["admin-offline", "admin-offline", see("[data-testid=admin-error]")],
  ["admin-not-a-manager", "admin-not-a-manager", see("[data-testid=admin-error]")],
  [
    "admin-sweep-fails",
    "admin-sweep-fails",
    all(see("[data-testid=sweep-last] .trouble"), (page) => page.locator("#sweep").scrollIntoViewIfNeeded()),
  ],
  ["admin-concerts", "admin", tab("concerts")],
  ["admin-concerts-empty", "admin-empty", tab("concerts")],
  ["admin-concerts-offline", "admin-offline", tab("concerts")],
  ["admin-new", "admin", all(tab("concerts"), click("new-concert"))],
  ["admin-details", "admin", open("edit")],
  ["admin-draft", "admin-draft", open("edit")],
  [
    "admin-tier",
    "admin-ready",
    all(open("edit"), click("tier-new"), (page) =>
      page.locator("[data-testid=tier-price]").scrollIntoViewIfNeeded(),
    ),
  ],
  ["admin-publish", "admin-ready", all(open("edit"), click("publish"), see("[data-testid=offered]"))],
  ["admin-publish-doubt", "admin-doubt", all(open("edit"), click("publish"), see("[data-testid=offered]"))],
  ["admin-paused", "admin-paused", open("edit")],
  ["admin-concerts-paused", "admin-paused", tab("concerts")],
  ["admin-archive-ask", "admin", all(open("edit"), click("archive"))],
  [
    "admin-conflict",
    "admin-conflict",
    all(
      open("edit"),
      (page) => page.fill("[data-testid=concert-title]", "겨울밤 — 시립교향악단 특별연주회"),
      click("save-concert"),
      see("[role=alertdialog]"),
    ),
  ],
  ["admin-generator", "admin", all(open("plan"), drawn)],
  [
    "admin-generator-hall",
    "admin",
    all(open("plan"), click("hall-concert_hall"), click("row-tier-add"), drawn),
  ],
  ["admin-generator-faults", "admin-faults", all(open("plan"), see("[data-testid=faults]"))],
  ["admin-write-ask", "admin", all(open("plan"), drawn, click("write-plan"))],
  [
    "admin-writing",
    "admin",
    all(open("plan"), drawn, click("write-plan"), click("ask-yes"), see("progress")),
  ],
  ["admin-import", "admin", open("import")],
  [
    "admin-import-over",
    "admin",
    all(open("import"), (page) => page.dispatchEvent("[data-testid=hall-drop]", "dragover")),
  ],
  ["admin-import-reading", "admin-import-reading", all(open("import"), pickFile, see("[role=status]"))],
  ["admin-import-read", "admin", all(importing, drawn)],
  ["admin-import-remembered", "admin-import-remembered", all(importing, drawn)],
  ["admin-import-doubts", "admin-import-doubts", importing],
  [
    "admin-import-assumed",
    "admin-import-doubts",
    all(importing, scrollTo("#assumed"), scrollTo("[data-testid=headings]")),
  ],
  ["admin-import-counts", "admin-import-doubts", all(importing, scrollTo("[data-testid=counts] tfoot"))],
  ["admin-import-small", "admin-import-doubts", all(small, importing)],
  ["admin-import-repeats", "admin-import-repeats", importing],
  ["admin-import-chart", "admin-import-chart", importing],
  [
    "admin-import-blocks",
    "admin-import-chart",
    all(small, importing, scrollTo("[data-testid=block] >> nth=2")),
  ],
  [
    "admin-import-locked",
    "admin-import-locked",
    all(open("import"), pickFile, see("[data-testid=hall-refused]")),
  ],
  ["admin-import-faults", "admin-faults", all(importing, see("[data-testid=faults]"))],
  ["admin-bulk", "admin", all(open("seats"), drawn)],
  ["admin-bulk-drag", "admin", all(open("seats"), drawn, drag)],
  ["admin-bulk-chosen", "admin", choose],
  [
    "admin-bulk-taken",
    "admin-taken",
    all(
      choose,
      (page) => page.fill("[data-testid=bulk-reason]", "하우스석"),
      click("bulk-withhold"),
      see("[data-testid=taken-seats]"),
    ),
  ],
  ["admin-sales", "admin", all(open("sales"), see(".u-legend"))],
  [
    "admin-sales-end",
    "admin",
    all(open("sales"), see("[data-testid=live-holds]"), (page) =>
      page.locator("[data-testid=live-holds]").scrollIntoViewIfNeeded(),
    ),
  ],
  ["admin-report-saved", "admin", all(open("sales"), click("report-xlsx"), see("[data-testid=notice]"))],
  ["admin-reservations", "admin", all(open("reservations"), see("[data-testid=reservation-row]"))],
  ["admin-reservations-empty", "admin-no-reservations", open("reservations")],
  [
    "admin-unmasked",
    "admin",
    all(open("reservations"), (page) => page.click("[data-testid=reservation-row] button >> nth=0")),
  ],
  ["admin-cancel-reason", "admin", all(open("reservations"), click("cancel-for-customer"))],
  ["admin-journal", "admin", all(tab("journal"), see("[data-testid=journal-row]"))],
  ["admin-journal-empty", "admin-empty", tab("journal")],
  ["admin-rules", "admin", all(tab("rules"), see("[data-testid=rule-hold]"))],
  ["admin-counters-here", "admin", all(tab("logins"), see("[data-testid=login-row]"), end)],
  ["admin-counter", "admin-remote", all(addCounter, end)],
  ["admin-counter-made", "admin-remote", all(addCounter, click("counter-add"), see("[role=alertdialog]"))],
  ["admin-counter-taken", "admin-login-taken", all(addCounter, click("counter-add"), end)],
  ["admin-logins", "admin", all(tab("logins"), see("[data-testid=login-row]"))],
  [
    "admin-login-rename",
    "admin",
    all(
      tab("logins"),
      (page) => page.click("[data-testid=login-rename] >> nth=1"),
      see("[role=alertdialog]"),
    ),
  ],
  [
    "admin-login-remove",
    "admin",
    all(
      tab("logins"),
      (page) => page.click("[data-testid=login-remove] >> nth=2"),
      see("[role=alertdialog]"),
    ),
  ],
  ["admin-server", "admin", tab("server")],
  [
    "admin-schema",
    "admin",
    all(
      tab("server"),
      (page) => page.fill("[data-testid=owner-host]", "db.example"),
      (page) => page.fill("[data-testid=owner-password]", "secret"),
      click("schema-look"),
      see("[data-testid=migrate]"),
      click("migrate"),
    ),
  ],
  [
    "admin-first-run",
    "admin-first-run",
    all(click("prepare-open"), (page) => page.locator("[data-testid=schema-look]").scrollIntoViewIfNeeded()),
  ],
  ["admin-older", "admin-older", see("[data-testid=schema-look]")],
];
