import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { About, Choice, FileRead, Place } from "../src/admin/backend";
import {
  aboutWords,
  choiceWords,
  fileWords,
  placeWords,
  refusedWords,
  valueShown,
} from "../src/admin/hall-words";

const file = (more: Partial<FileRead> = {}): FileRead => ({
  name: "좌석.xlsx",
  kind: "seat_list",
  lines: 198,
  seats: 1497,
  tiers: 4,
  floors: ["1층", "2층"],
  sections: 5,
  headings: [],
  ...more,
});
const at = (row: number | null, column: string | null, sheet: string | null = null, file = 0): Place => ({
  file,
  sheet,
  row,
  column,
});
const where = (places: Place[], files = [file()], times = places.length) =>
  placeWords({ places, times }, files);

test("a file is told in a sentence: what it was taken for and what was found", () => {
  expect(fileWords(file())).toBe("좌석 목록: 198줄, 1,497석, 등급 4개, 1·2층, 5블록");
  expect(fileWords(file({ kind: "chart", lines: 0, tiers: 0, floors: [], sections: 0, seats: 178 }))).toBe(
    "좌석배치도: 178석",
  );
  expect(fileWords(file({ lines: 1, seats: 2, tiers: 1, floors: [], sections: 1 }))).toBe(
    "좌석 목록: 1줄, 2석, 등급 1개, 1블록",
  );
  expect(fileWords(file({ floors: ["Parterre", "1층"] }))).toContain("Parterre · 1층");
});

test("a place is told as the spreadsheet says it, never as a path", () => {
  expect(where([at(14, null, "2층")])).toBe("2층 시트 14행");
  expect(where([at(14, "C")])).toBe("14행 C열");
  expect(where([at(null, null, "표지")])).toBe("표지 시트");
  expect(where([at(3, null, "1층", 1)], [file(), file({ name: "배치도.xlsx" })])).toBe(
    "배치도.xlsx 1층 시트 3행",
  );
  expect(where([at(3, null, "1층")], [file({ kind: "pretix" })])).toBe("1층 구역 3번째 열");
  expect(where([])).toBe("");
});

test("rows of one column are told as runs, and cells here and there one by one", () => {
  expect(where([2, 3, 4, 5, 6, 7].map((row) => at(row, null)))).toBe("2-7행");
  expect(where([7, 9, 8, 20].map((row) => at(row, "A", "좌석표")))).toBe("좌석표 시트 7-9, 20행 A열");
  expect(where([at(3, "B"), at(9, "D")])).toBe("3행 B열 · 9행 D열");
  const spread = [1, 2, 3, 4, 5].map((n) => at(n, "ABCDE"[n - 1]!));
  expect(where(spread, [file()], 60)).toBe("1행 A열 · 2행 B열 · 3행 C열 · 4행 D열 외 56곳");
});

test("a heading that is missing is named by what it would hold", () => {
  const about: About = { code: "missing_heading", meaning: "number" };
  const [what] = aboutWords({ about, value: "구역, 열, 등급", times: 1 });
  expect(what).toBe("‘좌석 번호’ 열을 찾지 못했습니다");
  expect(valueShown({ about, value: "구역, 열, 등급" })).toBe("구역, 열, 등급");
});

test("of two prices each says whose it is", () => {
  const about: About = { code: "price_of_concert", concert: 100_000, file: 132_000 };
  const words = [100_000, 132_000].map((value) => choiceWords({ choice: "price", value }, about));
  expect(words).toEqual(["공연의 가격 그대로: ₩100,000", "파일의 가격으로 바꾸기: ₩132,000"]);
  expect(aboutWords({ about, value: "R석", times: 1 })[0]).toContain("R석");
});

test("to leave something out says what is left out", () => {
  const leave: Choice = { choice: "leave_out" };
  expect(choiceWords(leave, { code: "unknown_heading", samples: [] })).toBe("이 열을 쓰지 않기");
  expect(choiceWords(leave, { code: "empty_number" })).toBe("이 줄을 빼기");
  expect(choiceWords(leave, { code: "unknown_colour", seats: 3 })).toBe("이 좌석을 빼기");
});

test("a refusal names the file and says what to change in it", () => {
  expect(refusedWords({ code: "locked", name: "a.xlsx" })).toMatch(/a\.xlsx.*비밀번호를 없애고/);
  expect(refusedWords({ code: "too_large", name: "a.xlsx", most: 33_554_432 })).toContain("32MB");
  expect(refusedWords({ code: "unknown_kind", name: "a.pdf" })).toContain("Excel이나 CSV");
});

test("no word about a hall has a path, a bracket of code or a particle left open", () => {
  for (const language of ["ko", "en"]) {
    const words: Record<string, string> = JSON.parse(readFileSync(`messages/${language}.json`, "utf8"));
    for (const [key, text] of Object.entries(words).filter(([key]) => key.startsWith("hall_")))
      expect(text, key).not.toMatch(/\[\d|zones|undefined|을\(를\)|이\(가\)|\(으\)로/);
  }
});
