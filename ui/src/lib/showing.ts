// When a concert is, as a counter sees it: by the venue's days, and over once nobody comes any more.
import type { ConcertOnSale } from "./backend";

export type Showing = "today" | "tomorrow" | "later" | "no_date" | "over";

/** The longest that is played here; a concert's end is not known. */
const PLAYS_FOR = 4 * 3_600_000;

export function showing(startsAt: string | null, now: Date, timeZone: string): Showing {
  if (startsAt === null) return "no_date";
  const starts = new Date(startsAt);
  if (now.getTime() >= starts.getTime() + PLAYS_FOR) return "over";
  // en-CA writes a day as 2026-12-24.
  const date = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  const dayNumber = (at: Date) => Date.parse(date.format(at)) / 86_400_000;
  const days = dayNumber(starts) - dayNumber(now);
  // One that began before midnight is still today's work.
  return days <= 0 ? "today" : days === 1 ? "tomorrow" : "later";
}

/** What can still be seen, the next one first; and what is over, the last one first. */
export function inOrder(concerts: readonly ConcertOnSale[], now: Date, timeZone: string) {
  const at = (concert: ConcertOnSale) => concert.starts_at ?? "9999";
  const sorted = [...concerts].sort((a, b) => at(a).localeCompare(at(b)));
  const isOver = (concert: ConcertOnSale) => showing(concert.starts_at, now, timeZone) === "over";
  return { coming: sorted.filter((one) => !isOver(one)), over: sorted.filter(isOver).reverse() };
}
