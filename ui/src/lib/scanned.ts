// A scanner types what a ticket's QR says, whichever way the keyboard is switched, and then Enter.
import { asKeys } from "./keyboard";

/** Number, point and 32 hexadecimal digits, behind whatever stood in the field before. */
const TICKET = /[0-9a-z-]{8,9}\.[0-9a-f]{32}$/i;

/** What was scanned, if a field's text ends with a ticket. */
export function scannedIn(typed: string): string | null {
  const text = typed.trim();
  return TICKET.exec(asKeys(text, text.length).value)?.[0] ?? null;
}
