// Finding a reservation: by phone and password, by a ticket that is scanned, or with a manager who vouches.
import { m } from "../paraglide/messages.js";
import { app } from "./app.svelte";
import { commands } from "./backend";
import type { Answer, LookUp, Refusal, Reservation, ScannedTicket } from "./backend";
import { Countdown } from "./countdown.svelte";
import { scannedIn } from "./scanned";
import { cancelWords, words } from "./words";

export class LookingUp {
  phone = $state("");
  password = $state("");
  busy = $state(false);
  checking = $state(false);
  error = $state.raw<Refusal | null>(null);
  /** Until the next try, after too many wrong ones. */
  wait = $state.raw<Countdown | null>(null);
  found = $state.raw<Reservation[]>([]);
  /** A ticket that was scanned and admits nobody. */
  voided = $state.raw<ScannedTicket | null>(null);
  asking = $state.raw<Reservation | null>(null);
  vouching = $state(false);

  /** What a clerk can do about it; nothing where the error says it. */
  readonly advice = $derived.by(() => {
    if (this.error?.code === "too_many_look_ups") return m.look_up_wait_advice();
    return this.error?.code === "no_match" ? m.look_up_no_match_advice() : "";
  });
  readonly said = $derived(this.error === null ? "" : words(this.error));

  /** Enter: of a scanner, whichever field it typed into, or of a clerk. */
  async submit() {
    const scanned = scannedIn(this.phone) ?? scannedIn(this.password);
    if (scanned !== null) return this.scan(scanned);
    await this.#look(commands.lookUp(this.phone, this.password));
  }

  async scan(scanned: string) {
    // What it typed is no phone and no password.
    this.phone = this.password = "";
    if (this.busy) return;
    this.#begin();
    const answer = await app.ask(commands.lookUpTicket(scanned));
    this.busy = false;
    if (answer.status === "error") return this.#refused(answer.error);
    if (answer.data.outcome === "valid") this.found = answer.data.reservations;
    else this.voided = answer.data.ticket;
  }

  /** Tells why not, or nothing once it was found. */
  async vouch(manager: string, password: string, wanted: string): Promise<Refusal | null> {
    if (this.busy) return null;
    this.#begin();
    const answer = await app.ask(commands.lookUpVouched(manager, password, wanted));
    this.busy = false;
    if (answer.status === "error") return answer.error;
    this.vouching = false;
    this.phone = this.password = "";
    this.found = answer.data.reservations;
    return null;
  }

  async #look(asked: Promise<Answer<LookUp>>) {
    if (this.busy) return;
    this.#begin();
    const answer = await app.ask(asked);
    this.busy = false;
    if (answer.status === "ok") this.found = answer.data.reservations;
    else this.#refused(answer.error);
  }

  #begin() {
    this.busy = true;
    this.forget();
    app.notice = null;
  }

  #refused(error: Refusal) {
    this.error = error;
    if (error.code !== "too_many_look_ups") return;
    this.wait = new Countdown(error.seconds * 1000, 0, () => this.forget());
  }

  /** What was found or refused before. */
  forget() {
    this.error = this.voided = null;
    this.found = [];
    this.wait?.stop();
    this.wait = null;
  }

  async cancel(reservation: Reservation) {
    this.busy = true;
    const answer = await app.ask(commands.cancel(reservation.id));
    const outcome =
      answer.status === "error" && answer.error.code === "outcome_unknown"
        ? await this.#settle(answer.error.operation)
        : answer;
    this.busy = this.checking = false;
    this.asking = null;
    if (outcome.status === "error") return app.say(cancelWords(outcome.error), true);
    app.say(m.cancelled_done({ count: outcome.data.seats_freed }));
    // The customer's matter is settled: what is left on the screen names nobody.
    this.phone = this.password = "";
    this.found = this.found.map((one) =>
      one.id === reservation.id ? { ...one, status: "cancelled", customer_name: "", phone: "" } : one,
    );
  }

  async #settle(operation: string): ReturnType<typeof commands.cancel> {
    this.checking = true;
    const resolved = await app.settle(operation);
    return resolved.outcome === "cancelled"
      ? { status: "ok", data: resolved.cancelled }
      : { status: "error", error: { code: "offline" } };
  }
}
