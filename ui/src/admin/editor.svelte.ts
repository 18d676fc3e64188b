// One concert being edited: its details, its tiers, and its way from draft to archive.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import {
  admin,
  type Answer,
  type ConcertForm,
  type ConcertToEdit,
  type Missing,
  type OnOffer,
  type Refusal,
} from "./backend";
import { manage } from "./manage.svelte";
import { missingWord } from "./say";
import { localOf, momentOf } from "./time";

export type Typed = { title: string; venue: string; startsAt: string; note: string };
/** A field that another manager changed meanwhile. */
export type Difference = { field: keyof Typed; mine: string; theirs: string };

export class Editor {
  concert = $state.raw<ConcertToEdit | null>(null);
  error = $state.raw<Refusal | null>(null);
  typed = $state<Typed>({ title: "", venue: "", startsAt: "", note: "" });
  /** What another manager changed since; null while nobody did. */
  conflict = $state.raw<Difference[] | null>(null);
  /** What would go on sale, while the manager looks at it. */
  offered = $state.raw<OnOffer[] | null>(null);
  busy = $state(false);

  constructor(readonly id: string) {}

  readonly dirty = $derived.by(() => {
    const kept = this.concert === null ? null : shown(this.concert.form);
    return kept !== null && FIELDS.some((field) => kept[field] !== this.typed[field]);
  });

  async load() {
    const answer = await app.ask(admin.concertToEdit(this.id));
    this.error = answer.status === "error" ? answer.error : null;
    if (answer.status === "ok") this.take(answer.data);
  }

  /** A newer state of the concert; what is being typed stays. */
  take(concert: ConcertToEdit) {
    if (!this.dirty) this.typed = shown(concert.form);
    this.concert = concert;
    this.error = null;
  }

  async save(): Promise<boolean> {
    const { title, venue, startsAt, note } = this.typed;
    const form = { title, venue, starts_at: momentOf(startsAt, app.timeZone), note };
    const saved = await this.#write((version) => admin.editConcert(this.id, version, form));
    if (saved) {
      // As the server keeps it: trimmed.
      if (this.concert !== null) this.typed = shown(this.concert.form);
      app.say(m.saved());
    }
    return saved;
  }

  /** Goes on with what the other manager wrote. */
  takeTheirs() {
    if (this.concert !== null) this.typed = shown(this.concert.form);
    this.conflict = null;
  }

  /** Writes over what the other manager wrote, having seen it. */
  async keepMine() {
    this.conflict = null;
    await this.save();
  }

  /** Shows what would go on sale, with what was typed. */
  async offer() {
    if (this.dirty && !(await this.save())) return;
    const answer = await app.ask(admin.onOffer(this.id));
    if (answer.status === "error") return manage.sayError(answer.error);
    await this.load();
    this.offered = answer.data;
  }

  async publish(although: Missing[]) {
    this.offered = null;
    if (await this.#write((version) => admin.publishConcert(this.id, version, although)))
      app.say(m.admin_published_now());
  }

  async pause(paused: boolean) {
    if (await this.#write(() => admin.pauseSales(this.id, paused)))
      app.say(paused ? m.admin_paused_now() : m.admin_resumed_now());
  }

  async archive() {
    if (await this.#write((version) => admin.archiveConcert(this.id, version)))
      app.say(m.admin_archived_now());
  }

  async delete() {
    const version = this.concert?.version ?? 0;
    this.busy = true;
    const answer = await manage.write(admin.deleteConcert(this.id, version), async () =>
      manage.go({ name: "concerts" }),
    );
    this.busy = false;
    if (answer?.status === "error") return this.#refused(answer.error);
    if (answer?.status === "ok") {
      manage.go({ name: "concerts" });
      app.say(m.admin_deleted_now());
    }
  }

  saveTier(tier: string | null, label: string, price: number) {
    return this.#write((version) => admin.saveTier(this.id, version, tier, label, price));
  }

  removeTier(tier: string) {
    return this.#write((version) => admin.removeTier(this.id, version, tier));
  }

  async #write(ask: (version: number) => Promise<Answer<ConcertToEdit>>): Promise<boolean> {
    if (this.concert === null || this.busy) return false;
    this.busy = true;
    app.notice = null;
    const answer = await manage.write(ask(this.concert.version), () => this.load());
    this.busy = false;
    if (answer?.status === "error") {
      this.#refused(answer.error);
      return false;
    }
    if (answer?.status === "ok") this.take(answer.data);
    return true;
  }

  #refused(error: Refusal) {
    if (error.code === "concert_changed") {
      const theirs = shown(error.now.form);
      const mine = { ...this.typed };
      const before = this.concert === null ? theirs : shown(this.concert.form);
      this.concert = error.now;
      // Only what both touched is a question; the rest of theirs is taken as it is.
      for (const field of FIELDS) if (mine[field] === before[field]) this.typed[field] = theirs[field];
      this.conflict = FIELDS.filter((field) => this.typed[field] !== theirs[field]).map((field) => ({
        field,
        mine: this.typed[field],
        theirs: theirs[field],
      }));
      if (this.conflict.length === 0) {
        this.conflict = null;
        app.say(m.admin_changed_elsewhere(), true);
      }
    } else if (error.code === "concert_incomplete") {
      const tiers = this.concert?.tiers ?? [];
      app.say(error.missing.map((one) => missingWord(one, tiers)).join(" "), true);
    } else manage.sayError(error);
  }
}

const FIELDS = ["title", "venue", "startsAt", "note"] as const;

const shown = (form: ConcertForm): Typed => ({
  title: form.title,
  venue: form.venue,
  startsAt: localOf(form.starts_at, app.timeZone),
  note: form.note,
});
