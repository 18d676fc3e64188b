// A concert starts at the venue's time, whatever the PC's: what a field of date and time shows, and back.

/** 2026-12-24T10:30:00Z as 2026-12-24T19:30 in Seoul. */
export function localOf(at: string | null, timeZone: string): string {
  return at === null ? "" : shown(new Date(at).getTime(), timeZone);
}

/** 2026-12-24T19:30 in Seoul as 2026-12-24T10:30:00.000Z; null for an empty field. */
export function momentOf(local: string, timeZone: string): string | null {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return null;
  // Twice, since the first guess may lie on the other side of a change of the clocks.
  let moment = wanted;
  for (let round = 0; round < 2; round++) moment += wanted - Date.parse(`${shown(moment, timeZone)}Z`);
  return new Date(moment).toISOString();
}

/** 2026-11-28T19:30 and 3 as 2026-11, 2026-10, 2026-09. */
export function lastMonths(local: string, count: number): string[] {
  const [year = 0, month = 1] = local.split("-").map(Number);
  return Array.from({ length: count }, (_, back) => {
    const months = year * 12 + month - 1 - back;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  });
}

function shown(moment: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}
