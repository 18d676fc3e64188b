// Paints a frame of the map: stage, seats, labels and cursor. Config in, pixels out.
import { toScreen, type Camera, type Size } from "./camera";
import { paintRows, paintSections, type RowLabel, type SectionLabel } from "./labels";
import type { Stage } from "./plan";
import { paintFocus, paintOne, paintSeats, SEAT, SPECK, type Look, type Seats } from "./seats";
import type { Tiles } from "./tiles";

export type Scene = {
  seats: Seats;
  picked: readonly number[];
  focused: number | null;
  sections: readonly SectionLabel[];
  rows: readonly RowLabel[];
  stage: Stage | null;
  stageLabel: string;
};

/** More seats than this in view are drawn from tiles: a step less crisp, and many times faster. */
const FEW = 4000;

/** Paints a frame and tells whether another one would make it better. */
export function paint(
  ctx: CanvasRenderingContext2D,
  size: Size,
  ratio: number,
  camera: Camera,
  scene: Scene,
  look: Look,
  tiles: Tiles,
): boolean {
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = look.background;
  ctx.fillRect(0, 0, size.width, size.height);
  if (scene.stage !== null) paintStage(ctx, camera, scene.stage, scene.stageLabel, look);
  const many = inView(size, camera, scene.seats, FEW) > FEW;
  const unfinished = many && tiles.draw(ctx, size, ratio, camera);
  if (!many) paintSeats(ctx, size, ratio, camera, scene.seats, look);
  for (const seat of scene.picked) paintOne(ctx, ratio, camera, scene.seats, seat, "mine", look);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintRows(ctx, size, camera, scene.rows, SEAT * camera.scale, look);
  const { focused, seats } = scene;
  const cursor = focused === null ? null : toScreen(camera, seats.x[focused]!, seats.y[focused]!);
  paintSections(ctx, camera, scene.sections, SEAT * camera.scale < SPECK, cursor, look);
  if (focused !== null) paintFocus(ctx, ratio, camera, seats, focused, look);
  return unfinished;
}

/** Seats in view, counted until there are more than `enough`. */
function inView(size: Size, camera: Camera, seats: Seats, enough: number): number {
  const right = camera.x + size.width / camera.scale;
  const bottom = camera.y + size.height / camera.scale;
  let count = 0;
  for (let seat = 0; seat < seats.x.length && count <= enough; seat++) {
    const x = seats.x[seat]!;
    const y = seats.y[seat]!;
    if (x >= camera.x && x <= right && y >= camera.y && y <= bottom) count++;
  }
  return count;
}

function paintStage(ctx: CanvasRenderingContext2D, camera: Camera, stage: Stage, label: string, look: Look) {
  const at = toScreen(camera, stage.x - stage.width / 2, stage.y - stage.height / 2);
  const width = stage.width * camera.scale;
  const height = stage.height * camera.scale;
  ctx.fillStyle = look.ink;
  ctx.beginPath();
  ctx.roundRect(at.x, at.y, width, height, Math.min(12, height / 4));
  ctx.fill();
  ctx.fillStyle = look.onInk;
  ctx.font = `700 ${Math.max(11, Math.min(22, height / 3))}px ${look.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(label, at.x + width / 2, at.y + height / 2);
}
