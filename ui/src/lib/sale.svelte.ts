// One sale in one concert: the map with its live status, what is picked, the hold, the form.
import { m } from "../paraglide/messages.js";
import { app } from "./app.svelte";
import { commands } from "./backend";
import type { Hold, Refusal, Reservation, Resolved, SeatChanges, SeatMap, SeatState } from "./backend";
import { Countdown } from "./countdown.svelte";
import { confirmWords, words } from "./words";

const POLL_EVERY = 500;
const POLL_OFFLINE = 1000;

export type Done = Pick<Reservation, "number" | "seats" | "total" | "title">;

export class Sale {
  readonly concertId: string;
  map = $state.raw<SeatMap | null>(null);
  error = $state.raw<Refusal | null>(null);
  /** Status of seat i; `revision` says that it changed. */
  status: SeatState[] = [];
  revision = $state(0);
  picked = $state.raw<number[]>([]);
  hold = $state.raw<Hold | null>(null);
  countdown = $state.raw<Countdown | null>(null);
  formOpen = $state(false);
  form = $state({ name: "", phone: "", password: "" });
  formError = $state<string | null>(null);
  busy = $state(false);
  checking = $state(false);

  #index = new Map<string, number>();
  #holders = new Map<number, string>();
  #holdEnds = new Map<number, number>();
  #seen = "";
  #running = true;

  /** `done` is told of the finished sale; `left` is a hold to go on with. */
  constructor(
    concertId: string,
    private readonly done: (done: Done) => void,
    private readonly left?: Hold,
  ) {
    this.concertId = concertId;
  }

  readonly total = $derived(
    this.hold?.total ?? this.picked.reduce((sum, seat) => sum + (this.tierOf(seat)?.price ?? 0), 0),
  );

  tierOf(seat: number) {
    return this.map?.tiers[this.map.tier[seat] ?? -1];
  }

  async open() {
    await this.#load();
    if (this.left !== undefined && this.#running) this.#held(this.left);
    void this.#follow();
  }

  close() {
    this.#running = false;
    this.countdown?.stop();
    if (this.hold !== null && !this.busy) void this.#release(this.hold);
  }

  /** A click or Space: asks the server how the seat stands, and picks it only if it can be sold. */
  async toggle(seat: number) {
    const map = this.map;
    if (map === null || this.hold !== null || this.busy || !app.online) return;
    if (this.picked.includes(seat)) {
      this.picked = this.picked.filter((other) => other !== seat);
      return;
    }
    const limit = app.facts?.rules.seats_per_sale ?? 10;
    if (this.picked.length >= limit) return app.say(m.seat_limit({ limit }), true);
    const answer = await app.ask(commands.checkSeat(map.ids[seat]!));
    if (answer.status === "error") return app.sayError(answer.error);
    this.#set(seat, answer.data.state, null, answer.data.counter);
    this.revision++;
    if (answer.data.state !== "available") return app.say(this.whyNot(seat), true);
    app.notice = null;
    if (!this.picked.includes(seat)) this.picked = [...this.picked, seat];
  }

  whyNot(seat: number): string {
    const label = this.map?.labels[seat] ?? "";
    const counter = this.#holders.get(seat);
    return counter === undefined ? m.seat_not_available({ label }) : m.seat_taken_by({ label, counter });
  }

  /** The one main button: hold what is picked, then open the form. */
  async next() {
    if (this.busy) return;
    if (this.hold !== null) {
      this.formOpen = true;
      return;
    }
    const map = this.map;
    if (map === null || this.picked.length === 0 || !app.online) return;
    await this.#busily(async () => {
      const ids = this.picked.map((seat) => map.ids[seat]!);
      const answer = await app.ask(commands.holdSeats(this.concertId, ids));
      if (answer.status === "ok") return this.#held(answer.data);
      if (answer.error.code === "outcome_unknown") {
        const resolved = await this.#resolve(answer.error.operation);
        if (resolved.outcome === "held" && resolved.hold.expires_in_ms > 0) return this.#held(resolved.hold);
        app.say(resolved.outcome === "held" ? m.err_hold_expired() : m.err_hold_failed(), true);
      } else {
        app.say(words(answer.error), true);
      }
      await this.#load();
      const lost = new Set(
        answer.error.code === "seats_taken" ? answer.error.seats.map((seat) => seat.id) : [],
      );
      this.picked = this.picked.filter(
        (seat) => !lost.has(this.map?.ids[seat] ?? "") && this.status[seat] === "available",
      );
    });
  }

  async releaseHold() {
    const hold = this.hold;
    if (hold === null || this.busy) return;
    await this.#busily(async () => {
      const answer = await this.#release(hold);
      if (answer.status === "error" && answer.error.code !== "outcome_unknown")
        return app.sayError(answer.error);
      this.#endHold();
      this.picked = [];
      app.say(m.released());
      await this.#load();
    });
  }

  async confirm() {
    const { hold, map } = this;
    if (hold === null || map === null || this.busy) return;
    this.formError = null;
    await this.#busily(async () => {
      const answer = await app.ask(
        commands.confirm({
          hold: hold.hold,
          concert_id: this.concertId,
          seat_ids: hold.seats.map((seat) => seat.id),
          total: hold.total,
          ...this.form,
        }),
      );
      if (answer.status === "ok") return this.#sold(answer.data);
      if (answer.error.code === "outcome_unknown") {
        const resolved = await this.#resolve(answer.error.operation);
        if (resolved.outcome === "confirmed") return this.#sold({ title: "", ...resolved });
        this.formError = m.err_confirm_failed();
        return;
      }
      if (answer.error.code === "hold_expired") return this.#expired();
      if (answer.error.code === "price_changed") this.hold = { ...hold, total: answer.error.total };
      this.formError = confirmWords(answer.error);
    });
    // The countdown may have run out while the answer was on its way.
    if (this.hold !== null && this.countdown?.left === 0) await this.#expired();
  }

  #sold(sold: Done) {
    this.#endHold();
    this.#running = false;
    this.done(sold);
  }

  #held(hold: Hold) {
    // The clerk left while the answer was on its way.
    if (!this.#running) return void this.#release(hold);
    app.notice = null;
    this.hold = hold;
    const whole = (app.facts?.rules.hold_seconds ?? 300) * 1000;
    this.countdown?.stop();
    this.countdown = new Countdown(hold.expires_in_ms, whole, () => {
      if (!this.busy) void this.#expired();
    });
    this.formOpen = true;
  }

  async #expired() {
    this.#endHold();
    this.picked = [];
    app.say(m.err_hold_expired(), true);
    await this.#load();
  }

  #endHold() {
    this.countdown?.stop();
    this.countdown = null;
    this.hold = null;
    this.formOpen = false;
    this.formError = null;
  }

  #release(hold: Hold) {
    return app.ask(
      commands.releaseHold(
        hold.hold,
        hold.seats.map((seat) => seat.id),
      ),
    );
  }

  async #resolve(operation: string): Promise<Resolved> {
    this.checking = true;
    try {
      return await app.settle(operation);
    } finally {
      this.checking = false;
    }
  }

  async #busily(work: () => Promise<void>) {
    this.busy = true;
    try {
      await work();
    } finally {
      this.busy = false;
    }
  }

  async #load() {
    const answer = await app.ask(commands.seatMap(this.concertId));
    if (answer.status === "error") {
      if (this.map === null || answer.error.code !== "offline") this.error = answer.error;
      return;
    }
    const map = answer.data;
    const picked = new Set(this.picked.map((seat) => this.map?.ids[seat]));
    this.error = null;
    this.#index = new Map(map.ids.map((id, seat) => [id, seat]));
    this.#holders.clear();
    this.#holdEnds.clear();
    this.status = [...map.status];
    this.map = map;
    this.picked = [...picked].flatMap((id) => this.#index.get(id ?? "") ?? []);
    this.#apply(map.changes);
  }

  #apply(changes: SeatChanges) {
    this.#seen = changes.seen;
    for (const change of changes.seats) {
      const seat = this.#index.get(change.id);
      if (seat !== undefined) this.#set(seat, change.state, change.expires_in_ms, change.counter);
    }
    this.revision++;
  }

  #set(seat: number, state: SeatState, expiresInMs: number | null, counter: string | null) {
    this.status[seat] = state;
    if (counter === null) this.#holders.delete(seat);
    else this.#holders.set(seat, counter);
    if (expiresInMs === null) this.#holdEnds.delete(seat);
    else this.#holdEnds.set(seat, performance.now() + expiresInMs);
    if (state === "available" || this.hold !== null || this.busy || !this.picked.includes(seat)) return;
    this.picked = this.picked.filter((other) => other !== seat);
    app.say(this.whyNot(seat), true);
  }

  async #follow() {
    while (this.#running) {
      await pause(app.online ? POLL_EVERY : POLL_OFFLINE);
      if (!this.#running) return;
      if (this.map === null) {
        await this.#load();
        continue;
      }
      const answer = await app.ask(commands.seatChanges(this.concertId, this.#seen));
      if (!this.#running) return;
      if (answer.status === "error") {
        if (answer.error.code === "concert_not_on_sale") this.error = answer.error;
        continue;
      }
      this.error = null;
      if (answer.data.reload || answer.data.layout_version !== this.map.layout_version) await this.#load();
      else if (answer.data.seats.length > 0) this.#apply(answer.data);
      else this.#seen = answer.data.seen;
      this.#freeExpired();
    }
  }

  /** An expired hold changes no row: the seat is free by the clock alone. */
  #freeExpired() {
    const now = performance.now();
    for (const [seat, end] of this.#holdEnds) {
      if (end > now) continue;
      this.#holdEnds.delete(seat);
      this.#holders.delete(seat);
      if (this.status[seat] === "held" || this.status[seat] === "mine") this.status[seat] = "available";
      this.revision++;
    }
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
