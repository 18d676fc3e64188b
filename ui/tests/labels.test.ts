import { expect, test } from "vitest";
import { paintRows, paintSections, rowLabels } from "../src/map/labels";

const look = { background: "#fff", ink: "#000", font: "sans-serif" };
const camera = { scale: 1, x: 0, y: 0 };

/** A canvas that keeps what is written on it, and where. */
function paper() {
  const written: { text: string; x: number; y: number }[] = [];
  const ctx = {
    measureText: (text: string) => ({ width: text.length * 10 }),
    fillText: (text: string, x: number, y: number) => written.push({ text, x, y }),
    beginPath() {},
    roundRect() {},
    fill() {},
  };
  return { ctx: ctx as unknown as CanvasRenderingContext2D, written };
}
const section = (label: string, x: number, y: number) => ({ label, top: { x, y }, middle: { x, y } });
const A = section("A구역", 100, 100);
const B = section("B구역", 300, 100);

test("no section's label covers the cursor, and all come back when it goes on", () => {
  for (const [cursor, shown] of [
    [{ x: 100, y: 100 }, ["B구역"]],
    [{ x: 125, y: 115 }, ["B구역"]],
    [{ x: 100, y: 140 }, ["A구역", "B구역"]],
    [{ x: 290, y: 95 }, ["A구역"]],
    [null, ["A구역", "B구역"]],
  ] as const) {
    const { ctx, written } = paper();
    paintSections(ctx, camera, [A, B], false, cursor, look);
    expect(written.map((one) => one.text)).toEqual(shown);
  }
});

test("no section's label covers another", () => {
  const { ctx, written } = paper();
  paintSections(ctx, camera, [A, section("C구역", 110, 110), B], false, null, look);
  expect(written.map((one) => one.text)).toEqual(["A구역", "B구역"]);
});

test("rows have names once there is room for them, and only those in view", () => {
  const rows = [
    { label: "3", at: { x: 10, y: 10 } },
    { label: "4", at: { x: 900, y: 10 } },
  ];
  for (const [side, shown] of [
    [15, []],
    [16, ["3"]],
  ] as const) {
    const { ctx, written } = paper();
    paintRows(ctx, { width: 800, height: 600 }, camera, rows, side, look);
    expect(written.map((one) => one.text)).toEqual(shown);
  }
});

test("between two blocks the name of a row stands once, and at their far ends as ever", () => {
  // Seats 1 and 2 of two blocks, an aisle of one seat between them; the second block's back row is another.
  const x = [0, 100, 300, 400, 0, 100, 300, 400];
  const y = [0, 0, 0, 0, 100, 100, 100, 100];
  const section = [0, 0, 1, 1, 0, 0, 1, 1];
  const row = ["1", "1", "1", "1", "2", "2", "3", "3"];
  const labels = rowLabels({ section, row, x, y });
  const at = (name: string) =>
    labels
      .filter((one) => one.label === name)
      .map((one) => one.at.x)
      .sort((a, b) => a - b);
  expect(at("1")).toEqual([-95, 200, 495]);
  expect(at("2")).toEqual([-95, 195]);
  expect(at("3")).toEqual([495]);
});
