// The names on the map: of sections, and of rows once there is room for them.
import { toScreen, type Camera, type Size } from "./camera";
import type { Point } from "./plan";

type Look = { background: string; ink: string; font: string };
export type SectionLabel = { label: string; top: Point; middle: Point };
export type RowLabel = { label: string; at: Point };

/** Rows are named where a seat's side has this many pixels. */
const ROOM_FOR_ROWS = 16;
/** From the last seat of a row to its name, in hundredths of a plan unit. */
const ASIDE = 95;
/** Names of rows nearer than this would be read as one, in hundredths of a plan unit. */
const BESIDE = 100;
const COVERS = 50;

export function paintSections(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  sections: readonly SectionLabel[],
  /** Where seats are specks, a label stands in the middle of its section; else before the first row. */
  specks: boolean,
  cursor: Point | null,
  look: Look,
) {
  ctx.font = `700 14px ${look.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  // A label that would cover another, or the cursor, is left out; it comes with the next zoom or step.
  const taken = cursor === null ? [] : [{ ...cursor, width: 24 }];
  for (const { label, top, middle } of sections) {
    const stands = specks ? middle : top;
    const at = toScreen(camera, stands.x, stands.y);
    const width = ctx.measureText(label).width + 12;
    const covers = (other: { x: number; y: number; width: number }) =>
      Math.abs(other.y - at.y) < 24 && Math.abs(other.x - at.x) * 2 < other.width + width;
    if (taken.some(covers)) continue;
    taken.push({ ...at, width });
    ctx.globalAlpha = 0.86;
    ctx.fillStyle = look.background;
    ctx.beginPath();
    ctx.roundRect(at.x - width / 2, at.y - 12, width, 24, 6);
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.fillStyle = look.ink;
    ctx.fillText(label, at.x, at.y);
  }
}

export function paintRows(
  ctx: CanvasRenderingContext2D,
  size: Size,
  camera: Camera,
  rows: readonly RowLabel[],
  side: number,
  look: Look,
) {
  if (side < ROOM_FOR_ROWS) return;
  ctx.font = `600 ${Math.round(Math.min(15, side * 0.6))}px ${look.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = look.ink;
  for (const { label, at } of rows) {
    const { x, y } = toScreen(camera, at.x, at.y);
    if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
    ctx.fillText(label, x, y);
  }
}

/** The name of each row at both of its ends, in the line of its seats. */
export function rowLabels(map: {
  section: readonly number[];
  row: readonly string[];
  x: readonly number[];
  y: readonly number[];
}): RowLabel[] {
  const rows = new Map<string, number[]>();
  map.row.forEach((row, seat) => {
    if (row === "") return;
    const key = `${map.section[seat]} ${row}`;
    const seats = rows.get(key);
    if (seats === undefined) rows.set(key, [seat]);
    else seats.push(seat);
  });
  const ends = [...rows.values()].flatMap((seats) => {
    const label = map.row[seats[0]!]!;
    const across = seats.toSorted((a, b) => map.x[a]! - map.x[b]! || map.y[a]! - map.y[b]!);
    const end = (last: number, before: number): RowLabel => {
      const dx = map.x[last]! - map.x[before]!;
      const dy = map.y[last]! - map.y[before]!;
      const length = Math.hypot(dx, dy) || 1;
      return {
        label,
        at: { x: map.x[last]! + (dx / length) * ASIDE, y: map.y[last]! + (dy / length) * ASIDE },
      };
    };
    if (across.length === 1) return [{ label, at: { x: map.x[across[0]!]! - ASIDE, y: map.y[across[0]!]! } }];
    return [end(across[0]!, across[1]!), end(across.at(-1)!, across.at(-2)!)];
  });
  return onceBetweenBlocks(ends);
}

/**
 * Where the rows of two blocks end beside each other with one name, it stands once, in the middle. Of two names that would
 * lie on each other the second is left to the row's other end.
 */
function onceBetweenBlocks(ends: readonly RowLabel[]): RowLabel[] {
  const cells = new Map<string, RowLabel[]>();
  const cell = ({ x, y }: Point, right: number, down: number) =>
    `${Math.floor(x / BESIDE) + right} ${Math.floor(y / BESIDE) + down}`;
  const around = [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((down) => [right, down] as const));
  const kept: RowLabel[] = [];
  for (const { label, at } of ends) {
    const near = around.flatMap(([right, down]) => cells.get(cell(at, right, down)) ?? []);
    const twin = near.find(
      (one) => one.label === label && Math.hypot(one.at.x - at.x, one.at.y - at.y) < BESIDE,
    );
    if (twin !== undefined) {
      twin.at = { x: (twin.at.x + at.x) / 2, y: (twin.at.y + at.y) / 2 };
      continue;
    }
    if (near.some((one) => Math.hypot(one.at.x - at.x, one.at.y - at.y) < COVERS)) continue;
    const one = { label, at };
    kept.push(one);
    const here = cell(at, 0, 0);
    cells.set(here, [...(cells.get(here) ?? []), one]);
  }
  return kept;
}

/** Where each section's label can stand. */
export function sectionLabels(
  sections: readonly string[],
  section: readonly number[],
  x: readonly number[],
  y: readonly number[],
): SectionLabel[] {
  const seatsOf = sections.map((): number[] => []);
  section.forEach((of, seat) => seatsOf[of]?.push(seat));
  return sections.flatMap((label, which) => {
    const seats = seatsOf[which]!;
    if (seats.length === 0 || label === "") return [];
    const top = seats.reduce((least, seat) => Math.min(least, y[seat]!), Infinity);
    const mean = (some: readonly number[], at: readonly number[]) =>
      some.reduce((sum, seat) => sum + at[seat]!, 0) / some.length;
    const firstRow = seats.filter((seat) => y[seat]! < top + 120);
    return [
      {
        label,
        top: { x: mean(firstRow, x), y: top - 130 },
        middle: { x: mean(seats, x), y: mean(seats, y) },
      },
    ];
  });
}
