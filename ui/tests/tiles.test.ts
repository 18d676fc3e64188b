import { expect, test } from "vitest";
import { scaleOf, stepFor, tilesIn } from "../src/map/tiles";

test("a step is at least as fine as what is shown, and less than half an octave finer", () => {
  for (const pixels of [0.01, 0.02, 0.037, 0.25, 0.6, 1.2]) {
    const scale = scaleOf(stepFor(pixels));
    expect(scale).toBeGreaterThanOrEqual(pixels * 0.999);
    expect(scale).toBeLessThan(pixels * Math.SQRT2);
  }
});

test("the tiles of a view cover it, and none of them lies outside", () => {
  const camera = { x: -3000, y: 1234, scale: 0.03 };
  const size = { width: 900, height: 700 };
  const span = 512 / scaleOf(stepFor(camera.scale));
  const tiles = tilesIn(stepFor(camera.scale), camera, size);
  const columns = tiles.map(({ column }) => column);
  const rows = tiles.map(({ row }) => row);
  const [left, right] = [Math.min(...columns), Math.max(...columns)];
  const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
  expect(left * span).toBeLessThanOrEqual(camera.x);
  expect((right + 1) * span).toBeGreaterThanOrEqual(camera.x + size.width / camera.scale);
  expect(right * span).toBeLessThan(camera.x + size.width / camera.scale);
  expect(top * span).toBeLessThanOrEqual(camera.y);
  expect((bottom + 1) * span).toBeGreaterThanOrEqual(camera.y + size.height / camera.scale);
  expect(tiles).toHaveLength((right - left + 1) * (bottom - top + 1));
});
