// The geometry of a seat map: bounds, a grid for finding seats, and who stands next to whom.

export type Point = { x: number; y: number };
export type Box = { left: number; top: number; right: number; bottom: number };
export type Stage = { x: number; y: number; width: number; height: number };

/** Positions in 1/100 of a plan unit; seats stand about 100 apart. */
export type Seats = { x: readonly number[]; y: readonly number[] };

const CELL = 200;

export class Plan {
  readonly box: Box;
  #cells = new Map<string, number[]>();

  constructor(
    readonly seats: Seats,
    stage: Stage | null,
  ) {
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    const cover = (x: number, y: number) => {
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    };
    seats.x.forEach((x, seat) => {
      const y = seats.y[seat]!;
      cover(x, y);
      const key = cellKey(x, y);
      const cell = this.#cells.get(key);
      if (cell === undefined) this.#cells.set(key, [seat]);
      else cell.push(seat);
    });
    if (stage !== null) {
      cover(stage.x - stage.width / 2, stage.y - stage.height / 2);
      cover(stage.x + stage.width / 2, stage.y + stage.height / 2);
    }
    this.box = Number.isFinite(box.left) ? box : { left: 0, top: 0, right: 100, bottom: 100 };
  }

  /** The seat within `reach` of a point, the nearest one. */
  seatAt(point: Point, reach: number): number | null {
    let nearest: number | null = null;
    let best = reach * reach;
    const span = Math.ceil(reach / CELL);
    for (let across = -span; across <= span; across++) {
      for (let down = -span; down <= span; down++) {
        const cell = this.#cells.get(cellKey(point.x + across * CELL, point.y + down * CELL));
        for (const seat of cell ?? []) {
          const distance = (this.seats.x[seat]! - point.x) ** 2 + (this.seats.y[seat]! - point.y) ** 2;
          if (distance > best) continue;
          best = distance;
          nearest = seat;
        }
      }
    }
    return nearest;
  }

  /** The seats in a rectangle, in the order of the map. */
  seatsIn(box: Box): number[] {
    const { x, y } = this.seats;
    const inside = (seat: number) =>
      x[seat]! >= box.left && x[seat]! <= box.right && y[seat]! >= box.top && y[seat]! <= box.bottom;
    return x.flatMap((_, seat) => (inside(seat) ? [seat] : []));
  }

  /** The seat to go to with an arrow: near and in that direction. */
  neighbour(from: number, across: number, down: number): number {
    const x = this.seats.x[from]!;
    const y = this.seats.y[from]!;
    let nearest = from;
    let best = Infinity;
    for (let seat = 0; seat < this.seats.x.length; seat++) {
      const ahead = (this.seats.x[seat]! - x) * across + (this.seats.y[seat]! - y) * down;
      const aside = Math.abs((this.seats.x[seat]! - x) * down) + Math.abs((this.seats.y[seat]! - y) * across);
      if (ahead < 20 || aside > ahead * 2.2) continue;
      const cost = ahead + aside * 1.6;
      if (cost >= best) continue;
      best = cost;
      nearest = seat;
    }
    return nearest;
  }
}

const cellKey = (x: number, y: number) => `${Math.floor(x / CELL)},${Math.floor(y / CELL)}`;
