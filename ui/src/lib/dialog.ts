// Keeps the focus in a dialog, gives it back afterwards, and closes on Esc.
const REACHABLE = "button:not(:disabled), input:not(:disabled), select:not(:disabled)";

export function dialog(node: HTMLElement, close: () => void) {
  const before = document.activeElement;
  const reachable = () => [...node.querySelectorAll<HTMLElement>(REACHABLE)];
  (node.querySelector<HTMLElement>("[data-first]") ?? reachable()[0])?.focus();

  function onkeydown(event: KeyboardEvent) {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
    if (event.key !== "Tab") return;
    const all = reachable();
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  }

  node.addEventListener("keydown", onkeydown);
  return {
    destroy() {
      node.removeEventListener("keydown", onkeydown);
      if (before instanceof HTMLElement) before.focus();
    },
  };
}
