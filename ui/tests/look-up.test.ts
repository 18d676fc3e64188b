import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { app } from "../src/lib/app.svelte";
import { scannedIn } from "../src/lib/scanned";
import LookUp from "../src/views/LookUp.svelte";

const QR = "K7Q2-93FD.0F1E2D3C4B5A69788796A5B4C3D2E1F0";
const reservation = {
  id: "r",
  number: "K7Q2-93FD",
  concert_id: "c",
  title: "겨울밤",
  venue: "대극장",
  starts_at: null,
  status: "confirmed",
  walk_up: true,
  customer_name: "",
  phone: "",
  seats: [],
  total: 0,
  created_at: "2026-11-20T03:00:00Z",
  cancelled_at: null,
};
const voided = (state: string) => ({
  outcome: "void",
  ticket: { ...reservation, reservation_id: "r", label: "A-1", tier: "R석", state },
});

let answers: Record<string, (args: Record<string, unknown>) => unknown>;
let asked: [string, Record<string, unknown>][];
const refuse = (code: string, more = {}) => Promise.reject({ code, ...more });

beforeEach(() => {
  app.notice = null;
  app.facts = null;
  app.screen = { name: "look_up" };
  asked = [];
  answers = {
    look_up_ticket: () => ({ outcome: "valid", reservations: [reservation] }),
    look_up: () => refuse("no_match"),
  };
  mockIPC((command, args) => {
    asked.push([command, args as Record<string, unknown>]);
    return answers[command]?.(args as Record<string, unknown>);
  });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  clearMocks();
});

const field = (name: string) => screen.getByTestId<HTMLInputElement>(name);
const shown = (name: string) => screen.queryByTestId(name)?.textContent ?? null;

/** As a scanner does: character by character, after what stood there. */
async function type(name: string, text: string) {
  for (const character of text) {
    field(name).value += character;
    field(name).setSelectionRange(field(name).value.length, field(name).value.length);
    await fireEvent.input(field(name));
  }
}
const enter = () => fireEvent.submit(field("lookup-phone").form!);
const settled = () =>
  vi.waitFor(() => expect(screen.queryByTestId("lookup-submit")).toHaveProperty("disabled", false));

test("a ticket is told in a field, also behind other text and in the other layout", () => {
  expect(scannedIn(QR)).toBe(QR);
  expect(scannedIn(`010-12${QR}`)?.endsWith(QR)).toBe(true);
  // K 7 Q 2 - 9 3 F D . 0 F 1 E … on the keys of Hangul, where K and B are vowels and F and D join to none.
  const hangul = "ㅏ7ㅂ2-93ㄹㅇ.0ㄹ1ㄷ2ㅇ3ㅊ4ㅠ5ㅁ69788796ㅁ5ㅠ4ㅊ3ㅇ2ㄷ1ㄹ0";
  expect(scannedIn(hangul)?.toUpperCase()).toBe(QR);
  // A B as one syllable, as an input method composes it.
  expect(scannedIn("0000-0000.뮤00000000000000000000000000000")).toBeNull();
  expect(scannedIn("0000-0000.뮤000000000000000000000000000000")).toBe(`0000-0000.ab${"0".repeat(30)}`);
  for (const none of ["", "010-1234-5678", "K7Q2-93FD", QR.slice(0, -1), `${QR}0`, `${QR} 1`]) {
    expect(scannedIn(none), none).toBeNull();
  }
});

test.each(["lookup-phone", "lookup-password"])("a ticket scanned into %s opens its sale", async (name) => {
  render(LookUp);
  await type("lookup-phone", "0101");
  await type(name, QR);
  await enter();
  await vi.waitFor(() => expect(shown("lookup-customer")).toContain("현장 판매"));
  const code = QR.split(".")[1];
  expect(asked).toHaveLength(1);
  expect(asked[0]![0]).toBe("look_up_ticket");
  expect(String(asked[0]![1].scanned).split(".")[1]).toBe(code);
  // What the scanner typed is nobody's phone or password.
  expect([field("lookup-phone").value, field("lookup-password").value]).toEqual(["", ""]);
});

test("what a scanner types outside of any field goes into the first one", async () => {
  render(LookUp);
  field("lookup-phone").blur();
  await fireEvent.keyDown(document.body, { key: "K" });
  expect(document.activeElement).toBe(field("lookup-phone"));
});

test.each([
  ["reprinted", "다시 인쇄됨"],
  ["cancelled", "예약 취소됨"],
])("a ticket that is void, %s, is said to be so and leads nowhere", async (state, words) => {
  answers.look_up_ticket = () => voided(state);
  render(LookUp);
  await type("lookup-phone", QR);
  await enter();
  await vi.waitFor(() => expect(shown("lookup-void")).toContain(words));
  expect(screen.queryByTestId("cancel-button")).toBeNull();
  expect(screen.queryByTestId("print-tickets")).toBeNull();
});

test("a wrong password says the fixed text, and what helps a customer who forgot it", async () => {
  render(LookUp);
  await type("lookup-phone", "01012345678");
  await type("lookup-password", "1234");
  await enter();
  await vi.waitFor(() => expect(shown("lookup-error")).toBe("일치하는 예약 정보가 없습니다."));
  expect(shown("lookup-advice")).toContain("관리자");
});

test("after too many tries the time left runs down, and then the screen is as new", async () => {
  vi.useFakeTimers();
  answers.look_up = () => refuse("too_many_look_ups", { seconds: 90 });
  render(LookUp);
  await enter();
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown("lookup-wait")).toContain("1:29");
  expect(shown("lookup-advice")).toContain("관리자 확인");
  await vi.advanceTimersByTimeAsync(90_000);
  expect([shown("lookup-wait"), shown("lookup-error")]).toEqual([null, null]);
});

test("a manager signs for one look-up, and the password is forgotten whatever comes of it", async () => {
  answers.look_up_vouched = () => refuse("not_a_manager");
  render(LookUp);
  await type("lookup-phone", "01012345678");
  await fireEvent.click(screen.getByTestId("lookup-vouch"));
  expect(field("vouch-wanted").value).toBe("010-1234-5678");
  await type("vouch-login", "manager_1");
  await type("vouch-password", "secret");
  await fireEvent.submit(field("vouch-login").form!);
  await vi.waitFor(() => expect(shown("vouch-error")).toContain("관리자 권한"));
  expect(asked[0]).toEqual([
    "look_up_vouched",
    { manager: "manager_1", password: "secret", wanted: "010-1234-5678" },
  ]);
  expect(field("vouch-password").value).toBe("");
  answers.look_up_vouched = () => ({
    reservations: [{ ...reservation, walk_up: false, customer_name: "홍길동" }],
  });
  await type("vouch-password", "secret");
  await fireEvent.submit(field("vouch-login").form!);
  await vi.waitFor(() => expect(shown("lookup-customer")).toContain("홍길동"));
  expect(screen.queryByTestId("vouch")).toBeNull();
  await settled();
});
