// The reservations of a concert: searched, masked, shown in the clear one at a time, cancelled with a reason.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import { admin, type Refusal, type ReservationListed, type Unmasked } from "./backend";
import { manage } from "./manage.svelte";
import { seats } from "./say";

const SEARCH_AFTER = 250;

export class Reservations {
  rows = $state.raw<ReservationListed[] | null>(null);
  more = $state(false);
  error = $state.raw<Refusal | null>(null);
  search = $state("");
  /** In the clear, by reservation; forgotten with the screen. */
  unmasked = $state.raw<Record<string, Unmasked>>({});
  cancelling = $state.raw<ReservationListed | null>(null);
  reason = $state("");
  busy = $state(false);
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly concertId: string) {}

  /** For an effect: follows what is typed, once typing pauses. */
  follow() {
    const search = this.search;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(search, null), this.rows === null ? 0 : SEARCH_AFTER);
    return () => clearTimeout(this.#timer);
  }

  reload() {
    return this.#load(this.search, null);
  }

  older() {
    return this.#load(this.search, this.rows?.at(-1)?.id ?? null);
  }

  /** The journal tells who looked. */
  async unmask(reservation: ReservationListed) {
    const answer = await manage.write(admin.unmask(reservation.id), async () => {});
    if (answer?.status === "ok") this.unmasked = { ...this.unmasked, [reservation.id]: answer.data };
    if (answer?.status === "error") manage.sayError(answer.error);
  }

  async cancel() {
    const reservation = this.cancelling;
    const reason = this.reason.trim();
    if (reservation === null || reason === "" || this.busy) return;
    this.busy = true;
    const answer = await manage.write(admin.cancelForCustomer(reservation.id, reason), async () => {});
    this.busy = false;
    if (answer?.status === "error" && answer.error.code === "invalid_reason")
      return manage.sayError(answer.error);
    this.cancelling = null;
    this.reason = "";
    if (answer?.status === "error") manage.sayError(answer.error);
    else app.say(m.admin_cancelled_done({ seats: seats(reservation.seats.length) }));
    await this.reload();
  }

  async #load(search: string, after: string | null) {
    const turn = ++this.#turn;
    const answer = await app.ask(admin.reservationsOf(this.concertId, search.trim(), after));
    if (turn !== this.#turn) return;
    this.error = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") return;
    this.rows = after === null ? answer.data.rows : [...(this.rows ?? []), ...answer.data.rows];
    this.more = answer.data.more;
  }
}
