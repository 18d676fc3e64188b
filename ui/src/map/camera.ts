// What part of the plan is on the screen: screen = (plan − origin) × scale.
import type { Box, Point } from "./plan";

export type Camera = { x: number; y: number; scale: number };
export type Size = { width: number; height: number };

/** Pixels for 1/100 of a plan unit. */
export const LARGEST = 0.6;

export function fit(box: Box, size: Size): Camera {
  const margin = 150;
  const width = box.right - box.left + margin * 2;
  const height = box.bottom - box.top + margin * 2;
  const scale = Math.min(size.width / width, (size.height - 60) / height, LARGEST);
  return {
    scale,
    x: (box.left + box.right) / 2 - size.width / 2 / scale,
    y: (box.top + box.bottom) / 2 - (size.height - 60) / 2 / scale,
  };
}

/** Zooms around a point of the screen, which stays where it is. */
export function zoom(camera: Camera, factor: number, at: Point, smallest: number): Camera {
  const scale = Math.min(LARGEST, Math.max(smallest, camera.scale * factor));
  return {
    scale,
    x: camera.x + at.x / camera.scale - at.x / scale,
    y: camera.y + at.y / camera.scale - at.y / scale,
  };
}

export const toScreen = (camera: Camera, x: number, y: number): Point => ({
  x: (x - camera.x) * camera.scale,
  y: (y - camera.y) * camera.scale,
});

export const toPlan = (camera: Camera, point: Point): Point => ({
  x: point.x / camera.scale + camera.x,
  y: point.y / camera.scale + camera.y,
});
