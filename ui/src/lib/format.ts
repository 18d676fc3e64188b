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

/**
 * 01012345678 as 010-1234-5678, as far as it is typed. No digit is ever cut off: one too many would be another person's
 * number. Other characters than digits and + are left to Rust to refuse.
 */
export function phone(typed: string): string {
  const plain = typed.replace(MARKS, "").replace(DASHES, "-");
  const abroad = INTERNATIONAL.exec(plain.trim())?.[1];
  if (abroad !== undefined) return phone(`0${abroad.replace(/\D/g, "")}`);
  if (!/^[\d-]*$/.test(plain) || plain.startsWith("82") || plain.startsWith("00")) return plain;
  const digits = plain.replace(/\D/g, "");
  if (digits.length < 4) return digits;
  const middle = digits.length > 10 || digits.startsWith("010") ? 7 : 6;
  const parts = [digits.slice(0, 3), digits.slice(3, middle), digits.slice(middle)];
  return parts.filter((part) => part !== "").join("-");
}

/** Digits that no Korean mobile number has. */
export function phoneDigitsOver(typed: string): number {
  const shown = phone(typed);
  return /^0\d\d-[\d-]*$/.test(shown) ? Math.max(0, shown.replace(/\D/g, "").length - 11) : 0;
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
