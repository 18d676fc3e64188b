// Changing many seats at once: what is chosen on the map, and what became of it.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import { admin, type Edited, type Refusal, type SeatEdit, type SeatsToEdit, type TakenSeat } from "./backend";
import type { Editor } from "./editor.svelte";
import { manage } from "./manage.svelte";
import { seats } from "./say";

export class Bulk {
  plan = $state.raw<SeatsToEdit | null>(null);
  error = $state.raw<Refusal | null>(null);
  chosen = $state.raw<number[]>([]);
  busy = $state(false);
  /** Held or sold seats among the chosen ones: the rest, or nothing? */
  taken = $state.raw<{ edit: SeatEdit; seats: TakenSeat[] } | null>(null);
  /** What the last change left alone. */
  leftAlone = $state.raw<Edited | null>(null);
  #last: number | null = null;

  constructor(readonly editor: Editor) {}

  async load() {
    const answer = await app.ask(admin.seatsToEdit(this.editor.id));
    this.error = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") return;
    // Seats keep their ids, not their places in the list.
    const ids = new Set(this.chosen.map((seat) => this.plan?.map.ids[seat]));
    this.plan = answer.data;
    this.chosen = answer.data.map.ids.flatMap((id, seat) => (ids.has(id) ? [seat] : []));
    this.#last = null;
  }

  /** A click or Space: one seat, or with Shift all from the last one to this. */
  pick(seat: number, shift: boolean) {
    if (shift && this.#last !== null) this.choose(range(this.plan?.map, this.#last, seat), true);
    else if (this.chosen.includes(seat)) this.chosen = this.chosen.filter((other) => other !== seat);
    else this.chosen = [...this.chosen, seat];
    this.#last = seat;
  }

  /** A rectangle: instead of what was chosen, or with it. */
  choose(added: readonly number[], keep: boolean) {
    this.chosen = keep ? [...new Set([...this.chosen, ...added])] : [...added];
  }

  /** All seats of a section, or of one of its rows. */
  section(section: number, row: string | null) {
    const map = this.plan?.map;
    if (map === undefined) return;
    this.choose(
      map.ids.flatMap((_, seat) =>
        map.section[seat] === section && (row === null || map.row[seat] === row) ? [seat] : [],
      ),
      false,
    );
  }

  /** Refused when a chosen seat is held or sold, unless the rest is wanted all the same. */
  async apply(edit: SeatEdit, rest = false) {
    const map = this.plan?.map;
    if (map === undefined || this.busy || this.chosen.length === 0) return;
    this.busy = true;
    this.taken = null;
    this.leftAlone = null;
    const ids = this.chosen.map((seat) => map.ids[seat]!);
    const asked = admin.editSeats(this.editor.id, ids, edit, rest ? "do_rest" : "refuse");
    const answer = await manage.write(asked, () => this.#reload());
    this.busy = false;
    if (answer === null) return;
    if (answer.status === "error") {
      if (answer.error.code === "seats_taken") this.taken = { edit, seats: answer.error.seats };
      else manage.sayError(answer.error);
      return;
    }
    if (answer.data.left_alone_count > 0) this.leftAlone = answer.data;
    this.chosen = [];
    app.say(m.admin_seats_changed({ seats: seats(answer.data.changed) }));
    await this.#reload();
  }

  async #reload() {
    await Promise.all([this.load(), this.editor.load()]);
  }
}

type Ordered = { section: readonly number[] };

/** From one seat to another in the order of the map, which is section by section, row by row, number by number. */
export function range(map: Ordered | undefined, from: number, to: number): number[] {
  if (map === undefined) return [];
  const [first, last] = from < to ? [from, to] : [to, from];
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
}
