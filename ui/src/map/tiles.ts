// A stadium in tiles: seats are drawn once per zoom step into squares of pixels, and a frame only copies those.
import type { Camera, Size } from "./camera";
import { paintSeats, type Look, type Seats, type Status } from "./seats";

/** Side of a tile, in device pixels. */
const SIDE = 512;
/** Milliseconds of drawing tiles in one frame; the others show what they showed, or a coarser step, until their turn. */
const BUDGET = 8;
/** A megabyte each. */
const KEPT = 48;
/** Zoom steps to an octave. */
const STEPS = 2;
/** Seats reach over the edges of their tile by this, in hundredths of a plan unit. */
const OVERLAP = 60;

type Tile = { step: number; column: number; row: number; canvas: HTMLCanvasElement; stale: boolean };
type Place = Pick<Tile, "step" | "column" | "row">;

/** Device pixels for 1/100 of a plan unit at a zoom step. */
export const scaleOf = (step: number) => 2 ** (step / STEPS);

/** The step whose tiles are at least as fine as what is shown. */
export const stepFor = (pixels: number) => Math.ceil(Math.log2(pixels) * STEPS - 1e-9);

/** The tiles of a step that a view covers. */
export function tilesIn(step: number, camera: Camera, size: Size): Place[] {
  const span = SIDE / scaleOf(step);
  const last = (from: number, length: number) => Math.ceil((from + length / camera.scale) / span) - 1;
  const places: Place[] = [];
  for (let row = Math.floor(camera.y / span); row <= last(camera.y, size.height); row++) {
    for (let column = Math.floor(camera.x / span); column <= last(camera.x, size.width); column++) {
      places.push({ step, column, row });
    }
  }
  return places;
}

export class Tiles {
  #tiles = new Map<string, Tile>();
  #shown: Status[];

  constructor(
    private readonly seats: Seats,
    private readonly look: Look,
  ) {
    this.#shown = [...seats.status];
  }

  /** Draws what the view covers, and tells whether another frame would make it better. */
  draw(ctx: CanvasRenderingContext2D, size: Size, ratio: number, camera: Camera): boolean {
    this.#markChanged();
    const step = stepFor(camera.scale * ratio);
    const begin = performance.now();
    let unfinished = false;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const place of tilesIn(step, camera, size)) {
      const key = keyOf(place);
      let tile = this.#tiles.get(key);
      const first = this.#tiles.size === 0;
      if ((tile === undefined || tile.stale) && (first || performance.now() - begin < BUDGET)) {
        tile = this.#paint(place, tile?.canvas);
      }
      unfinished ||= tile === undefined || tile.stale;
      tile ??= this.#coarser(place);
      if (tile === undefined) continue;
      // The one used last is forgotten last.
      this.#tiles.delete(keyOf(tile));
      this.#tiles.set(keyOf(tile), tile);
      copy(ctx, tile, place, camera);
    }
    this.#forget();
    return unfinished;
  }

  /** Compares with what was drawn: whoever changes a seat's status needs to tell nobody. */
  #markChanged() {
    const changed: number[] = [];
    this.seats.status.forEach((status, seat) => {
      if (this.#shown[seat] !== status) changed.push(seat);
    });
    if (changed.length === 0) return;
    this.#shown = [...this.seats.status];
    for (const tile of this.#tiles.values()) {
      const span = SIDE / scaleOf(tile.step);
      const inside = (at: number, place: number) =>
        at > place * span - OVERLAP && at < (place + 1) * span + OVERLAP;
      tile.stale ||= changed.some(
        (seat) => inside(this.seats.x[seat]!, tile.column) && inside(this.seats.y[seat]!, tile.row),
      );
    }
  }

  #paint(place: Place, reused?: HTMLCanvasElement): Tile {
    const canvas = reused ?? document.createElement("canvas");
    canvas.width = canvas.height = SIDE;
    const scale = scaleOf(place.step);
    const camera = { scale, x: (place.column * SIDE) / scale, y: (place.row * SIDE) / scale };
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    if (ctx !== null) paintSeats(ctx, { width: SIDE, height: SIDE }, 1, camera, this.seats, this.look);
    const tile = { ...place, canvas, stale: false };
    this.#tiles.set(keyOf(place), tile);
    return tile;
  }

  /** What an earlier zoom step has of the same place. */
  #coarser(place: Place): Tile | undefined {
    const middle = (at: number) => (at + 0.5) / scaleOf(place.step);
    for (let step = place.step - 1; step >= place.step - 3 * STEPS; step--) {
      const at = (middleOf: number) => Math.floor(middle(middleOf) * scaleOf(step));
      const tile = this.#tiles.get(keyOf({ step, column: at(place.column), row: at(place.row) }));
      if (tile !== undefined) return tile;
    }
    return undefined;
  }

  #forget() {
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= KEPT) return;
      this.#tiles.delete(key);
    }
  }
}

const keyOf = ({ step, column, row }: Place) => `${step} ${column} ${row}`;

/** Copies the part of a tile that lies in `place`, which is all of it when it is that place's own. */
function copy(ctx: CanvasRenderingContext2D, tile: Tile, place: Place, camera: Camera) {
  const span = SIDE / scaleOf(place.step);
  const share = scaleOf(tile.step) / scaleOf(place.step);
  const from = (at: number, own: number) => (at * share - own) * SIDE;
  const left = Math.max(0, from(place.column, tile.column));
  const top = Math.max(0, from(place.row, tile.row));
  const width = Math.min(SIDE * share, SIDE - left);
  const height = Math.min(SIDE * share, SIDE - top);
  const x = (place.column * span - camera.x) * camera.scale;
  const y = (place.row * span - camera.y) * camera.scale;
  const scale = camera.scale / scaleOf(tile.step);
  ctx.drawImage(tile.canvas, left, top, width, height, x, y, width * scale, height * scale);
}
