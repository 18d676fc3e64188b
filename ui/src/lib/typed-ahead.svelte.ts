// Keys that come while a screen is still loading are kept for it: a clerk's hands know the way. On Linux the shell keeps them
// (`src-tauri/src/typing/`), the input method's too, for as long as it may wait; what comes nevertheless is kept here.
import { tick } from "svelte";

/** Where the keys go meanwhile. */
let kept: KeyboardEvent[] | null = null;

function setKept(events: KeyboardEvent[] | null) {
  kept = events;
  Object.assign(globalThis, { maepyoLoading: kept !== null });
}

/** These lead away from a screen, and don't wait for it. */
const LEADS_AWAY = /^(Escape|F\d+)$/;
const MODIFIER = /^(Shift|Control|Alt|Meta|CapsLock)$/;

function keep(event: KeyboardEvent) {
  if (kept === null || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (LEADS_AWAY.test(event.key) || MODIFIER.test(event.key)) return;
  if (document.querySelector("[aria-modal]") !== null) return;
  if (event.target instanceof Element && event.target.closest("input, select, textarea") !== null) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  kept.push(event);
}

window.addEventListener("keydown", keep, true);

/** In the script of a screen. What was kept for one that never came is forgotten with it. */
export function keepKeysUntil(isThere: () => boolean) {
  $effect(() => {
    if (isThere()) return;
    const mine: KeyboardEvent[] = [];
    setKept(mine);
    return () => {
      if (kept === mine) setKept(null);
      if (isThere()) void pressAgain(mine);
    };
  });
}

async function pressAgain(events: KeyboardEvent[]) {
  for (const { key, code, shiftKey, repeat } of events) {
    // What the key before has changed is on the screen.
    await tick();
    // What a script presses again types nothing: better none of a name than a part of it.
    if (document.activeElement instanceof HTMLInputElement) return;
    const event = new KeyboardEvent("keydown", {
      key,
      code,
      shiftKey,
      repeat,
      bubbles: true,
      cancelable: true,
    });
    (document.activeElement ?? document.body).dispatchEvent(event);
  }
}
