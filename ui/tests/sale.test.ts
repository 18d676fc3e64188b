import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { app } from "../src/lib/app.svelte";
import type { Hold, SeatMap, SeatState } from "../src/lib/backend";
import { leaving } from "../src/lib/leaving.svelte";
import { leftHolds } from "../src/lib/left-holds.svelte";
import { Sale } from "../src/lib/sale.svelte";
import type { Done } from "../src/lib/screen";

type Answers = Record<string, (args: Record<string, unknown>) => unknown>;

const changes = { seen: "1/1", layout_version: "1", paused: false, edits: 1, reload: false, seats: [] };
const seat = (id: string) => ({
  id,
  label: id,
  section: null,
  row: null,
  number: 1,
  tier: "R석",
  price: 50_000,
});
const hold: Hold = {
  token: "h",
  concert_id: "c",
  seats: [seat("a"), seat("b")],
  total: 100_000,
  expires_in_ms: 300_000,
};

function map(states: SeatState[]): SeatMap {
  const ids = ["a", "b", "c"];
  const zeros = [0, 0, 0];
  return {
    concert_id: "c",
    layout_version: "1",
    tiers: [{ id: "t", label: "R석", price: 50_000, total: 3, remaining: 3, on_hold: 0 }],
    sections: [""],
    stage: null,
    ids,
    labels: ids,
    x: [0, 100, 200],
    y: zeros,
    angle: zeros,
    tier: zeros,
    section: zeros,
    row: ["", "", ""],
    number: [1, 2, 3],
    status: states,
    changes,
  };
}

const CONCERT = { id: "c", title: "겨울밤", venue: "대극장", starts_at: "2026-12-24T10:30:00Z" };

let answers: Answers;
let asked: string[];
let done: Done | null;
let sale: Sale;

const refuse = (code: string, more = {}) => Promise.reject({ code, ...more });

beforeEach(() => {
  vi.useFakeTimers();
  app.online = true;
  app.notice = null;
  app.screen = { name: "home" };
  app.facts = null;
  asked = [];
  done = null;
  answers = {
    seat_map: () => map(["available", "available", "available"]),
    seat_changes: () => changes,
    check_seat: () => ({ id: "", label: "", state: "available", counter: null }),
    hold_seats: () => hold,
    release_hold: () => null,
  };
  mockIPC((command, args) => {
    asked.push(command);
    const answer = answers[command];
    if (answer === undefined) return refuse("database", { sqlstate: "XX000" });
    return answer(args as Record<string, unknown>);
  });
  sale = new Sale(CONCERT, (sold) => (done = sold));
});

afterEach(() => {
  sale.close();
  vi.useRealTimers();
  clearMocks();
});

async function held() {
  await sale.open();
  await sale.toggle(0);
  await sale.toggle(1);
  await sale.next();
  expect(sale.hold).not.toBeNull();
}

test("a click asks the server, and a seat that was lost meanwhile is not picked", async () => {
  await sale.open();
  answers.check_seat = () => ({ id: "a", label: "a", state: "held", counter: "3번 창구" });
  await sale.toggle(0);
  expect(sale.picked).toEqual([]);
  expect(app.notice?.text).toContain("3번 창구");
});

test("a lost hold redraws the map, says the fixed text and keeps the free picks", async () => {
  await sale.open();
  await sale.toggle(0);
  await sale.toggle(1);
  answers.hold_seats = () =>
    refuse("seats_taken", { seats: [{ id: "a", label: "a", state: "held", counter: null }] });
  answers.seat_map = () => map(["held", "available", "available"]);
  await sale.next();
  expect(sale.picked).toEqual([1]);
  expect(sale.live.status[0]).toBe("held");
  expect(app.notice?.text).toBe("선택하신 좌석 중 일부가 방금 판매되었습니다. 좌석을 다시 선택해주세요.");
});

/** Answers that come when the test says so, in the order of the questions. */
function later<T>(command: string) {
  const waiting: ((answer: T) => void)[] = [];
  answers[command] = () => new Promise<T>((resolve) => waiting.push(resolve));
  return async (answer: T) => {
    await vi.advanceTimersByTimeAsync(0);
    waiting.shift()?.(answer);
    await vi.advanceTimersByTimeAsync(0);
  };
}
const seatNow = (state: SeatState) => ({ id: "", label: "", state, counter: null });

test("keys that come before the answers mean what they mean after them", async () => {
  await sale.open();
  const check = later("check_seat");
  void sale.toggle(0);
  void sale.toggle(1);
  void sale.toggle(0);
  void sale.toggle(2);
  let sent: unknown;
  answers.hold_seats = (args) => ((sent = args.seatIds), hold);
  void sale.next();
  expect(sale.formOpen).toBe(true);
  for (let answer = 0; answer < 3; answer++) await check(seatNow("available"));
  expect(sent).toEqual(["b", "c"]);
  expect(sale.hold).not.toBeNull();
});

test("seats are not held without the one that was refused after Enter", async () => {
  await sale.open();
  const check = later("check_seat");
  void sale.toggle(0);
  void sale.toggle(1);
  void sale.next();
  await check(seatNow("available"));
  await check(seatNow("reserved"));
  expect(asked).not.toContain("hold_seats");
  expect(sale.formOpen).toBe(false);
  expect(sale.picked).toEqual([0]);
  expect(app.notice?.trouble).toBe(true);
  await sale.next();
  expect(asked).toContain("hold_seats");
});

test("a customer who is typed while the seats are being held is sold what is held, as typed at the first Enter", async () => {
  await sale.open();
  await sale.toggle(0);
  const answer = later<Hold>("hold_seats");
  void sale.next();
  // A second Enter on an empty form is the map's.
  void sale.confirm();
  Object.assign(sale.form, CUSTOMER);
  void sale.confirm();
  sale.form.password += "5";
  void sale.confirm();
  sale.closeForm();
  expect(sale.formOpen).toBe(true);
  let sent: unknown;
  answers.confirm = ({ form }) => (
    (sent = form),
    { ...CONCERT, number: "N", customer_name: "", seats: [], total: 0 }
  );
  await answer(hold);
  expect(sent).toMatchObject(CUSTOMER);
  expect(done?.number).toBe("N");
  expect(asked.filter((command) => command === "confirm")).toHaveLength(1);
});

test("a walk-up sale that is asked for while the seats are being held is made once they are", async () => {
  rules(true);
  await sale.open();
  await sale.toggle(0);
  await sale.toggle(1);
  const answer = later<Hold>("hold_seats");
  void sale.next();
  void sale.walkUp();
  void sale.walkUp();
  expect(sale.selling).toBe(true);
  answers.confirm_walk_up = () => ({ ...CONCERT, number: "N", customer_name: "", seats: [], total: 0 });
  await answer(hold);
  expect(done?.number).toBe("N");
  expect(asked.filter((command) => command === "confirm_walk_up")).toHaveLength(1);
});

test("Esc while the seats are being held goes back to the map and holds them", async () => {
  await sale.open();
  await sale.toggle(0);
  const answer = later<Hold>("hold_seats");
  void sale.next();
  sale.closeForm();
  await answer(hold);
  expect(sale.formOpen).toBe(false);
  expect(sale.hold).not.toBeNull();
});

test("a customer who is typed for seats that somebody else got is forgotten, and not sold others", async () => {
  await sale.open();
  await sale.toggle(0);
  let refuseIt!: (error: unknown) => void;
  answers.hold_seats = () => new Promise((_, reject) => (refuseIt = reject));
  const holding = sale.next();
  await vi.advanceTimersByTimeAsync(0);
  Object.assign(sale.form, CUSTOMER);
  void sale.confirm();
  refuseIt({ code: "seats_taken", seats: [{ id: "a", label: "a", state: "held", counter: null }] });
  await holding;
  expect(sale.formOpen).toBe(false);
  expect(sale.form).toEqual(NOBODY);
  expect(asked).not.toContain("confirm");
});

test("a customer who is typed while the line is cut is still there when the seats are held after all", async () => {
  await sale.open();
  await sale.toggle(0);
  let refuseIt!: (error: unknown) => void;
  answers.hold_seats = () => new Promise((_, reject) => (refuseIt = reject));
  const holding = sale.next();
  await vi.advanceTimersByTimeAsync(0);
  Object.assign(sale.form, CUSTOMER);
  refuseIt({ code: "offline" });
  await holding;
  expect(sale.formOpen).toBe(false);
  app.online = true;
  answers.hold_seats = () => hold;
  await sale.next();
  expect(sale.form).toEqual(CUSTOMER);
});

test("a failed confirm leaves the clerk on the form with what was typed", async () => {
  await held();
  Object.assign(sale.form, { name: "홍길동", phone: "010-1234-5678", password: "1234" });
  answers.confirm = () => refuse("offline");
  await sale.confirm();
  expect(sale.formError).toBe("예약 처리 중 오류가 발생했습니다. 잠시 후 다시 시도해주세요.");
  expect(sale.formOpen).toBe(true);
  expect(sale.form.name).toBe("홍길동");
  expect(sale.hold).not.toBeNull();
});

const walkUpSold = {
  ...CONCERT,
  id: "r",
  number: "8C3P-0X1M",
  walk_up: true,
  customer_name: "",
  total: 100_000,
};

function rules(walk_up_sales: boolean) {
  app.facts = {
    now: { rules: { walk_up_sales, seats_per_sale: 10, hold_seconds: 300 } },
  } as typeof app.facts;
}

test("a walk-up sale of what is picked holds and sells at once, and asks for nothing", async () => {
  rules(true);
  await sale.open();
  await sale.toggle(0);
  await sale.toggle(1);
  let sent: unknown;
  answers.confirm_walk_up = ({ form }) => {
    sent = form;
    return { ...walkUpSold, seats: hold.seats };
  };
  await sale.walkUp();
  expect(sent).toEqual({ hold: "h", concert_id: "c", seat_ids: ["a", "b"], total: 100_000 });
  expect(done).toMatchObject({ number: "8C3P-0X1M", walk_up: true, customer_name: "" });
  expect([sale.formOpen, sale.hold]).toEqual([false, null]);
  // Pressed again on what is sold, it sells nothing more.
  await sale.walkUp();
  expect(asked.filter((command) => command === "confirm_walk_up")).toHaveLength(1);
});

test("a walk-up sale is of the total that was shown, and holds what costs more until the clerk has seen it", async () => {
  rules(true);
  await sale.open();
  await sale.toggle(0);
  await sale.toggle(1);
  answers.hold_seats = () => ({ ...hold, total: 120_000 });
  await sale.walkUp();
  expect(app.notice?.text).toContain("₩120,000");
  expect(asked).not.toContain("confirm_walk_up");
  expect([sale.hold?.total, sale.formOpen]).toEqual([120_000, false]);
  answers.confirm_walk_up = () => ({ ...walkUpSold, seats: hold.seats });
  await sale.walkUp();
  expect(done?.walk_up).toBe(true);
});

test("what was typed for a customer is not thrown away by a walk-up sale", async () => {
  rules(true);
  await held();
  sale.form.name = "홍";
  await sale.walkUp();
  expect(sale.formError).toContain("먼저 지워주세요");
  expect([sale.form.name, asked.includes("confirm_walk_up")]).toEqual(["홍", false]);
});

test("where the venue makes none, the key does nothing, and a rule that changed meanwhile is said", async () => {
  rules(false);
  await held();
  await sale.walkUp();
  expect(asked).not.toContain("confirm_walk_up");
  rules(true);
  answers.confirm_walk_up = () => refuse("no_walk_up_sales");
  await sale.walkUp();
  expect(sale.formError).toContain("현장 판매를 하지 않습니다");
  expect(sale.hold).not.toBeNull();
});

test("a walk-up sale whose answer was lost is asked about, never sent again", async () => {
  rules(true);
  await held();
  answers.confirm_walk_up = () => refuse("outcome_unknown", { operation: "o" });
  answers.resolve = () => ({
    outcome: "confirmed",
    reservation_id: "r",
    number: "8C3P-0X1M",
    seats: hold.seats,
    total: 100_000,
  });
  await sale.walkUp();
  // What is printed next is the sale, not its concert.
  expect(done).toMatchObject({ id: "r", number: "8C3P-0X1M", walk_up: true, customer_name: "" });
  expect(asked.filter((command) => command === "confirm_walk_up")).toHaveLength(1);
});

test("a confirm whose answer was lost is asked about, never sent again", async () => {
  await held();
  let tries = 0;
  answers.confirm = () => refuse("outcome_unknown", { operation: "o" });
  answers.resolve = () =>
    ++tries < 3
      ? refuse("offline")
      : { outcome: "confirmed", reservation_id: "r", number: "K7Q2-93FD", seats: hold.seats, total: 100_000 };
  const confirming = sale.confirm();
  await vi.advanceTimersByTimeAsync(3000);
  await confirming;
  expect(done?.number).toBe("K7Q2-93FD");
  expect(asked.filter((command) => command === "confirm")).toHaveLength(1);
});

test("a lost hold is asked about, and one that turns out void says so and keeps what can still be picked", async () => {
  await sale.open();
  await sale.toggle(0);
  answers.hold_seats = () => refuse("outcome_unknown", { operation: "o" });
  let tries = 0;
  answers.resolve = () => (++tries < 3 ? refuse("offline") : { outcome: "void" });
  const holding = sale.next();
  await vi.advanceTimersByTimeAsync(500);
  expect(sale.checking).toBe(true);
  await vi.advanceTimersByTimeAsync(3000);
  await holding;
  expect(sale.checking).toBe(false);
  expect(sale.hold).toBeNull();
  expect(sale.picked).toEqual([0]);
  expect(app.notice?.text).toBe(
    "연결이 끊겨 좌석이 선점되지 않았습니다. 저장된 것은 없습니다. 다시 시도해주세요.",
  );
  expect(asked.filter((command) => command === "hold_seats")).toHaveLength(1);
});

test("a lost confirm that turns out void keeps the hold and the form", async () => {
  await held();
  answers.confirm = () => refuse("outcome_unknown", { operation: "o" });
  answers.resolve = () => ({ outcome: "void" });
  await sale.confirm();
  expect(done).toBeNull();
  expect(sale.formOpen).toBe(true);
  expect(sale.formError).toBe("예약 처리 중 오류가 발생했습니다. 잠시 후 다시 시도해주세요.");
});

test("a hold that runs out leads back to the map with the fixed text", async () => {
  await held();
  await vi.advanceTimersByTimeAsync(301_000);
  expect(sale.hold).toBeNull();
  expect(sale.formOpen).toBe(false);
  expect(app.notice?.text).toBe(
    "좌석 선점 시간이 만료되었습니다. 죄송하지만 좌석 선택 단계로 다시 진행해주세요.",
  );
});

test("a new price is shown and taken with the next press", async () => {
  await held();
  answers.confirm = () => refuse("price_changed", { total: 120_000 });
  await sale.confirm();
  expect(sale.total).toBe(120_000);
  let sent = 0;
  answers.confirm = ({ form }) => {
    sent = (form as { total: number }).total;
    return { number: "N", seats: hold.seats, total: 120_000, title: "" };
  };
  await sale.confirm();
  expect(sent).toBe(120_000);
});

test("other counters' changes show without a click, and an expired hold frees itself", async () => {
  await sale.open();
  answers.seat_changes = () => ({
    ...changes,
    seats: [{ id: "c", state: "held", expires_in_ms: 2000, counter: "2번 창구" }],
  });
  await vi.advanceTimersByTimeAsync(600);
  expect(sale.live.status[2]).toBe("held");
  answers.seat_changes = () => changes;
  await vi.advanceTimersByTimeAsync(3000);
  expect(sale.live.status[2]).toBe("available");
});

test("a price that a manager changes is shown and said before the seats are held", async () => {
  await sale.open();
  await sale.toggle(0);
  const before = sale.total;
  answers.seat_map = () => {
    const repriced = map(["available", "available", "available"]);
    return {
      ...repriced,
      tiers: repriced.tiers.map((tier) => ({ ...tier, price: tier.price + 1000 })),
      changes: { ...changes, edits: 2 },
    };
  };
  answers.concert = () => refuse("offline");
  answers.seat_changes = () => ({ ...changes, edits: 2 });
  await vi.advanceTimersByTimeAsync(600);
  expect(sale.total).toBe(before + 1000);
  expect(app.notice?.text).toContain("가격이 바뀌었습니다");
  app.notice = null;
  await vi.advanceTimersByTimeAsync(2000);
  expect(app.notice).toBeNull();
});

test("while the sale is paused nothing is held, the picks stay, and it goes on by itself", async () => {
  await sale.open();
  await sale.toggle(0);
  answers.seat_changes = () => ({ ...changes, paused: true });
  await vi.advanceTimersByTimeAsync(600);
  await sale.next();
  await sale.walkUp();
  expect(asked).not.toContain("hold_seats");
  expect(app.notice?.trouble).toBe(true);
  expect(sale.picked).toEqual([0]);
  answers.seat_changes = () => changes;
  await vi.advanceTimersByTimeAsync(600);
  await sale.next();
  expect(sale.hold).not.toBeNull();
});

test("a hold that is given up while it is still being asked for is given up once it is held", async () => {
  await sale.open();
  await sale.toggle(0);
  let answer!: (hold: Hold) => void;
  answers.hold_seats = () => new Promise<Hold>((resolve) => (answer = resolve));
  const holding = sale.next();
  await vi.advanceTimersByTimeAsync(0);
  const released = sale.releaseHold();
  answer(hold);
  await Promise.all([holding, released]);
  expect(asked.filter((command) => command === "release_hold")).toHaveLength(1);
  expect(sale.hold).toBeNull();
});

test("a hold that a crash left running is gone on with, with its seats and its time", async () => {
  sale = new Sale(CONCERT, (sold) => (done = sold), { ...hold, expires_in_ms: 90_000 });
  await sale.open();
  expect(sale.hold?.token).toBe("h");
  expect(sale.formOpen).toBe(true);
  expect(sale.countdown?.left).toBe(90_000);
});

test("a hold that was answered after the screen had gone stays on offer", async () => {
  await sale.open();
  await sale.toggle(0);
  let answer!: (hold: Hold) => void;
  answers.hold_seats = () => new Promise<Hold>((resolve) => (answer = resolve));
  const holding = sale.next();
  await vi.advanceTimersByTimeAsync(0);
  sale.close();
  answer(hold);
  await holding;
  expect(asked).not.toContain("release_hold");
  expect(sale.hold).toBeNull();
  expect(leftHolds.all.map((left) => left.hold.token)).toEqual(["h"]);
  await vi.advanceTimersByTimeAsync(301_000);
  expect(leftHolds.all).toEqual([]);
});

const CUSTOMER = { name: "홍길동", phone: "010-1234-5678", password: "1234" };
const NOBODY = { name: "", phone: "", password: "" };

test.each<[string, () => Promise<unknown>]>([
  ["released", () => sale.releaseHold()],
  ["given up on the way out", () => sale.giveUp()],
  ["expired by the clock", () => vi.advanceTimersByTimeAsync(301_000)],
  [
    "refused as expired",
    () => {
      answers.confirm = () => refuse("hold_expired");
      return sale.confirm();
    },
  ],
  [
    "sold",
    () => {
      answers.confirm = () => ({ ...CONCERT, number: "N", customer_name: "", seats: [], total: 0 });
      return sale.confirm();
    },
  ],
])("a hold that was %s leaves nothing of its customer", async (_, end) => {
  await held();
  Object.assign(sale.form, CUSTOMER);
  await end();
  expect(sale.hold).toBeNull();
  expect(sale.form).toEqual(NOBODY);
});

test("a release that failed keeps the hold and what was typed", async () => {
  await held();
  Object.assign(sale.form, CUSTOMER);
  answers.release_hold = () => refuse("offline");
  await sale.releaseHold();
  expect(sale.hold).not.toBeNull();
  expect(sale.form).toEqual(CUSTOMER);
});

test("a live hold is asked about before it is left, and staying keeps it as it is", async () => {
  await held();
  app.go({ name: "look_up" });
  expect(leaving.asked).toBe(true);
  expect(app.screen.name).not.toBe("look_up");
  leaving.stay();
  expect(leaving.asked).toBe(false);
  expect(asked).not.toContain("release_hold");
  expect(sale.hold).not.toBeNull();
});

test("a hold that is given up is released before the next screen, which says so", async () => {
  await held();
  app.go({ name: "look_up" });
  await leaving.giveUp();
  expect(asked).toContain("release_hold");
  expect(app.screen.name).toBe("look_up");
  expect(app.notice?.text).toBe("선점을 해제했습니다.");
});

test("nothing is asked once the hold has ended by itself", async () => {
  await held();
  app.go({ name: "look_up" });
  await vi.advanceTimersByTimeAsync(301_000);
  expect(leaving.asked).toBe(false);
  expect(app.screen.name).not.toBe("look_up");
  app.go({ name: "look_up" });
  expect(app.screen.name).toBe("look_up");
});

test("a hold that can't be given up without the server is left and stays on offer", async () => {
  await held();
  answers.release_hold = () => refuse("offline");
  app.go({ name: "look_up" });
  await leaving.giveUp();
  expect(app.screen.name).toBe("look_up");
  expect(app.notice?.trouble).toBe(true);
  sale.close();
  expect(leftHolds.all.map((left) => left.hold.token)).toEqual(["h"]);
  leftHolds.take("h");
});
