// Paints the seats: status by shape, tier by colour, so that neither needs colour vision. Config in, pixels out.
import { toScreen, type Camera, type Size } from "./camera";
import type { Stage } from "./plan";

export type Status = "available" | "held" | "mine" | "reserved" | "withheld";
export type Look = {
  background: string;
  ink: string;
  onInk: string;
  faint: string;
  focus: string;
  tiers: readonly string[];
  font: string;
};
export type Scene = {
  x: readonly number[];
  y: readonly number[];
  angle: readonly number[];
  tier: readonly number[];
  number: readonly (number | null)[];
  status: readonly Status[];
  picked: ReadonlySet<number>;
  focused: number | null;
  sections: readonly { label: string; x: number; y: number }[];
  stage: Stage | null;
  stageLabel: string;
};

/** Side of a seat's square, in hundredths of a plan unit. */
const SEAT = 72;

export function paint(
  ctx: CanvasRenderingContext2D,
  size: Size,
  ratio: number,
  camera: Camera,
  scene: Scene,
  look: Look,
) {
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = look.background;
  ctx.fillRect(0, 0, size.width, size.height);
  if (scene.stage !== null) paintStage(ctx, camera, scene.stage, scene.stageLabel, look);
  const side = SEAT * camera.scale;
  for (let seat = 0; seat < scene.x.length; seat++) {
    const at = toScreen(camera, scene.x[seat]!, scene.y[seat]!);
    if (at.x < -side || at.y < -side || at.x > size.width + side || at.y > size.height + side) continue;
    const turn = (scene.angle[seat]! / 1800) * Math.PI;
    const cos = Math.cos(turn) * ratio;
    const sin = Math.sin(turn) * ratio;
    ctx.setTransform(cos, sin, -sin, cos, at.x * ratio, at.y * ratio);
    const picked = scene.picked.has(seat);
    paintSeat(
      ctx,
      side,
      picked ? "mine" : scene.status[seat]!,
      look.tiers[scene.tier[seat]! % look.tiers.length]!,
      look,
    );
    if (side >= 22 && !picked && scene.status[seat] === "available" && scene.number[seat] !== null) {
      ctx.fillStyle = [2, 3, 5].includes(scene.tier[seat]! % 6) ? "#15171C" : "#FFFFFF";
      ctx.font = `600 ${Math.round(side * 0.42)}px ${look.font}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(String(scene.number[seat]), 0, 1);
    }
    if (seat === scene.focused) {
      ctx.strokeStyle = look.focus;
      ctx.lineWidth = 2.5;
      ctx.strokeRect(-side / 2 - 4, -side / 2 - 4, side + 8, side + 8);
    }
  }
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintSections(ctx, camera, scene, look);
}

function paintSeat(ctx: CanvasRenderingContext2D, side: number, status: Status, colour: string, look: Look) {
  const half = side / 2;
  const corner = Math.min(side * 0.22, 6);
  switch (status) {
    case "available":
      ctx.fillStyle = colour;
      square(ctx, side, corner);
      ctx.fill();
      return;
    case "held":
      ctx.strokeStyle = colour;
      ctx.lineWidth = Math.max(1, side * 0.1);
      square(ctx, side * 0.88, corner);
      ctx.stroke();
      if (side < 9) return;
      ctx.beginPath();
      ctx.moveTo(-half * 0.45, half * 0.45);
      ctx.lineTo(half * 0.45, -half * 0.45);
      ctx.stroke();
      return;
    case "reserved":
      ctx.fillStyle = look.faint;
      ctx.beginPath();
      ctx.arc(0, 0, Math.max(1, side * 0.26), 0, Math.PI * 2);
      ctx.fill();
      return;
    case "withheld":
      ctx.fillStyle = look.faint;
      ctx.fillRect(-half * 0.6, -Math.max(0.75, side * 0.06), side * 0.6, Math.max(1.5, side * 0.12));
      return;
    case "mine":
      ctx.fillStyle = look.ink;
      square(ctx, Math.max(side * 1.12, 7), corner);
      ctx.fill();
      ctx.strokeStyle = look.onInk;
      ctx.lineWidth = Math.max(1, side * 0.12);
      ctx.beginPath();
      ctx.moveTo(-half * 0.45, 0);
      ctx.lineTo(-half * 0.1, half * 0.35);
      ctx.lineTo(half * 0.5, -half * 0.35);
      ctx.stroke();
  }
}

function square(ctx: CanvasRenderingContext2D, side: number, corner: number) {
  ctx.beginPath();
  ctx.roundRect(-side / 2, -side / 2, side, side, corner);
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

function paintSections(ctx: CanvasRenderingContext2D, camera: Camera, scene: Scene, look: Look) {
  ctx.font = `700 14px ${look.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const section of scene.sections) {
    const at = toScreen(camera, section.x, section.y);
    const width = ctx.measureText(section.label).width;
    ctx.globalAlpha = 0.86;
    ctx.fillStyle = look.background;
    ctx.beginPath();
    ctx.roundRect(at.x - width / 2 - 6, at.y - 12, width + 12, 24, 6);
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.fillStyle = look.ink;
    ctx.fillText(section.label, at.x, at.y);
  }
}

/** A label stands before the middle of its section's first row. */
export function sectionLabels(
  sections: readonly string[],
  section: readonly number[],
  x: readonly number[],
  y: readonly number[],
): { label: string; x: number; y: number }[] {
  return sections.flatMap((label, which) => {
    const seats = section.flatMap((of, seat) => (of === which ? [seat] : []));
    if (seats.length === 0 || label === "") return [];
    const top = Math.min(...seats.map((seat) => y[seat]!));
    const near = seats.filter((seat) => y[seat]! < top + 120);
    const middle = near.reduce((sum, seat) => sum + x[seat]!, 0) / near.length;
    return [{ label, x: middle, y: top - 130 }];
  });
}
