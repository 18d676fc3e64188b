// What leaving a live hold means, wherever the clerk wants to go: asked once, then it is gone on with or given up.
import type { Hold } from "./backend";
import type { Countdown } from "./countdown.svelte";
import type { Notice } from "./screen";

/** A sale as far as leaving it goes. */
type Leavable = {
  readonly isLive: boolean;
  readonly busy: boolean;
  readonly hold: Hold | null;
  readonly countdown: Countdown | null;
  /** Whether it is being sold, or will be once it is held. */
  readonly selling: boolean;
  printWhenSold: boolean;
  giveUp(): Promise<Notice | null>;
};
/** Goes there, and says what became of the hold that was left. */
type Go = (said: Notice | null) => void;

class Leaving {
  /** The sale on the screen. */
  sale = $state.raw<Leavable | null>(null);
  #go = $state.raw<Go | null>(null);
  readonly asked = $derived(this.#go !== null && this.sale?.isLive === true);

  /** Goes where nothing is held; else the clerk is asked. */
  leave(go: Go) {
    if (this.sale?.isLive === true) this.#go = go;
    else go(null);
  }

  stay() {
    this.#go = null;
  }

  async giveUp() {
    const go = this.#go;
    if (go === null || this.sale === null || this.sale.busy) return;
    const said = await this.sale.giveUp();
    // A hold that the server couldn't be told of stays on offer on the next screen.
    this.sale = null;
    this.#go = null;
    go(said);
  }
}

export const leaving = new Leaving();
