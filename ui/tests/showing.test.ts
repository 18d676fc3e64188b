import { expect, test } from "vitest";
import type { ConcertOnSale } from "../src/lib/backend";
import { inOrder, showing } from "../src/lib/showing";

const SEOUL = "Asia/Seoul";
const at = (text: string) => new Date(`${text}+09:00`);
const when = (starts: string, now: string, zone = SEOUL) => showing(at(starts).toISOString(), at(now), zone);

test("a day begins at midnight of the venue", () => {
  expect(when("2026-12-24T19:30:00", "2026-12-24T00:00:00")).toBe("today");
  expect(when("2026-12-24T19:30:00", "2026-12-23T23:59:59")).toBe("tomorrow");
  expect(when("2026-12-24T19:30:00", "2026-12-22T23:59:59")).toBe("later");
  expect(when("2027-01-01T00:30:00", "2026-12-31T23:00:00")).toBe("tomorrow");
  // Seven in the evening in Seoul is five in the morning of the same day in New York; a quarter to midnight is not.
  expect(when("2026-12-25T13:00:00", "2026-12-24T23:45:00", "America/New_York")).toBe("today");
});

test("a concert is today's until it is over, past midnight too", () => {
  expect(when("2026-12-24T22:00:00", "2026-12-24T23:30:00")).toBe("today");
  expect(when("2026-12-24T22:00:00", "2026-12-25T00:30:00")).toBe("today");
  expect(when("2026-12-24T22:00:00", "2026-12-25T02:00:00")).toBe("over");
});

test("one without a date is neither near nor over", () => {
  expect(showing(null, at("2026-12-24T19:30:00"), SEOUL)).toBe("no_date");
});

test("what can still be seen comes first, and what is over is apart, the last one first", () => {
  const concert = (id: string, starts: string | null) =>
    ({ id, starts_at: starts === null ? null : at(starts).toISOString() }) as ConcertOnSale;
  const concerts = [
    concert("open", null),
    concert("last year", "2025-12-24T19:30:00"),
    concert("next week", "2026-12-31T19:30:00"),
    concert("yesterday", "2026-12-23T19:30:00"),
    concert("tonight", "2026-12-24T19:30:00"),
    concert("this afternoon", "2026-12-24T14:00:00"),
  ];
  const { coming, over } = inOrder(concerts, at("2026-12-24T17:00:00"), SEOUL);
  expect(coming.map(({ id }) => id)).toEqual(["this afternoon", "tonight", "next week", "open"]);
  expect(over.map(({ id }) => id)).toEqual(["yesterday", "last year"]);
});
