// The journal, filtered and paged.
import { app } from "../lib/app.svelte";
import { admin, type JournalFilter, type JournalRow, type Refusal } from "./backend";

export class Journal {
  rows = $state.raw<JournalRow[] | null>(null);
  more = $state(false);
  error = $state.raw<Refusal | null>(null);
  filter = $state<Omit<JournalFilter, "before">>({ kind: null, counter: null, concert: null });
  #turn = 0;

  /** For an effect: the newest rows of the filter as it stands. */
  follow() {
    void this.#load($state.snapshot(this.filter), null);
  }

  older() {
    const last = this.rows?.at(-1);
    if (last !== undefined) void this.#load($state.snapshot(this.filter), { at: last.at, op_id: last.op_id });
  }

  async #load(filter: Omit<JournalFilter, "before">, before: JournalFilter["before"]) {
    const turn = ++this.#turn;
    const counter = filter.counter?.trim() || null;
    const answer = await app.ask(admin.journal({ ...filter, counter, before }));
    if (turn !== this.#turn) return;
    this.error = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") return;
    this.rows = before === null ? answer.data.rows : [...(this.rows ?? []), ...answer.data.rows];
    this.more = answer.data.more;
  }
}
