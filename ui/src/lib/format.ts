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

/** 01012345678 as 010-1234-5678, as far as it is typed. Other characters than digits and + are left to Rust to refuse. */
export function phone(typed: string): string {
  if (!/^[\d-]*$/.test(typed)) return typed;
  const digits = typed.replace(/\D/g, "").slice(0, 11);
  if (digits.length < 4) return digits;
  const middle = digits.length > 10 || digits.startsWith("010") ? 7 : 6;
  const parts = [digits.slice(0, 3), digits.slice(3, middle), digits.slice(middle)];
  return parts.filter((part) => part !== "").join("-");
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
