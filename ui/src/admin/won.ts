/** 44,000 as 44000; null for what is no amount of won. */
export function wonOf(text: string): number | null {
  const digits = text.replaceAll(",", "").trim();
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}
