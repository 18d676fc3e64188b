// Halls to start from: a believable plan in one click, changed from there.
import type { Numbering, SectionSpec } from "./backend";

export type Hall = "one" | "theatre" | "concert_hall";

/** A block of rows; `x` and `y` say where its middle and its front stand, or null: side by side with the others. */
export function section(label: string, tier: string): SectionSpec {
  return {
    label,
    rows: 10,
    first_row: "1",
    seats_per_row: 20,
    seats_more_per_row: 0,
    curve: 0.3,
    numbering: "left" satisfies Numbering,
    first_number: 1,
    skipped: [],
    aisles_after: [],
    tier,
    row_tiers: [],
    x: null,
    y: null,
    angle: 0,
  };
}

export function hall(which: Hall, tiers: readonly string[]): SectionSpec[] {
  // The tiers that the concert has already, dearest first; the usual ones where it has none.
  const tier = (place: number) =>
    tiers[Math.min(place, tiers.length - 1)] ?? ["R석", "S석", "A석"][place] ?? "";
  const fronts = (to: number, front: number, behind: number) =>
    front === behind || tier(front) === tier(behind)
      ? {}
      : { row_tiers: [{ from_row: 1, to_row: to, tier: tier(front) }] };
  switch (which) {
    case "one":
      return [section("A", tier(0))];
    case "theatre":
      return [
        { ...section("가", tier(1)), rows: 12, seats_per_row: 9, ...fronts(4, 0, 1) },
        { ...section("나", tier(1)), rows: 12, seats_per_row: 14, ...fronts(6, 0, 1) },
        { ...section("다", tier(1)), rows: 12, seats_per_row: 9, ...fronts(4, 0, 1) },
      ];
    case "concert_hall":
      return [
        {
          ...section("1층 A", tier(1)),
          rows: 20,
          seats_per_row: 12,
          seats_more_per_row: 1,
          ...fronts(8, 0, 1),
        },
        { ...section("1층 B", tier(1)), rows: 20, seats_per_row: 22, ...fronts(12, 0, 1) },
        {
          ...section("1층 C", tier(1)),
          rows: 20,
          seats_per_row: 12,
          seats_more_per_row: 1,
          ...fronts(8, 0, 1),
        },
        { ...section("2층 D", tier(2)), rows: 8, seats_per_row: 16 },
        { ...section("2층 E", tier(2)), rows: 8, seats_per_row: 26 },
        { ...section("2층 F", tier(2)), rows: 8, seats_per_row: 16 },
      ];
  }
}

/** 3, 7, 13-15 as [3, 7, 13, 14, 15]; null for what is no list of numbers. */
export function numbersOf(text: string): number[] | null {
  const numbers: number[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    if (part === "") continue;
    const [, from, to] = /^(\d{1,4})(?:\s*[-~]\s*(\d{1,4}))?$/.exec(part) ?? [];
    if (from === undefined) return null;
    const last = Number(to ?? from);
    if (last < Number(from) || last - Number(from) > 1000) return null;
    for (let number = Number(from); number <= last; number++) numbers.push(number);
  }
  return numbers;
}

/** [3, 7, 13, 14, 15] as 3, 7, 13-15. */
export function textOf(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}-${to}`))
    .join(", ");
}
