// What the chart draws of a series of sales.
import type { SalesChart } from "./backend";

/** Seconds that the curve is widened on either side, at least. */
const MARGIN = 600;

/**
 * The first sale is a step up from nothing and the last one goes on: without a moment before and after, a single sale
 * has no width, and uPlot makes years of it.
 */
export function curve({ at, sold, cancelled }: SalesChart): [number[], number[], number[]] {
  const first = at[0];
  const last = at.at(-1);
  if (first === undefined || last === undefined) return [[], [], []];
  const margin = Math.max(MARGIN, Math.round((last - first) * 0.01));
  return [
    [first - margin, ...at, last + margin],
    [0, ...sold, sold.at(-1) ?? 0],
    [0, ...cancelled, cancelled.at(-1) ?? 0],
  ];
}
