import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Block, Choice, ConcertToEdit, Doubt, HallRead } from "../src/admin/backend";
import { Editor } from "../src/admin/editor.svelte";
import { Import, same } from "../src/admin/import.svelte";
import { app } from "../src/lib/app.svelte";

type Args = Record<string, unknown>;
let asked: [string, Args][];
let reading: HallRead;
let remembered: Record<string, Choice>;

const concert = {
  id: "c",
  version: 3,
  tiers: [{ id: "t", label: "R석", price: 100_000, seats: 0, sold: 0 }],
} as unknown as ConcertToEdit;
const priceDoubt: Doubt = {
  key: "price of concert:r",
  about: { code: "price_of_concert", concert: 100_000, file: 132_000 },
  places: [],
  times: 1,
  value: "R석",
  choices: [
    { choice: "price", value: 100_000 },
    { choice: "price", value: 132_000 },
  ],
  takes_names: false,
  default: null,
  chosen: null,
};
const read = (doubts: Doubt[], more: Partial<HallRead> = {}): HallRead => ({
  preview: null,
  faults: [],
  settled: doubts.every((doubt) => doubt.chosen !== null),
  files: [],
  counts: { seats: 0, written: null, sections: [], tiers: [] },
  doubts,
  more_doubts: 0,
  blocks: [],
  ...more,
});
const choicesAsked = () =>
  asked.filter(([name]) => name === "read_hall").map(([, args]) => args.choices as Record<string, unknown>);

beforeEach(() => {
  asked = [];
  remembered = {};
  reading = read([]);
  app.online = true;
  app.notice = null;
  mockIPC((command, args) => {
    const name = command.replace("plugin:admin|", "");
    asked.push([name, args as Args]);
    if (name === "open_hall_files") return remembered;
    if (name === "read_hall") return { outcome: "read", ...reading };
    return Promise.reject({ code: "database", sqlstate: "XX000" });
  });
});
afterEach(() => clearMocks());

async function opened(): Promise<Import> {
  const editor = new Editor("c");
  editor.concert = concert;
  const planning = new Import(editor);
  await planning.open([new File(["번호\n1\n"], "좌석.csv")]);
  return planning;
}

test("files go to the shell once, and each choice only asks for another reading beside the concert's tiers", async () => {
  reading = read([priceDoubt]);
  const planning = await opened();
  expect([planning.undecided, planning.settled]).toEqual([1, false]);
  reading = read([{ ...priceDoubt, chosen: { choice: "price", value: 132_000 } }]);
  await planning.choose(priceDoubt.key, { choice: "price", value: 132_000 });
  expect(asked.map(([name]) => name)).toEqual(["open_hall_files", "read_hall", "read_hall"]);
  expect(asked[2]?.[1]).toMatchObject({
    tiers: [{ label: "R석", price: 100_000 }],
    choices: { answers: { [priceDoubt.key]: { choice: "price", value: 132_000 } } },
  });
  expect([planning.undecided, planning.settled]).toEqual([0, true]);
});

test("a doubt that was settled stays where it was, and can be taken back", async () => {
  reading = read([{ ...priceDoubt, chosen: { choice: "price", value: 132_000 } }]);
  const planning = await opened();
  await planning.choose(priceDoubt.key, { choice: "price", value: 132_000 });
  expect(planning.mustBeDecided.map((doubt) => doubt.key)).toEqual([priceDoubt.key]);
  expect(planning.isChosen(priceDoubt.key)).toBe(true);
  await planning.undo(priceDoubt.key);
  expect(choicesAsked().at(-1)).toEqual({ answers: {}, blocks: {} });
});

test("what is assumed, what is only said and what is lost are told apart", async () => {
  const noted: Choice = { choice: "noted" };
  const leave: Choice = { choice: "leave_out" };
  const note = { ...priceDoubt, key: "sheet", about: { code: "sheet_left_out" } as const, choices: [] };
  const lost = { ...priceDoubt, key: "long", about: { code: "long_label" } as const, choices: [leave] };
  reading = read([
    { ...note, default: noted, chosen: noted },
    { ...note, key: "price", about: { code: "no_price" }, default: noted, chosen: noted },
    { ...lost, default: leave, chosen: leave },
  ]);
  const planning = await opened();
  expect(planning.notes.map((doubt) => doubt.key)).toEqual(["sheet"]);
  expect(planning.assumed.map((doubt) => doubt.key)).toEqual(["price", "long"]);
  expect(planning.undecided).toBe(0);
});

test("doubts that are not shown keep the seats from being written", async () => {
  reading = read([], { more_doubts: 7, settled: false });
  const planning = await opened();
  expect([planning.undecided, planning.settled]).toEqual([7, false]);
});

test("the choices of the last file are used and counted, and the file can be read without them", async () => {
  remembered = { carry: { choice: "carry_down" }, "of another file": { choice: "take" } };
  const carry = { ...priceDoubt, key: "carry", about: { code: "carried_down", meaning: "tier" } as const };
  reading = read([{ ...carry, default: { choice: "carry_down" }, chosen: { choice: "carry_down" } }]);
  const planning = await opened();
  expect(choicesAsked()[0]).toMatchObject({ answers: remembered });
  expect(planning.used).toBe(1);
  await planning.choose("mine", { choice: "take" });
  await planning.withoutRemembered();
  expect(choicesAsked().at(-1)).toEqual({ answers: { mine: { choice: "take" } }, blocks: {} });
  expect(planning.used).toBe(0);
});

test("a block that is left out can be taken back in, with what was corrected in it", async () => {
  const block = { key: "1층!A7", name: "가", rows: ["1"] } as unknown as Block;
  const planning = await opened();
  await planning.correct(block, { name: "A" });
  await planning.correct(block, { leave_out: true });
  expect(planning.leftOut).toEqual([block]);
  await planning.correct(block, { leave_out: false });
  expect(planning.leftOut).toEqual([]);
  expect(choicesAsked().at(-1)).toEqual({
    answers: {},
    blocks: { "1층!A7": { name: "A", floor: null, first_row: null, leave_out: false } },
  });
});

test("a file that is too large, and more files than are read at a time, are told without being sent", async () => {
  const planning = await opened();
  asked = [];
  await planning.open(Array.from({ length: 21 }, () => new File([""], "a.csv")));
  expect(app.notice?.text).toContain("20개");
  const large = new File([""], "큰.xlsx");
  Object.defineProperty(large, "size", { value: 33 * 1024 * 1024 });
  await planning.open([large]);
  expect(app.notice?.text).toContain("큰.xlsx");
  expect(asked).toEqual([]);
});

test("choices are the same by what they say", () => {
  expect(same({ choice: "price", value: 1 }, { choice: "price", value: 1 })).toBe(true);
  expect(same({ choice: "price", value: 1 }, { choice: "price", value: 2 })).toBe(false);
  expect(same({ choice: "take" }, null)).toBe(false);
  expect(same(null, null)).toBe(true);
});
