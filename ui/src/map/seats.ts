// What a seat looks like: status by shape, tier by colour, so that neither needs colour vision.
import { toScreen, type Camera, type Size } from "./camera";

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
/** Entry i of every list is seat i. */
export type Seats = {
  x: readonly number[];
  y: readonly number[];
  angle: readonly number[];
  tier: readonly number[];
  number: readonly (number | null)[];
  status: readonly Status[];
};
/** Side of a seat's square, in hundredths of a plan unit. */
export const SEAT = 72;
/** A seat with a side of fewer pixels than this is a speck: no corners, no turning, no slash. */
export const SPECK = 5;

/** Paints the seats in view as their status says, over what is there. */
export function paintSeats(
  ctx: CanvasRenderingContext2D,
  size: Size,
  ratio: number,
  camera: Camera,
  seats: Seats,
  look: Look,
) {
  const side = SEAT * camera.scale;
  for (let seat = 0; seat < seats.x.length; seat++) {
    const at = toScreen(camera, seats.x[seat]!, seats.y[seat]!);
    if (at.x < -side || at.y < -side || at.x > size.width + side || at.y > size.height + side) continue;
    paintOne(ctx, ratio, camera, seats, seat, seats.status[seat]!, look);
  }
}

/** Paints one seat as if it had this status. */
export function paintOne(
  ctx: CanvasRenderingContext2D,
  ratio: number,
  camera: Camera,
  seats: Seats,
  seat: number,
  status: Status,
  look: Look,
) {
  const side = SEAT * camera.scale;
  const tier = seats.tier[seat]!;
  turnTo(ctx, ratio, camera, seats, seat);
  paintSeat(ctx, side, status, look.tiers[tier % look.tiers.length]!, look);
  const number = seats.number[seat];
  if (side < 22 || status !== "available" || number === null || number === undefined) return;
  // A seat is turned to the stage; its number is to be read.
  const at = toScreen(camera, seats.x[seat]!, seats.y[seat]!);
  ctx.setTransform(ratio, 0, 0, ratio, at.x * ratio, at.y * ratio);
  ctx.fillStyle = [2, 3, 5].includes(tier % 6) ? "#15171C" : "#FFFFFF";
  ctx.font = `600 ${Math.round(side * 0.42)}px ${look.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(String(number), 0, 1);
}

/** Paints the cursor around a seat. */
export function paintFocus(
  ctx: CanvasRenderingContext2D,
  ratio: number,
  camera: Camera,
  seats: Seats,
  seat: number,
  look: Look,
) {
  const side = Math.max(SEAT * camera.scale, 6) + 8;
  turnTo(ctx, ratio, camera, seats, seat);
  ctx.strokeStyle = look.focus;
  ctx.lineWidth = 2.5;
  ctx.strokeRect(-side / 2, -side / 2, side, side);
}

/** Puts the origin on a seat, turned as it stands. */
function turnTo(ctx: CanvasRenderingContext2D, ratio: number, camera: Camera, seats: Seats, seat: number) {
  const at = toScreen(camera, seats.x[seat]!, seats.y[seat]!);
  const turn = (seats.angle[seat]! / 1800) * Math.PI;
  const cos = Math.cos(turn) * ratio;
  const sin = Math.sin(turn) * ratio;
  ctx.setTransform(cos, sin, -sin, cos, at.x * ratio, at.y * ratio);
}

function paintSeat(ctx: CanvasRenderingContext2D, side: number, status: Status, colour: string, look: Look) {
  const half = side / 2;
  if (side < SPECK && (status === "available" || status === "reserved")) {
    // Nearly as far apart as they are wide, so that a block has its tier's colour; a sold one is a gap in it.
    const speck = status === "available" ? side * 1.25 : side * 0.5;
    ctx.fillStyle = status === "available" ? colour : look.faint;
    ctx.fillRect(-speck / 2, -speck / 2, speck, speck);
    return;
  }
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
