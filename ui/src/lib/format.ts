// Numbers, money, dates and phone numbers as people read them. Locales are always named: WebKitGTK under LANG=C has "C".
import { m } from "../paraglide/messages.js";
import { getLocale } from "../paraglide/runtime.js";

const locale = () => (getLocale() === "ko" ? "ko-KR" : "en-US");

export const count = (n: number) => n.toLocaleString(locale());
export const won = (n: number) => `₩${n.toLocaleString(locale())}`;

export type Day = { year: string; monthAndWeekday: string; day: string; time: string; full: string };

export function day(startsAt: string | null, timeZone: string): Day | null {
  if (startsAt === null) return null;
  const at = new Date(startsAt);
  const as = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale(), { timeZone, ...options }).format(at);
  const number = new Intl.DateTimeFormat("en-US", { timeZone, day: "numeric" }).format(at);
  const month = as({ month: "long" });
  const weekday = as({ weekday: "long" });
  return {
    year: as({ year: "numeric" }),
    monthAndWeekday: `${month} ${weekday}`,
    day: number,
    time: as({ hour: "numeric", minute: "2-digit" }),
    full: as({ month: "long", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit" }),
  };
}

/** Date with the year: what is sold reaches over more than one. */
export function dated(at: string | null, timeZone: string): string {
  const when = day(at, timeZone);
  if (when === null) return m.date_open();
  const { year, full } = when;
  return getLocale() === "ko" ? `${year} ${full}` : `${full}, ${year}`;
}

export const time = (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat(locale(), { timeZone, hour: "numeric", minute: "2-digit" }).format(at);

export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What address books leave around a number: of no width, or for the reading direction. */
const MARKS = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const DASHES = /[\u2010-\u2015\u2212\uff0d]/g;
/** With the country's code, as soon as it is a whole number. */
const INTERNATIONAL = /^(?:\+|00)?82[\s.-]*\(?0?\)?[\s.-]*(1[\s.-]*0(?:[\s.-]*\d){8})$/;
/** The same of a line that is no mobile one, which is whole with eight digits and may get more. */
const OTHER_LINE = /^(?:\+|00)82[\s.-]*\(?0?\)?[\s.-]*([2-8](?:[\s.-]*\d){7,10})$/;
/** What a ticket's QR begins with, typed by a scanner: no number that is to be grouped. */
const SCANNED = /^\w{4}-\w{4}\./;

/** How many digits stand before the first hyphen, and how many a whole number has: at least, at most. */
function shape(digits: string): { first: number; least: number; most: number } {
  if (digits.startsWith("010")) return { first: 3, least: 11, most: 11 };
  if (digits.startsWith("070")) return { first: 3, least: 11, most: 11 };
  if (digits.startsWith("02")) return { first: 2, least: 9, most: 10 };
  if (/^0[35]0/.test(digits)) return { first: 4, least: 11, most: 12 };
  if (/^1[5-8]/.test(digits)) return { first: 4, least: 8, most: 8 };
  return { first: 3, least: 10, most: 11 };
}

/**
 * 01012345678 as 010-1234-5678, 0212345678 as 02-1234-5678, as far as it is typed. No digit is ever cut off: one too many
 * would be another person's number. What begins with + and is of abroad stays as it is typed; other characters than digits
 * are left to Rust to refuse.
 */
export function phone(typed: string): string {
  const plain = typed.replace(MARKS, "").replace(DASHES, "-");
  if (SCANNED.test(plain)) return plain;
  const abroad = (INTERNATIONAL.exec(plain.trim()) ?? OTHER_LINE.exec(plain.trim()))?.[1];
  if (abroad !== undefined) return phone(`0${abroad.replace(/\D/g, "")}`);
  if (!/^[\d-]*$/.test(plain) || plain.startsWith("82") || plain.startsWith("00")) return plain;
  const digits = plain.replace(/\D/g, "");
  const { first, least, most } = shape(digits);
  if (digits.length <= first) return digits;
  // The last four stand alone once there are enough for the shortest number; before, the middle fills up.
  const middle = least === most || digits.length > least ? most - 4 : least - 4;
  const parts = [digits.slice(0, first), digits.slice(first, middle), digits.slice(middle)];
  return parts.filter((part) => part !== "").join("-");
}

/** Digits that no such number has. */
export function phoneDigitsOver(typed: string): number {
  const shown = phone(typed);
  const digits = shown.replace(/\D/g, "").length;
  if (/^\+[\d\s().-]*$/.test(shown)) return Math.max(0, digits - 15);
  return /^[01][\d-]*$/.test(shown) ? Math.max(0, digits - shape(shown.replace(/\D/g, "")).most) : 0;
}

/** The masked value and where the caret belongs: behind the same digit as before. */
export function maskPhone(typed: string, caret: number): { value: string; caret: number } {
  const value = phone(typed);
  if (value === typed) return { value, caret };
  const digitsBefore = typed.slice(0, caret).replace(/\D/g, "").length;
  let at = 0;
  for (let seen = 0; at < value.length && seen < digitsBefore; at++) if (/\d/.test(value[at]!)) seen++;
  return { value, caret: at };
}
