import { expect, test } from "vitest";
import { fit, toPlan, toScreen, zoom } from "../src/map/camera";
import { Plan } from "../src/map/plan";

/** Three rows of four seats. */
const grid = {
  x: Array.from({ length: 12 }, (_, seat) => (seat % 4) * 100),
  y: Array.from({ length: 12 }, (_, seat) => Math.floor(seat / 4) * 100),
};
const plan = new Plan(grid, null);

test("a click finds the nearest seat within reach, and none beyond it", () => {
  expect(plan.seatAt({ x: 108, y: 95 }, 60)).toBe(5);
  expect(plan.seatAt({ x: 151, y: 0 }, 60)).toBe(2);
  expect(plan.seatAt({ x: 500, y: 500 }, 60)).toBeNull();
});

test("arrows go to the neighbour in that direction and stay at the edge", () => {
  expect(plan.neighbour(5, 1, 0)).toBe(6);
  expect(plan.neighbour(5, -1, 0)).toBe(4);
  expect(plan.neighbour(5, 0, -1)).toBe(1);
  expect(plan.neighbour(5, 0, 1)).toBe(9);
  expect(plan.neighbour(0, -1, 0)).toBe(0);
});

test("the whole plan fits the window, and zooming keeps the point under the pointer", () => {
  const camera = fit(plan.box, { width: 800, height: 600 });
  for (const [x, y] of [
    [0, 0],
    [300, 200],
  ] as const) {
    const at = toScreen(camera, x, y);
    expect(at.x).toBeGreaterThan(0);
    expect(at.x).toBeLessThan(800);
    expect(at.y).toBeGreaterThan(0);
    expect(at.y).toBeLessThan(540);
  }
  const pointer = { x: 123, y: 45 };
  const before = toPlan(camera, pointer);
  const after = toPlan(zoom(camera, 0.7, pointer, 0.01), pointer);
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
});

test("an empty plan is drawn as nothing, not as an error", () => {
  const empty = new Plan({ x: [], y: [] }, null);
  expect(Number.isFinite(fit(empty.box, { width: 10, height: 10 }).scale)).toBe(true);
  expect(empty.seatAt({ x: 0, y: 0 }, 60)).toBeNull();
});
