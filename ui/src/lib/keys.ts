// The function-key strip, and which keys belong to a control rather than to the screen.
import { m } from "../paraglide/messages.js";
import { app } from "./app.svelte";

export const keys = (): [key: string, what: string][] => [
  ["F1", m.key_help()],
  ["F2", m.key_concerts()],
  ["F3", m.key_look_up()],
  ["F8", m.key_release()],
  ["F9", m.key_print()],
  // Only where seats are: the strip has no room for more on a small screen with large letters.
  ...(app.rules?.walk_up_sales === true && app.screen.name === "seats"
    ? [["F12", m.walk_up()] as [string, string]]
    : []),
  ["Enter", m.key_next()],
  ["Esc", m.key_back()],
  ["Ctrl+K", m.key_jump()],
];

/** Typing in a field, or pressing a focused button, is not a key of the screen. */
export function belongsToControl(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey)
    return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  // In a list where Space picks, Enter goes on as everywhere else.
  if (event.key === "Enter" && target.closest("[data-enter-is-the-screens]") !== null) return false;
  if (target.closest("input, select, textarea") !== null)
    return event.key !== "Escape" && !/^F\d+$/.test(event.key);
  return target.closest("button, a") !== null && (event.key === "Enter" || event.key === " ");
}

let enterDown = false;
window.addEventListener("keydown", (event) => (enterDown ||= event.key === "Enter"), true);
window.addEventListener("keyup", (event) => (enterDown &&= event.key !== "Enter"), true);
window.addEventListener("blur", () => (enterDown = false));

/** Whether Enter is being pressed. */
export const enterIsDown = () => enterDown;
