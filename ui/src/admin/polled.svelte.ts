// What a screen shows of the server, asked again every few seconds while it is on.
import { app } from "../lib/app.svelte";
import type { Answer, Refusal } from "./backend";

export class Polled<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<Refusal | null>(null);
  #asked = 0;

  constructor(private readonly ask: () => Promise<Answer<T>>) {}

  /** Asks now. An answer that a later one has overtaken is dropped. */
  async load() {
    const turn = ++this.#asked;
    const answer = await app.ask(this.ask());
    if (turn !== this.#asked) return;
    if (answer.status === "ok") this.value = answer.data;
    this.error = answer.status === "error" ? answer.error : null;
  }

  /** For an effect: asks until its clean-up. */
  every(milliseconds: number): () => void {
    void this.load();
    const timer = setInterval(() => void this.load(), milliseconds);
    return () => {
      clearInterval(timer);
      this.#asked++;
    };
  }
}
