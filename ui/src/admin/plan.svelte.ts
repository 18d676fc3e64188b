// A seating plan before it is written: made by the generator or read from a file, previewed, then added at once.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import {
  admin,
  type Answer,
  type PlanFault,
  type PlanPreview,
  type PlanTier,
  type SeatsProgress,
  type SectionSpec,
} from "./backend";
import type { Editor } from "./editor.svelte";
import { hall, type Hall } from "./halls";
import { manage } from "./manage.svelte";
import { seats } from "./say";

/** Long enough that a number is typed to its end. */
const PREVIEW_AFTER = 200;
const PROGRESS_EVERY = 250;

export class Planning {
  preview = $state.raw<PlanPreview | null>(null);
  faults = $state.raw<PlanFault[]>([]);
  busy = $state(false);
  writing = $state.raw<SeatsProgress | null>(null);
  #turn = 0;

  constructor(readonly editor: Editor) {}

  /** What has to be decided before it can be written. */
  get undecided(): number {
    return 0;
  }

  /** Whether nothing is asked any more. */
  get settled(): boolean {
    return true;
  }

  /** Shows what this makes, unless something newer was asked for meanwhile. */
  async show(ask: () => Promise<Answer<PlanPreview>>) {
    const turn = ++this.#turn;
    this.busy = true;
    const answer = await ask();
    if (turn !== this.#turn) return;
    this.busy = false;
    if (answer.status === "ok") {
      this.preview = answer.data;
      this.faults = [];
    } else if (answer.error.code === "plan_faults") {
      this.preview = null;
      this.faults = answer.error.faults;
    } else manage.sayError(answer.error);
  }

  /** The concert's tiers, for the prices that a plan doesn't say. */
  tiers(): PlanTier[] {
    return (this.editor.concert?.tiers ?? []).map(({ label, price }) => ({ label, price, color: null }));
  }

  /** Forgets what is shown. */
  clear() {
    this.#turn++;
    this.busy = false;
    this.preview = null;
    this.faults = [];
  }

  /** Writes the previewed seats into the concert, all or nothing. */
  async write(replace: "all" | "nothing"): Promise<boolean> {
    const { preview, editor } = this;
    const version = editor.concert?.version;
    if (preview === null || version === undefined || this.writing !== null) return false;
    this.writing = { done: 0, total: preview.map.ids.length };
    const watching = setInterval(async () => {
      const progress = await admin.seatsProgress();
      if (this.writing !== null && progress.status === "ok" && progress.data !== null)
        this.writing = progress.data;
    }, PROGRESS_EVERY);
    app.notice = null;
    const asked = admin.addSeats(editor.id, version, preview.plan, replace);
    const answer = await manage.write(asked, () => editor.load());
    clearInterval(watching);
    this.writing = null;
    if (answer?.status === "error") {
      if (answer.error.code === "plan_faults") this.faults = answer.error.faults;
      else if (answer.error.code === "concert_changed") {
        editor.take(answer.error.now);
        app.say(m.admin_changed_elsewhere(), true);
      } else if (answer.error.code === "stopped") app.say(m.admin_seats_cancelled());
      else manage.sayError(answer.error);
      return false;
    }
    if (answer?.status === "ok") editor.take(answer.data);
    app.say(m.admin_seats_added({ seats: seats(preview.map.ids.length) }));
    return true;
  }

  /** Takes everything back that was written so far. */
  cancel() {
    return admin.cancelSeats();
  }
}

/** The generator: sections are typed, the preview follows. */
export class PlanMaker extends Planning {
  sections = $state<SectionSpec[]>([]);
  stage = $state(true);
  chosen = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: Editor) {
    super(editor);
    this.start("one");
  }

  start(which: Hall) {
    const tiers = [...(this.editor.concert?.tiers ?? [])].sort((a, b) => b.price - a.price);
    this.sections = hall(
      which,
      tiers.map((tier) => tier.label),
    );
    this.chosen = 0;
  }

  add() {
    const last = this.sections.at(-1);
    if (last === undefined) return this.start("one");
    const copy = {
      ...$state.snapshot(last),
      label: nextLabel(this.sections.map((one) => one.label)),
      x: null,
      y: null,
    };
    this.sections.push(copy);
    this.chosen = this.sections.length - 1;
  }

  remove(place: number) {
    this.sections.splice(place, 1);
    this.chosen = Math.max(0, Math.min(this.chosen, this.sections.length - 1));
  }

  /** For an effect: the preview follows what is typed, once typing pauses. */
  follow() {
    const spec = { sections: $state.snapshot(this.sections), stage: this.stage };
    const complete = spec.sections.every((one) => Object.values(one).every((value) => value !== undefined));
    clearTimeout(this.#timer);
    if (!complete) return;
    if (spec.sections.length === 0) return this.clear();
    this.#timer = setTimeout(
      () => void this.show(() => admin.generatePlan(spec, this.tiers())),
      PREVIEW_AFTER,
    );
  }

  stop() {
    clearTimeout(this.#timer);
    this.clear();
  }
}

/** B after A, 나 after 가, 3 after 2, and a label with a number otherwise. */
export function nextLabel(labels: readonly string[]): string {
  const last = labels.at(-1) ?? "";
  const [, head = "", letter, number] = /^(.*?)(?:([A-Y가-파])|(\d+))$/.exec(last) ?? [];
  const named = letter === undefined ? "" : LETTERS.charAt(LETTERS.indexOf(letter) + 1);
  let next = `${last} 2`;
  if (number !== undefined) next = `${head}${Number(number) + 1}`;
  // A letter that only ends a word is no letter of a row of sections.
  else if (LETTERS.includes(letter ?? "?") && /(^|[^A-Z가-힣])$/.test(head)) next = head + named;
  for (let more = 3; labels.includes(next); more++) next = `${last} ${more}`;
  return next;
}

/** The orders in which halls name their sections. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ가나다라마바사아자차카타파하";
