// The one clock of the page. A PC's wall clock may be wrong or set meanwhile, and the page's own timer stands still while
// the PC sleeps. How long it slept, the shell knows.
import { commands } from "./backend";

const LOOK_EVERY = 250;
/** Awake, the wall clock and the page's timer don't come apart by this much between two looks. */
const DRIFT = 500;

let slept = 0;

/** Milliseconds that pass while the PC sleeps too. */
export const now = () => performance.now() + slept;

/** Looks for sleep until it is stopped, and tells of it. */
export function watchSleep(woke: () => void) {
  let before: number | null = null;
  let apart = Date.now() - performance.now();
  const look = async () => {
    const answer = await commands.slept();
    if (answer.status === "error") return;
    const more = answer.data - (before ?? answer.data);
    before = answer.data;
    slept += more;
    // Less: only the wall clock was set.
    if (more >= DRIFT) woke();
  };
  void look();
  const timer = setInterval(() => {
    const apartNow = Date.now() - performance.now();
    if (Math.abs(apartNow - apart) < DRIFT) return;
    apart = apartNow;
    void look();
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}
