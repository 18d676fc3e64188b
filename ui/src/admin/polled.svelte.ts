// What a screen shows of the server, asked again every few seconds while it is on, and at once when the server comes back.
import { app } from "../lib/app.svelte";
import type { Answer, Refusal } from "./backend";

export class Polled<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<Refusal | null>(null);
  #asked = 0;

  /** What this PC answers by itself says nothing of the server. */
  constructor(
    private readonly ask: () => Promise<Answer<T>>,
    private readonly by: "server" | "this_pc" = "server",
  ) {}

  /** Asks now. An answer that a later one has overtaken is dropped. */
  async load() {
    const turn = ++this.#asked;
    const answer = await (this.by === "server" ? app.ask(this.ask()) : this.ask());
    if (turn !== this.#asked) return;
    if (answer.status === "ok") this.value = answer.data;
    this.error = answer.status === "error" ? answer.error : null;
  }

  /** For an effect: asks until its clean-up. */
  every(milliseconds: number): () => void {
    if (this.by === "server") void app.returns;
    void this.load();
    const timer = setInterval(() => void this.load(), milliseconds);
    return () => {
      clearInterval(timer);
      this.#asked++;
    };
  }
}
