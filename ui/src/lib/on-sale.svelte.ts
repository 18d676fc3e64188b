// The concerts on sale, as the server told last: whoever opens a screen has them at once, and their numbers with them.
import { app } from "./app.svelte";
import { commands, type ConcertOnSale, type Refusal } from "./backend";

class OnSale {
  all = $state.raw<ConcertOnSale[] | null>(null);
  error = $state.raw<Refusal | null>(null);

  async load() {
    const answer = await app.ask(commands.concertsOnSale());
    if (answer.status === "ok") this.all = answer.data;
    this.error = answer.status === "error" ? answer.error : null;
  }

  /** Another server has others. */
  forget() {
    this.all = this.error = null;
  }
}

export const onSale = new OnSale();
