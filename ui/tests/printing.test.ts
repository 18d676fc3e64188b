import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { app } from "../src/lib/app.svelte";
import type { Print } from "../src/lib/backend";
import { printing, printMore, printWord } from "../src/lib/printing.svelte";
import { words } from "../src/lib/words";

const print: Print = {
  reservation_id: "r",
  number: "K7Q2-93FD",
  reprint: 0,
  stage: "waiting",
  trouble: null,
  job: { printer: "ticket", id: 1 },
  path: null,
};

let asked: string[];
let progress: () => unknown;
let answer: () => unknown;

beforeEach(() => {
  vi.useFakeTimers();
  app.notice = null;
  app.screen = { name: "home" };
  printing.last = null;
  printing.shown = printing.busy = false;
  asked = [];
  progress = () => null;
  answer = () => print;
  mockIPC((command) => {
    asked.push(command);
    return command === "print_tickets" ? answer() : progress();
  });
});

afterEach(() => {
  clearMocks();
  vi.useRealTimers();
});

test("what is printed is followed until it is over, and then said for a while", async () => {
  const states: Print[] = [
    { ...print, stage: "printing" },
    { ...print, stage: "printed" },
  ];
  progress = () => states.shift();
  const done = printing.print("r");
  await vi.advanceTimersByTimeAsync(1000);
  await done;
  expect(printing.last?.stage).toBe("printed");
  expect(printing.shown).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(printing.shown).toBe(false);
});

test("a second press while tickets are issued prints nothing more", async () => {
  let issue: (print: Print) => void = () => {};
  answer = () => new Promise((resolve) => (issue = resolve));
  progress = () => ({ ...print, stage: "printed" });
  const first = printing.print("r");
  await printing.print("r");
  issue(print);
  await vi.advanceTimersByTimeAsync(1000);
  await first;
  expect(asked.filter((command) => command === "print_tickets")).toHaveLength(1);
});

test("trouble is said once, and stays in the header until it is over", async () => {
  let now: Print = { ...print, stage: "printing", trouble: "paper" };
  progress = () => now;
  const done = printing.print("r");
  await vi.advanceTimersByTimeAsync(2000);
  expect(app.notice).toEqual({ text: printMore(now), trouble: true });
  app.notice = null;
  await vi.advanceTimersByTimeAsync(2000);
  expect(app.notice).toBeNull();
  expect(printing.shown).toBe(true);
  now = { ...print, stage: "printed" };
  await vi.advanceTimersByTimeAsync(1000);
  await done;
  expect(printing.last?.stage).toBe("printed");
});

test("a print that was cut off is told at the start, one that went well is not", async () => {
  progress = () => ({ ...print, stage: "printed" });
  await printing.follow();
  expect(printing.shown).toBe(false);
  printing.last = null;
  const cutOff: Print = { ...print, stage: "unknown", job: null };
  progress = () => cutOff;
  await printing.follow();
  expect(printing.shown).toBe(true);
  expect(app.notice?.text).toBe(printMore(cutOff));
});

test("a refusal is said and what the shell knows of the print is shown", async () => {
  answer = () => Promise.reject({ code: "no_print_service" });
  progress = () => ({ ...print, stage: "failed", job: null });
  await printing.print("r");
  expect(printing.last?.stage).toBe("failed");
  expect(app.notice?.text).toBe(words({ code: "no_print_service" }));
});

test("a print service that stops answering is as a printer that is away", async () => {
  let service = true;
  progress = () => (service ? { ...print, stage: "printing" } : Promise.reject({ code: "no_print_service" }));
  const done = printing.print("r");
  await vi.advanceTimersByTimeAsync(600);
  service = false;
  await vi.advanceTimersByTimeAsync(600);
  expect(printing.last?.trouble).toBe("away");
  service = true;
  progress = () => ({ ...print, stage: "printed" });
  await vi.advanceTimersByTimeAsync(600);
  await done;
  expect(printing.last?.stage).toBe("printed");
});

test("F9 without a print says so, and prints what stands on the screen first", async () => {
  await printing.again();
  expect(asked).toEqual([]);
  expect(app.notice).not.toBeNull();
  progress = () => ({ ...print, stage: "printed" });
  const { number } = print;
  const sold = {
    id: "r",
    number,
    title: "",
    venue: "",
    walk_up: false,
    starts_at: null,
    customer_name: "",
    seats: [],
    total: 0,
  };
  app.screen = { name: "done", sold };
  await printing.again();
  expect(asked[0]).toBe("print_tickets");
});

test("each stage and each trouble has a word", () => {
  const stages = ["unknown", "waiting", "printing", "printed", "saved", "cancelled", "failed"] as const;
  const troubles = ["paper", "jam", "open", "away", "stopped"] as const;
  const words = stages.map((stage) => printWord({ ...print, stage }));
  const more = troubles.map((trouble) => printWord({ ...print, trouble }));
  expect(new Set([...words, ...more]).size).toBe(stages.length + troubles.length - 1);
  expect([...words, ...more].every((word) => word !== "")).toBe(true);
});
