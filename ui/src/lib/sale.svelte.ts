// One sale in one concert: what is picked, the hold, the form of its one customer.
import { m } from "../paraglide/messages.js";
import { app } from "./app.svelte";
import { commands } from "./backend";
import type { Answer, ConcertOnSale, Hold, Refusal, Reservation, Resolved } from "./backend";
import { Countdown } from "./countdown.svelte";
import { won } from "./format";
import { leaving } from "./leaving.svelte";
import { leftHolds } from "./left-holds.svelte";
import { LiveMap } from "./live-map.svelte";
import type { Done, Notice } from "./screen";
import { emptyForm } from "./typed";
import { confirmWords, words } from "./words";

export class Sale {
  readonly live: LiveMap;
  hold = $state.raw<Hold | null>(null);
  countdown = $state.raw<Countdown | null>(null);
  formOpen = $state(false);
  form = $state(empty());
  formError = $state<string | null>(null);
  /** Something of the hold is being asked of the server: the hold itself, its release or its sale. */
  busy = $state(false);
  /** The hold is being asked for. Its form is open already, so that no key of the name is lost. */
  holding = $state(false);
  /** F9 came before the answer: the tickets are those of this sale, not of the last one. */
  printWhenSold = false;
  checking = $state(false);

  #picked = $state.raw<string[]>([]);
  /** `hold` again: when a screen is torn down, Svelte's own state still says what was before. */
  #stillHeld: Hold | null = null;
  #running = true;
  /** Keys come faster than answers, and each means what it means after those before it. */
  #last: Promise<unknown> = Promise.resolve();
  #asking = 0;
  #missed = 0;
  /** How it is to be sold once it is held, as it was when the clerk said so. */
  #sellNext: (() => Promise<void>) | null = null;
  #confirming = false;

  /** `done` is told of the finished sale; `left` is a hold to go on with. */
  constructor(
    private readonly concert: Pick<ConcertOnSale, "id" | "title" | "venue" | "starts_at">,
    private readonly done: (done: Done) => void,
    private readonly left?: Hold,
  ) {
    this.live = new LiveMap(concert.id, (seat) => this.#lost(seat));
  }

  /** By their place on the map, in the order of the clicks. */
  readonly picked = $derived(this.#picked.flatMap((id) => this.live.seatOf(id) ?? []));
  readonly total = $derived(
    this.hold?.total ?? this.picked.reduce((sum, seat) => sum + (this.live.tierOf(seat)?.price ?? 0), 0),
  );

  /** What is held or, before that, picked. */
  readonly seats = $derived(
    this.hold?.seats.map(({ id, label, tier, price }) => ({ id, label, tier, price })) ??
      this.picked.map((seat) => ({
        id: this.live.map?.ids[seat] ?? "",
        label: this.live.map?.labels[seat] ?? "",
        tier: this.live.tierOf(seat)?.label ?? "",
        price: this.live.tierOf(seat)?.price ?? 0,
      })),
  );

  /** Whether seats are held, or may be once the server has answered. */
  get isLive() {
    return this.hold !== null || this.busy;
  }

  /** Nothing more can be held for now. What is held already has its form, which says so too. */
  get stopped() {
    return this.live.paused && this.hold === null;
  }

  get selling() {
    return this.#confirming || this.#sellNext !== null;
  }

  async open() {
    leaving.sale = this;
    await this.live.load();
    if (this.left !== undefined && this.#running) {
      this.#held(this.left);
      this.formOpen = true;
    }
    void this.live.follow();
  }

  /** The screen is left. A hold that nobody was asked about, or that the server couldn't be told of, stays on offer. */
  close() {
    this.#running = false;
    this.live.stop();
    if (leaving.sale === this) leaving.sale = null;
    if (this.#stillHeld !== null) leftHolds.add(this.#stillHeld, this.countdown?.left ?? 0);
    this.#endHold();
  }

  /** A click or Space: asks the server how the seat stands, and picks it only if it can be sold. */
  async toggle(seat: number) {
    const id = this.live.map?.ids[seat];
    if (id === undefined || this.hold !== null || this.busy || !app.online) return;
    this.#asking++;
    await this.#inTurn(async () => {
      const whyNot = await this.#toggle(seat, id);
      this.#asking--;
      if (whyNot === null) return;
      this.#missed++;
      app.say(whyNot, true);
    });
  }

  async #toggle(seat: number, id: string): Promise<string | null> {
    if (this.#picked.includes(id)) {
      this.#picked = this.#picked.filter((other) => other !== id);
      return null;
    }
    const limit = app.rules?.seats_per_sale ?? 10;
    if (this.#picked.length >= limit) return m.seat_limit({ limit });
    const answer = await app.ask(commands.checkSeat(id));
    if (answer.status === "error") return words(answer.error);
    this.live.note(seat, answer.data);
    if (answer.data.state !== "available") return this.whyNot(seat);
    app.notice = null;
    this.#picked = [...this.#picked, id];
    return null;
  }

  whyNot(seat: number): string {
    const label = this.live.map?.labels[seat] ?? "";
    const counter = this.live.holderOf(seat);
    return counter === undefined ? m.seat_not_available({ label }) : m.seat_taken_by({ label, counter });
  }

  /** The one main button: hold what is picked, then open the form. */
  async next() {
    if (this.holding || (this.hold !== null && !this.busy)) this.formOpen = true;
    if (this.hold !== null || this.busy) return;
    if (this.stopped) return app.say(m.err_sales_paused(), true);
    if ((this.picked.length === 0 && this.#asking === 0) || !app.online) return;
    this.busy = this.holding = this.formOpen = true;
    const missed = this.#missed;
    await this.#inTurn(() => this.#busily(() => this.#holdPicked(missed)));
    this.holding = false;
    const sell = this.#sellNext;
    this.#sellNext = null;
    await sell?.();
  }

  /** Sells what is held, or picked, at the total that was shown, to somebody who is asked for nothing. */
  async walkUp() {
    if ((this.busy && !this.holding) || !app.online || !this.canWalkUp) return;
    if (this.live.paused) return this.#refused(m.err_sales_paused());
    // Of a customer who began to say a name nothing is thrown away.
    if (isTyped(this.form)) return this.#refused(m.walk_up_typed());
    if (this.holding) this.#sellNext ??= () => this.walkUp();
    if (this.busy || (this.hold === null && this.picked.length === 0 && this.#asking === 0)) return;
    this.busy = this.#confirming = true;
    const missed = this.#missed;
    let told = this.total;
    if (this.hold === null) {
      await this.#inTurn(() => {
        told = this.total;
        return this.#busily(() => this.#holdPicked(missed));
      });
    }
    this.busy = this.#confirming = false;
    const held = this.#stillHeld;
    if (held === null || this.hold === null) return;
    if (held.total !== told) {
      this.printWhenSold = false;
      return this.#refused(m.err_price_changed({ price: won(held.total) }));
    }
    await this.#sell({ walk_up: true, customer_name: "" }, () => commands.confirmWalkUp(sold(held)));
  }

  /** As the venue's rules are just now. */
  get canWalkUp() {
    return app.rules?.walk_up_sales === true;
  }

  /** `missed` is how many picks had been refused when the clerk asked: seats that one is missing of are not what was meant. */
  async #holdPicked(missed: number) {
    if (!this.#running) return;
    if (this.picked.length === 0 || this.#missed > missed) return this.#notHeld();
    const answer = await app.ask(commands.holdSeats(this.concert.id, this.#picked));
    if (answer.status === "ok") return this.#held(answer.data);
    if (answer.error.code === "outcome_unknown") {
      const resolved = await this.#resolve(answer.error.operation);
      if (resolved.outcome === "held" && resolved.hold.expires_in_ms > 0) return this.#held(resolved.hold);
      app.say(resolved.outcome === "held" ? m.err_hold_expired() : m.err_hold_failed(), true);
    } else {
      app.say(words(answer.error), true);
    }
    if (this.#running) {
      const typed = { ...this.form };
      this.#notHeld();
      // Seats that somebody else got are another customer's; what an error interrupted goes on.
      if (answer.error.code !== "seats_taken") this.form = typed;
    }
    await this.live.load();
    const lost = answer.error.code === "seats_taken" ? answer.error.seats.map((seat) => seat.id) : [];
    this.#picked = this.#picked.filter(
      (id) => !lost.includes(id) && this.live.status[this.live.seatOf(id) ?? -1] === "available",
    );
  }

  /** Back to the map, with the hold and what was typed; not from a sale that is being made. */
  closeForm() {
    if (!this.busy || (this.holding && this.#sellNext === null)) this.formOpen = false;
  }

  async releaseHold() {
    // What is still being asked for is given up once it is held, unless it is to be sold then.
    if (this.holding) await this.#inTurn(async () => {});
    if (this.hold === null || this.busy) return;
    await this.#busily(async () => {
      const refused = await this.#release();
      if (refused !== null) app.sayError(refused);
      else app.say(m.released());
    });
    await this.live.load();
  }

  /** The clerk leaves and wants no hold any more. Tells what to say on the next screen. */
  async giveUp() {
    let notice: Notice = { text: m.released(), trouble: false };
    await this.#busily(async () => {
      const refused = await this.#release();
      if (refused !== null) notice = { text: words(refused), trouble: true };
    });
    return notice;
  }

  async confirm(form: Form = { ...this.form }) {
    const hold = this.hold;
    // A second Enter on an empty form is the hold's.
    if (this.holding && isTyped(form)) this.#sellNext ??= () => this.confirm(form);
    if (hold === null || this.busy) return;
    await this.#sell({ walk_up: false, customer_name: form.name }, () =>
      commands.confirm({ ...sold(hold), ...form }),
    );
  }

  /** `customer` is what is known where the answer was lost and only that it was sold is told. */
  async #sell(customer: Pick<Done, "walk_up" | "customer_name">, sell: () => Promise<Answer<Reservation>>) {
    this.formError = null;
    this.#confirming = true;
    await this.#busily(async () => {
      const answer = await app.ask(sell());
      if (answer.status === "ok") return this.#sold(answer.data);
      if (answer.error.code === "outcome_unknown") {
        const resolved = await this.#resolve(answer.error.operation);
        if (resolved.outcome === "confirmed")
          return this.#sold({ ...this.concert, ...customer, ...resolved, id: resolved.reservation_id });
        return this.#refused(m.err_confirm_failed());
      }
      if (answer.error.code === "hold_expired") return this.#expired();
      if (answer.error.code === "price_changed" && this.hold !== null)
        this.hold = { ...this.hold, total: answer.error.total };
      this.#refused(confirmWords(answer.error));
    });
    this.#confirming = this.printWhenSold = false;
    // The countdown may have run out while the answer was on its way.
    if (this.hold !== null && this.countdown?.left === 0) await this.#expired();
  }

  /** Where the clerk looks: in the form, or over the map. */
  #refused(text: string) {
    if (this.formOpen) this.formError = text;
    else app.say(text, true);
  }

  #sold(sold: Done) {
    this.#endHold();
    this.busy = false;
    this.done(sold);
  }

  #held(hold: Hold) {
    // The screen went while the answer was on its way.
    if (!this.#running) return leftHolds.add(hold, hold.expires_in_ms);
    app.notice = null;
    this.hold = this.#stillHeld = hold;
    const whole = (app.rules?.hold_seconds ?? 300) * 1000;
    this.countdown?.stop();
    this.countdown = new Countdown(hold.expires_in_ms, whole, () => {
      if (!this.busy) void this.#expired();
    });
  }

  async #expired() {
    this.#endHold();
    app.say(m.err_hold_expired(), true);
    await this.live.load();
  }

  /** However a hold ends, the next one is another customer's: nothing of this one is kept. */
  #endHold() {
    this.#endForm();
    this.countdown?.stop();
    this.countdown = null;
    this.hold = this.#stillHeld = null;
    this.#picked = [];
    leaving.stay();
  }

  #notHeld() {
    this.#endForm();
    this.printWhenSold = false;
  }

  #endForm() {
    emptyForm();
    this.#sellNext = null;
    this.formOpen = false;
    this.formError = null;
    this.form = empty();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #release(): Promise<Refusal | null> {
    const hold = this.hold;
    if (hold === null) return null;
    const ids = hold.seats.map((seat) => seat.id);
    const answer = await app.ask(commands.releaseHold(hold.token, ids));
    // Of a lost answer nothing is left to do: the hold runs out by itself.
    if (answer.status === "error" && answer.error.code !== "outcome_unknown") return answer.error;
    this.#endHold();
    return null;
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
      // Where nothing came to be held, there is nothing to ask about.
      if (this.hold === null) leaving.stay();
    }
  }

  /** A picked seat that someone else got first is no longer picked. */
  #lost(seat: number) {
    if (this.hold !== null || this.busy || !this.picked.includes(seat)) return;
    const id = this.live.map?.ids[seat];
    this.#picked = this.#picked.filter((other) => other !== id);
    app.say(this.whyNot(seat), true);
  }
}

type Form = { name: string; phone: string; password: string };
const empty = (): Form => ({ name: "", phone: "", password: "" });
const isTyped = (form: Form) => Object.values(form).some((text) => text !== "");

const sold = (hold: Hold) => ({
  hold: hold.token,
  concert_id: hold.concert_id,
  seat_ids: hold.seats.map((seat) => seat.id),
  total: hold.total,
});
