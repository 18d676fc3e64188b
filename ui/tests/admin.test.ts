import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConcertToEdit, Missing, PlanFault, ReservationListed, SeatsToEdit } from "../src/admin/backend";
import { Bulk } from "../src/admin/bulk.svelte";
import { Editor } from "../src/admin/editor.svelte";
import { Journal } from "../src/admin/journal.svelte";
import { Logins } from "../src/admin/logins.svelte";
import { manage } from "../src/admin/manage.svelte";
import { Planning } from "../src/admin/plan.svelte";
import { Polled } from "../src/admin/polled.svelte";
import { Reservations } from "../src/admin/reservations.svelte";
import { VenueRules } from "../src/admin/rules.svelte";
import { althoughWord, missingWord } from "../src/admin/say";
import { Setup } from "../src/admin/setup.svelte";
import { app } from "../src/lib/app.svelte";

type Args = Record<string, unknown>;
let answers: Record<string, (args: Args) => unknown>;
let asked: [string, Args][];

const refuse = (code: string, more = {}) => Promise.reject({ code, ...more });
const of = (command: string) => asked.filter(([name]) => name === command);

const concert: ConcertToEdit = {
  id: "c",
  form: { title: "송년 음악회", venue: "음악당", starts_at: "2026-12-31T13:00:00Z", note: "" },
  status: "draft",
  paused: false,
  version: 3,
  tiers: [{ id: "t", label: "R석", price: 70_000, seats: 2, sold: 0 }],
  seats: 2,
  sold: 0,
  held: 0,
  withheld: 0,
  missing: [],
};

beforeEach(() => {
  vi.useFakeTimers();
  app.online = true;
  app.notice = null;
  asked = [];
  answers = { concert_to_edit: () => concert };
  mockIPC((command, args) => {
    const name = command.replace("plugin:admin|", "");
    asked.push([name, args as Args]);
    const answer = answers[name];
    return answer === undefined ? refuse("database", { sqlstate: "XX000" }) : answer(args as Args);
  });
});
afterEach(() => {
  vi.useRealTimers();
  clearMocks();
});

async function edited(): Promise<Editor> {
  const editor = new Editor("c");
  await editor.load();
  return editor;
}

test("a concert is saved at the version it was read at, in the venue's time", async () => {
  const editor = await edited();
  expect(editor.typed.startsAt).toBe("2026-12-31T22:00");
  editor.typed.startsAt = "2026-12-31T21:30";
  expect(editor.dirty).toBe(true);
  answers.edit_concert = ({ form }) => ({ ...concert, version: 4, form });
  await editor.save();
  expect(of("edit_concert")[0]?.[1]).toMatchObject({
    version: 3,
    form: { starts_at: "2026-12-31T12:30:00.000Z" },
  });
  expect(editor.dirty).toBe(false);
  expect(editor.concert?.version).toBe(4);
});

test("the second of two managers is told what changed, and neither is written over unseen", async () => {
  const editor = await edited();
  editor.typed.title = "내 제목";
  const now = { ...concert, version: 9, form: { ...concert.form, title: "다른 제목", venue: "대극장" } };
  answers.edit_concert = () => refuse("concert_changed", { now });
  await editor.save();
  expect(editor.conflict).toEqual([{ field: "title", mine: "내 제목", theirs: "다른 제목" }]);
  // What only the other one touched is taken over.
  expect(editor.typed.venue).toBe("대극장");
  answers.edit_concert = ({ form }) => ({ ...now, version: 10, form });
  await editor.keepMine();
  expect(of("edit_concert")[1]?.[1]).toMatchObject({
    version: 9,
    form: { title: "내 제목", venue: "대극장" },
  });
});

test("taking the other manager's words throws away one's own", async () => {
  const editor = await edited();
  editor.typed.title = "내 제목";
  const now = { ...concert, version: 9, form: { ...concert.form, title: "다른 제목" } };
  answers.edit_concert = () => refuse("concert_changed", { now });
  await editor.save();
  editor.takeTheirs();
  expect(editor.typed.title).toBe("다른 제목");
  expect(editor.dirty).toBe(false);
});

test("what goes on sale is shown first, with what was typed, and goes on sale as it was answered", async () => {
  const editor = await edited();
  editor.typed.title = "새 제목";
  let now: ConcertToEdit = { ...concert, missing: ["no_date"] };
  answers.edit_concert = ({ form }) => (now = { ...now, version: 4, form: form as ConcertToEdit["form"] });
  answers.concert_to_edit = () => now;
  answers.on_offer = () => [{ section: "가", tier: "R석", price: 70_000, seats: 2, withheld: 0 }];
  await editor.offer();
  expect(editor.offered).toHaveLength(1);
  expect(of("publish_concert")).toHaveLength(0);
  answers.publish_concert = () => ({ ...now, version: 5, status: "published" });
  await editor.publish(["no_date"]);
  expect(of("publish_concert")[0]?.[1]).toMatchObject({ version: 4, although: ["no_date"] });
  expect(editor.concert?.status).toBe("published");
  expect(editor.offered).toBeNull();
});

test("each thing in doubt about a sale has words and, where it can be answered, something to tick", () => {
  const free = [{ id: "t", label: "초대석", price: 0, seats: 2, sold: 0 }];
  const all: Missing[] = [
    "no_tier",
    "no_seats",
    "no_date",
    "past_date",
    "free_tier",
    "all_free",
    "no_places",
  ];
  for (const one of all) expect(missingWord(one, free)).not.toBe("");
  expect(missingWord("free_tier", free)).toContain("초대석");
  expect(all.filter((one) => althoughWord(one, free) === null)).toEqual(["no_tier", "no_seats"]);
});

test("a change whose answer was lost is asked about until the server says, never sent again", async () => {
  const editor = await edited();
  let tries = 0;
  answers.archive_concert = () => refuse("outcome_unknown", { operation: "o" });
  answers.resolve = () => (++tries < 3 ? refuse("offline") : { outcome: "managed" });
  answers.concert_to_edit = () => ({ ...concert, status: "archived" });
  const archiving = editor.archive();
  await vi.advanceTimersByTimeAsync(5000);
  await archiving;
  expect(of("archive_concert")).toHaveLength(1);
  expect(editor.concert?.status).toBe("archived");
});

test("a lost change that turns out void says that nothing was kept", async () => {
  const editor = await edited();
  answers.archive_concert = () => refuse("outcome_unknown", { operation: "o" });
  answers.resolve = () => ({ outcome: "void" });
  await editor.archive();
  expect(app.notice?.text).toContain("저장된 것은 없");
});

const seats = (n: number): SeatsToEdit => ({
  map: {
    concert_id: "c",
    layout_version: "1",
    tiers: [],
    sections: ["A", "B"],
    stage: null,
    ids: Array.from({ length: n }, (_, seat) => `s${seat}`),
    labels: Array.from({ length: n }, (_, seat) => `A구역 ${seat}번`),
    x: Array.from({ length: n }, (_, seat) => seat * 100),
    y: Array.from({ length: n }, () => 0),
    angle: Array.from({ length: n }, () => 0),
    tier: Array.from({ length: n }, () => 0),
    section: Array.from({ length: n }, (_, seat) => (seat < 6 ? 0 : 1)),
    row: Array.from({ length: n }, (_, seat) => (seat % 6 < 3 ? "1" : "2")),
    number: Array.from({ length: n }, (_, seat) => seat),
    status: Array.from({ length: n }, () => "available" as const),
    changes: { seen: "", layout_version: "1", paused: false, edits: 1, reload: false, seats: [] },
  },
  withheld_for: Array.from({ length: n }, () => null),
});

async function chosen(): Promise<Bulk> {
  answers.seats_to_edit = () => seats(10);
  const bulk = new Bulk(await edited());
  await bulk.load();
  return bulk;
}

test("Shift chooses all from the seat before, a rectangle what is in it, a section its rows", async () => {
  const bulk = await chosen();
  bulk.pick(2, false);
  bulk.pick(5, true);
  expect(bulk.chosen).toEqual([2, 3, 4, 5]);
  bulk.pick(3, false);
  expect(bulk.chosen).toEqual([2, 4, 5]);
  bulk.choose([8, 9], true);
  expect(bulk.chosen).toEqual([2, 4, 5, 8, 9]);
  bulk.choose([0], false);
  expect(bulk.chosen).toEqual([0]);
  bulk.section(0, "2");
  expect(bulk.chosen).toEqual([3, 4, 5]);
});

test("sold seats stop a bulk edit until the rest is wanted, and the ones left alone are named", async () => {
  const bulk = await chosen();
  bulk.choose([0, 1, 2], false);
  const sold = { id: "s1", label: "A구역 1번", state: "reserved", counter: null };
  answers.edit_seats = ({ ifSold }) =>
    ifSold === "refuse"
      ? refuse("seats_taken", { seats: [sold] })
      : { changed: 2, left_alone_count: 1, left_alone: [sold] };
  await bulk.apply({ edit: "withhold", reason: "하우스석" });
  expect(bulk.taken?.seats).toEqual([sold]);
  expect(bulk.chosen).toEqual([0, 1, 2]);
  await bulk.apply(bulk.taken!.edit, true);
  expect(of("edit_seats").map(([, args]) => args.ifSold)).toEqual(["refuse", "do_rest"]);
  expect(bulk.leftAlone?.left_alone).toEqual([sold]);
  expect(bulk.chosen).toEqual([]);
});

test("only the newest preview is shown, however late an older one comes", async () => {
  const planning = new Planning(await edited());
  const late = { plan: "old", map: seats(1).map };
  const first = planning.show(
    () => new Promise((resolve) => setTimeout(() => resolve({ status: "ok", data: late }), 1000)),
  );
  await planning.show(() => Promise.resolve({ status: "ok", data: { plan: "new", map: seats(2).map } }));
  await vi.advanceTimersByTimeAsync(1000);
  await first;
  expect(planning.preview?.plan).toBe("new");
});

test("a broken plan shows its faults in place of a map", async () => {
  const planning = new Planning(await edited());
  const faults: PlanFault[] = [{ code: "repeated_label", place: "zones[0]", value: "A1" }];
  await planning.show(() => Promise.resolve({ status: "error", error: { code: "plan_faults", faults } }));
  expect(planning.preview).toBeNull();
  expect(planning.faults).toEqual(faults);
});

test("writing seats tells how far it is, and a stop says that nothing was added", async () => {
  const planning = new Planning(await edited());
  await planning.show(() => Promise.resolve({ status: "ok", data: { plan: "p", map: seats(10).map } }));
  let stop = () => {};
  answers.add_seats = () =>
    new Promise((_, reject) => {
      stop = () => reject({ code: "stopped" });
    });
  answers.seats_progress = () => ({ done: 4, total: 10 });
  answers.cancel_seats = () => (stop(), null);
  const writing = planning.write("all");
  await vi.advanceTimersByTimeAsync(600);
  expect(planning.writing).toEqual({ done: 4, total: 10 });
  await planning.cancel();
  expect(await writing).toBe(false);
  expect(planning.writing).toBeNull();
  expect(of("add_seats")[0]?.[1]).toMatchObject({ plan: "p", version: 3, replace: "all" });
});

const reservation = (id: string): ReservationListed => ({
  id,
  number: "K7Q2-93FD",
  status: "confirmed",
  walk_up: false,
  name_masked: "홍*동",
  phone_masked: "010-****-5678",
  seats: ["A구역 1번"],
  total: 70_000,
  created_at: "2026-12-01T00:00:00Z",
  cancelled_at: null,
  counter: null,
});

test("a name is in the clear only where it was asked for", async () => {
  const list = new Reservations("c");
  answers.reservations_of = () => ({ rows: [reservation("a"), reservation("b")], more: false });
  answers.unmask = () => ({ name: "홍길동", phone: "01012345678" });
  await list.reload();
  await list.unmask(list.rows![1]!);
  expect(Object.keys(list.unmasked)).toEqual(["b"]);
});

test("a manager's cancel needs a reason", async () => {
  const list = new Reservations("c");
  answers.reservations_of = () => ({ rows: [reservation("a")], more: false });
  answers.cancel_for_customer = () => ({ reservation_id: "a", seats_freed: 1 });
  list.cancelling = reservation("a");
  list.reason = "  ";
  await list.cancel();
  expect(of("cancel_for_customer")).toHaveLength(0);
  list.reason = " 일정 변경 ";
  await list.cancel();
  expect(of("cancel_for_customer")[0]?.[1]).toMatchObject({ reason: "일정 변경" });
  expect(list.cancelling).toBeNull();
});

test("older rows of the journal come after the last one that is shown", async () => {
  const journal = new Journal();
  const row = (op_id: string) => ({
    op_id,
    kind: "hold",
    outcome: "done",
    who: "counter_1",
    counter: null,
    at: "2026-12-01T00:00:00Z",
    what: null,
    concert: null,
    seats: 1,
  });
  answers.journal = ({ filter }) =>
    (filter as { before: unknown }).before === null
      ? { rows: [row("1")], more: true }
      : { rows: [row("2")], more: false };
  journal.follow();
  await vi.advanceTimersByTimeAsync(1);
  journal.older();
  await vi.advanceTimersByTimeAsync(1);
  expect(journal.rows?.map((one) => one.op_id)).toEqual(["1", "2"]);
  expect(journal.more).toBe(false);
  expect(of("journal")[1]?.[1]).toMatchObject({
    filter: { before: { at: "2026-12-01T00:00:00Z", op_id: "1" } },
  });
});

test("rules that another manager changed are loaded again before they are tried anew", async () => {
  const rules = {
    hold_seconds: 300,
    seats_per_sale: 10,
    cancel_cutoff_minutes: 60,
    sales_after_start: false,
    time_zone: "Asia/Seoul",
    walk_up_sales: true,
    other_phones: false,
  };
  answers.rules_to_edit = () => ({ rules, version: 1 });
  const venue = new VenueRules();
  await venue.load();
  venue.typed!.seats_per_sale = 4;
  answers.set_rules = () => refuse("rules_changed");
  answers.rules_to_edit = () => ({ rules: { ...rules, hold_seconds: 240 }, version: 2 });
  await venue.save();
  expect(venue.kept?.version).toBe(2);
  expect(venue.typed?.hold_seconds).toBe(240);
  expect(app.notice?.trouble).toBe(true);
});

test("the owner's password is sent for the set-up and forgotten with the screen", async () => {
  const setup = new Setup();
  Object.assign(setup.owner, { host: "db", login: "postgres", password: "secret" });
  answers.schema_state = () => ({ found: 0, wanted: 6 });
  await setup.look();
  expect(setup.behind).toBe(true);
  answers.schema_state = () => ({ found: 6, wanted: 6 });
  answers.migrate_as_owner = () => null;
  await setup.migrate();
  expect(setup.behind).toBe(false);
  expect(of("migrate_as_owner")[0]?.[1]).toMatchObject({
    owner: { host: "db", password: "secret", port: 5432 },
  });
  setup.forget();
  expect(setup.owner.password).toBe("");
});

test("figures stay on the screen when the server goes away, and are marked as old", async () => {
  let online = true;
  const polled = new Polled(() =>
    Promise.resolve(
      online
        ? ({ status: "ok", data: 7 } as const)
        : ({ status: "error", error: { code: "offline" } } as const),
    ),
  );
  await polled.load();
  online = false;
  await polled.load();
  expect(polled.value).toBe(7);
  expect(polled.error?.code).toBe("offline");
});

test("a login that is no manager's is told so in a manager's words", () => {
  manage.sayError({ code: "not_a_counter" });
  expect(app.notice?.text).toContain("관리자 권한이 없습니다");
});

test("a login is added once it can be one, and the list is asked for again", async () => {
  const logins = new Logins();
  answers = { logins: () => [], add_login: () => null };
  logins.typed = { group: "counter", login: "Counter 9", password: "long enough" };
  expect(logins.complete).toBe(false);
  logins.typed.login = "counter_9";
  expect(logins.complete).toBe(true);
  await logins.add();
  expect(of("add_login")[0]?.[1]).toMatchObject({ group: "counter", login: "counter_9" });
  expect(of("logins")).toHaveLength(1);
  expect(logins.typed.password).toBe("");
  answers.add_login = () => refuse("login_taken");
  logins.typed = { group: "counter", login: "counter_9", password: "long enough" };
  await logins.add();
  expect(logins.typed.login, "what was typed stays").toBe("counter_9");
});

test("a login is removed only after asking, and its freed seats are told", async () => {
  const logins = new Logins();
  const login = { login: "counter_1", group: "counter", name: null, connections: 1, this_pc: false } as const;
  answers = { logins: () => [login], remove_login: () => 2 };
  await logins.remove();
  expect(of("remove_login")).toHaveLength(0);
  logins.removing = login;
  await logins.remove();
  expect(of("remove_login")[0]?.[1]).toEqual({ login: "counter_1" });
  expect(app.notice?.text).toContain("2");
});
