// What leaving a live hold means, wherever the clerk wants to go: asked once, then it is gone on with or given up.
import { app } from "./app.svelte";
import type { Sale } from "./sale.svelte";

class Leaving {
  /** The sale on the screen. */
  sale = $state.raw<Sale | null>(null);
  #go = $state.raw<(() => void) | null>(null);
  readonly asked = $derived(this.#go !== null && this.sale?.isLive === true);

  /** Goes where nothing is held; else the clerk is asked. */
  leave(go: () => void) {
    if (this.sale?.isLive === true) this.#go = go;
    else go();
  }

  stay() {
    this.#go = null;
  }

  async giveUp() {
    const go = this.#go;
    if (go === null || this.sale === null || this.sale.busy) return;
    const notice = await this.sale.giveUp();
    // A hold that the server couldn't be told of stays on offer on the next screen.
    this.sale = null;
    this.#go = null;
    go();
    app.notice = notice;
  }
}

export const leaving = new Leaving();
