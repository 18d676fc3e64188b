// The seats of one concert as they stand now: loaded once, then followed by what changes.
import { app } from "./app.svelte";
import { commands } from "./backend";
import type { Refusal, SeatChanges, SeatMap, SeatNow, SeatState } from "./backend";
import { now } from "./clock";
import { won } from "./format";
import { m } from "../paraglide/messages.js";

const POLL_EVERY = 500;
const POLL_OFFLINE = 1000;

export class LiveMap {
  readonly concertId: string;
  map = $state.raw<SeatMap | null>(null);
  error = $state.raw<Refusal | null>(null);
  /** A manager stopped the sale for now. */
  paused = $state(false);
  /** Status of seat i; `revision` says that it changed. */
  status: SeatState[] = [];
  revision = $state(0);

  readonly #index = $derived(new Map(this.map?.ids.map((id, seat) => [id, seat])));
  #holders = new Map<number, string>();
  #holdEnds = new Map<number, number>();
  #seen = "";
  #edits = 0;
  #running = true;

  /** `lost` is told of each seat that turns out not to be free. */
  constructor(
    concertId: string,
    private readonly lost: (seat: number) => void,
  ) {
    this.concertId = concertId;
  }

  seatOf(id: string) {
    return this.#index.get(id);
  }

  tierOf(seat: number) {
    return this.map?.tiers[this.map.tier[seat] ?? -1];
  }

  /** The counter that holds a seat. */
  holderOf(seat: number) {
    return this.#holders.get(seat);
  }

  async load() {
    const answer = await app.ask(commands.seatMap(this.concertId));
    if (answer.status === "error") {
      if (this.map === null || answer.error.code !== "offline") this.error = answer.error;
      return;
    }
    this.error = null;
    this.#holders.clear();
    this.#holdEnds.clear();
    this.status = [...answer.data.status];
    this.map = answer.data;
    this.#apply(answer.data.changes);
  }

  /** Takes in what the server said of one seat. */
  note(seat: number, { state, counter }: SeatNow) {
    this.#set(seat, state, null, counter);
    this.revision++;
  }

  async follow() {
    while (this.#running) {
      await new Promise((resolve) => setTimeout(resolve, app.online ? POLL_EVERY : POLL_OFFLINE));
      if (!this.#running) return;
      if (this.map === null) {
        await this.load();
        continue;
      }
      const answer = await app.ask(commands.seatChanges(this.concertId, this.#seen));
      if (!this.#running) return;
      this.#freeExpired();
      if (answer.status === "error") {
        if (answer.error.code === "concert_not_on_sale") this.error = answer.error;
        continue;
      }
      this.error = null;
      const { reload, layout_version, edits } = answer.data;
      if (reload || layout_version !== this.map.layout_version || edits !== this.#edits) await this.#edited();
      else if (answer.data.seats.length > 0) this.#apply(answer.data);
      else this.#seen = answer.data.seen;
      this.paused = answer.data.paused;
    }
  }

  stop() {
    this.#running = false;
  }

  /** What a manager changed is said before it is sold by: a customer may have been told otherwise. */
  async #edited() {
    const before = new Map(this.map?.tiers.map((tier) => [tier.id, tier.price]));
    const [answer] = await Promise.all([app.ask(commands.concert(this.concertId)), this.load()]);
    const prices = (this.map?.tiers ?? []).flatMap(({ id, label, price }) => {
      const was = before.get(id);
      return was === undefined || was === price
        ? []
        : m.price_change({ tier: label, was: won(was), now: won(price) });
    });
    const said: string[] = prices.length > 0 ? [m.prices_changed({ prices: prices.join(", ") })] : [];
    if (answer.status === "ok") said.push(...app.concertNow(answer.data.concert));
    if (said.length > 0) app.say(said.join(" "), true);
  }

  #apply(changes: SeatChanges) {
    this.#seen = changes.seen;
    this.#edits = changes.edits;
    this.paused = changes.paused;
    for (const change of changes.seats) {
      const seat = this.seatOf(change.id);
      if (seat !== undefined) this.#set(seat, change.state, change.expires_in_ms, change.counter);
    }
    this.revision++;
  }

  #set(seat: number, state: SeatState, expiresInMs: number | null, counter: string | null) {
    this.status[seat] = state;
    if (counter === null) this.#holders.delete(seat);
    else this.#holders.set(seat, counter);
    if (expiresInMs === null) this.#holdEnds.delete(seat);
    else this.#holdEnds.set(seat, now() + expiresInMs);
    if (state !== "available") this.lost(seat);
  }

  /** An expired hold changes no row: the seat is free by the clock alone. */
  #freeExpired() {
    for (const [seat, end] of this.#holdEnds) {
      if (end > now()) continue;
      this.#holdEnds.delete(seat);
      this.#holders.delete(seat);
      if (this.status[seat] === "held" || this.status[seat] === "mine") this.status[seat] = "available";
      this.revision++;
    }
  }
}
