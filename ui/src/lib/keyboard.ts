// A password is the keys that were pressed, whatever the keyboard was switched to: Hangul counts as the English letters on
// its keys.
import { convertHangulToQwerty } from "es-hangul";

/** The letters on the keys, and where the caret belongs: behind the same key as before. */
export function asKeys(typed: string, caret: number): { value: string; caret: number } {
  const keys = (text: string) => convertHangulToQwerty(text.normalize("NFC"));
  return { value: keys(typed), caret: keys(typed.slice(0, caret)).length };
}
