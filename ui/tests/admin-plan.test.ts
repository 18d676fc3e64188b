import { expect, test } from "vitest";
import { curve } from "../src/admin/curve";
import { hall, numbersOf, textOf } from "../src/admin/halls";
import { nextLabel } from "../src/admin/plan.svelte";
import { localOf, momentOf } from "../src/admin/time";
import { Plan } from "../src/map/plan";

test("a moment is shown and read in the venue's time, whatever the PC's", () => {
  expect(localOf("2026-12-24T10:30:00Z", "Asia/Seoul")).toBe("2026-12-24T19:30");
  expect(momentOf("2026-12-24T19:30", "Asia/Seoul")).toBe("2026-12-24T10:30:00.000Z");
  expect(momentOf("2026-01-01T00:00", "Asia/Seoul")).toBe("2025-12-31T15:00:00.000Z");
  expect(momentOf("", "Asia/Seoul")).toBeNull();
  expect(localOf(null, "Asia/Seoul")).toBe("");
});

test("a moment beside a change of the clocks comes back as it was typed", () => {
  for (const local of ["2026-03-29T01:30", "2026-03-29T03:30", "2026-10-25T04:30"]) {
    expect(localOf(momentOf(local, "Europe/Berlin"), "Europe/Berlin")).toBe(local);
  }
});

test("numbers are typed as runs and shown as runs", () => {
  expect(numbersOf("4, 13-15,7")).toEqual([4, 13, 14, 15, 7]);
  expect(numbersOf("")).toEqual([]);
  expect(numbersOf("4; 5")).toBeNull();
  expect(numbersOf("9-3")).toBeNull();
  expect(numbersOf("1-9999")).toBeNull();
  expect(textOf([4, 13, 14, 15, 20, 21])).toBe("4, 13-15, 20, 21");
  expect(numbersOf(textOf([1, 2, 3, 9]))).toEqual([1, 2, 3, 9]);
});

test("a further section is named on from the last, as halls do", () => {
  expect(nextLabel(["A"])).toBe("B");
  expect(nextLabel(["가", "나"])).toBe("다");
  expect(nextLabel(["1층 A"])).toBe("1층 B");
  expect(nextLabel(["구역 9"])).toBe("구역 10");
  expect(nextLabel(["발코니", "발코니 2"])).toBe("발코니 3");
  expect(nextLabel(["B", "A"])).not.toBe("B");
});

test("halls to start from use the concert's own tiers, and the usual ones where it has none", () => {
  expect(hall("one", ["VIP석"])[0]?.tier).toBe("VIP석");
  expect(hall("concert_hall", []).map((section) => section.tier)).toContain("A석");
  expect(new Set(hall("theatre", ["전석"]).map((section) => section.tier))).toEqual(new Set(["전석"]));
  expect(hall("theatre", ["전석"]).every((section) => section.row_tiers.length === 0)).toBe(true);
});

test("a rectangle holds the seats in it, on its edges too, in the order of the map", () => {
  const plan = new Plan({ x: [0, 100, 200, 0, 100, 200], y: [0, 0, 0, 100, 100, 100] }, null);
  expect(plan.seatsIn({ left: 50, top: -10, right: 200, bottom: 100 })).toEqual([1, 2, 4, 5]);
  expect(plan.seatsIn({ left: 300, top: 0, right: 400, bottom: 100 })).toEqual([]);
});

test("a single sale is drawn as a step of some width, and no sale as nothing", () => {
  const [at, sold, cancelled] = curve({ at: [10_000], sold: [2], cancelled: [0] });
  expect(sold).toEqual([0, 2, 2]);
  expect(cancelled).toEqual([0, 0, 0]);
  expect(at[0]).toBeLessThan(at[1]!);
  expect(at[1]).toBeLessThan(at[2]!);
  expect(curve({ at: [], sold: [], cancelled: [] })).toEqual([[], [], []]);
});
