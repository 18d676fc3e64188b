import { expect, test } from "vitest";
import { placeOf, rowsOf } from "../src/map/rows";

const plan = {
  sections: ["1층 A", "1층 B", "빈 구역"],
  section: [0, 0, 0, 1, 1],
  row: ["1", "2", "1", "", ""],
  number: [10, 1, 2, null, null],
  labels: ["A-1-10", "A-2-1", "A-1-2", "B-10", "B-9"],
};

test("seats are listed by section, row and number, and those without a number by their label", () => {
  const sections = rowsOf(plan);
  expect(sections.map(({ label }) => label)).toEqual(["1층 A", "1층 B"]);
  expect(sections[0]!.rows).toEqual([
    { label: "1", seats: [2, 0] },
    { label: "2", seats: [1] },
  ]);
  expect(sections[1]!.rows).toEqual([{ label: "", seats: [4, 3] }]);
});

test("every seat of the plan is in exactly one row of the list", () => {
  const listed = rowsOf(plan).flatMap(({ rows }) => rows.flatMap(({ seats }) => seats));
  expect(listed.sort()).toEqual([0, 1, 2, 3, 4]);
});

test("the list opens at the section and row of a seat", () => {
  expect(placeOf(rowsOf(plan), 1)).toEqual({ section: 0, row: 1 });
  expect(placeOf(rowsOf(plan), 99)).toBeNull();
});
