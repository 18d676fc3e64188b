// The files of a venue's hall: dropped, read with the choices made so far, shown, and then written like any other plan.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import {
  admin,
  type Block,
  type BlockChoice,
  type Choice,
  type Doubt,
  type FileRefusal,
  type HallFile,
  type HallRead,
} from "./backend";
import { base64Of, LARGEST } from "./file";
import { manage } from "./manage.svelte";
import { Planning } from "./plan.svelte";

/** As many as the shell opens at a time, and as many bytes of them. */
const FILES_MOST = 20;
const TOGETHER_MOST = 2 * LARGEST;

const AS_READ: BlockChoice = { name: null, floor: null, first_row: null, leave_out: false };

export class Import extends Planning {
  read = $state.raw<HallRead | null>(null);
  refused = $state.raw<FileRefusal | null>(null);
  /** The choices of the venue's last file, while they are used. */
  remembered = $state.raw<Record<string, Choice>>({});
  /** Blocks that are left out, as they were: the next reading doesn't have them. */
  leftOut = $state.raw<Block[]>([]);
  #answers: Record<string, Choice> = {};
  #blocks = $state.raw<Record<string, BlockChoice>>({});
  #asked = 0;

  /** Doubts that only the manager can settle, those that are settled too: none moves away while it is answered. */
  readonly mustBeDecided = $derived(this.#doubts((doubt) => doubt.default === null));
  readonly assumed = $derived(this.#doubts((doubt) => doubt.default !== null && !isNote(doubt)));
  readonly notes = $derived(this.#doubts(isNote));
  /** How many answers of the last file this reading asked for. */
  readonly used = $derived.by(() => {
    const asked = [
      ...(this.read?.doubts ?? []).map((doubt) => doubt.key),
      ...(this.read?.files ?? []).flatMap((file) => file.headings.map((heading) => heading.key)),
    ];
    const isUsed = ([key, choice]: [string, Choice]) => asked.includes(key) && this.#answers[key] === choice;
    return Object.entries(this.remembered).filter(isUsed).length;
  });

  override get undecided(): number {
    if (this.read === null) return 0;
    return this.mustBeDecided.filter((doubt) => doubt.chosen === null).length + this.read.more_doubts;
  }

  override get settled(): boolean {
    return !this.busy && (this.read?.settled ?? false);
  }

  /** Takes the files that were dropped or chosen, in place of those before. */
  async open(files: readonly File[]) {
    if (files.length === 0) return;
    this.forget();
    const turn = this.#asked;
    if (files.length > FILES_MOST) return app.say(m.hall_too_many_files({ most: FILES_MOST }), true);
    const large = files.find((file) => file.size > LARGEST);
    if (large !== undefined) return app.say(m.hall_file_too_large({ name: large.name }), true);
    if (files.reduce((sum, file) => sum + file.size, 0) > TOGETHER_MOST)
      return app.say(m.hall_too_large_together(), true);
    this.busy = true;
    const contents: HallFile[] = [];
    for (const file of files) {
      const base64 = await base64Of(file).catch(() => null);
      if (turn !== this.#asked) return;
      if (base64 === null) {
        this.busy = false;
        return app.say(m.hall_not_readable({ name: file.name }), true);
      }
      contents.push({ name: file.name.normalize("NFC"), base64 });
    }
    const opened = await admin.openHallFiles(contents);
    if (turn !== this.#asked) return;
    if (opened.status === "error") {
      this.busy = false;
      return manage.sayError(opened.error);
    }
    this.remembered = opened.data;
    this.#answers = { ...opened.data };
    await this.again();
  }

  /** Reads what is open once more: with another choice, or beside other tiers of the concert. */
  async again() {
    const turn = ++this.#asked;
    this.busy = true;
    const choices = { answers: { ...this.#answers }, blocks: { ...this.#blocks } };
    const answer = await admin.readHall(this.tiers(), choices);
    if (turn !== this.#asked) return;
    this.busy = false;
    if (answer.status === "error") return manage.sayError(answer.error);
    if (answer.data.outcome === "refused") {
      this.refused = answer.data.why;
      this.read = null;
      this.preview = null;
      return;
    }
    this.refused = null;
    this.read = answer.data;
    this.preview = answer.data.preview;
    // Without a seat there is nothing wrong yet while something is asked.
    this.faults =
      this.undecided > 0
        ? answer.data.faults.filter((fault) => fault.code !== "no_seats")
        : answer.data.faults;
  }

  choose(key: string, choice: Choice) {
    this.#answers[key] = choice;
    return this.again();
  }

  /** As if nothing had been chosen. */
  undo(key: string) {
    delete this.#answers[key];
    return this.again();
  }

  chosenPrice(key: string): number | null {
    const answer = this.#answers[key];
    return answer?.choice === "price" ? answer.value : null;
  }

  isChosen(key: string): boolean {
    return this.#answers[key] !== undefined;
  }

  correct(block: Block, change: Partial<BlockChoice>) {
    this.#blocks = { ...this.#blocks, [block.key]: { ...(this.#blocks[block.key] ?? AS_READ), ...change } };
    if (change.leave_out === true) this.leftOut = [...this.leftOut, block];
    if (change.leave_out === false) this.leftOut = this.leftOut.filter((one) => one.key !== block.key);
    return this.again();
  }

  firstRowOf(block: Block): string {
    return this.#blocks[block.key]?.first_row ?? block.rows[0] ?? "";
  }

  /** Reads without the choices of the last file; those that were made here stay. */
  withoutRemembered() {
    for (const [key, choice] of Object.entries(this.remembered))
      if (this.#answers[key] === choice) delete this.#answers[key];
    this.remembered = {};
    return this.again();
  }

  forget() {
    this.#asked++;
    this.clear();
    this.read = null;
    this.refused = null;
    this.remembered = {};
    this.leftOut = [];
    this.#answers = {};
    this.#blocks = {};
  }

  #doubts(wanted: (doubt: Doubt) => boolean): Doubt[] {
    // A heading's meaning is asked about where the headings are.
    return (this.read?.doubts ?? []).filter(
      (doubt) => doubt.about.code !== "unknown_heading" && wanted(doubt),
    );
  }
}

/** Something to be said, with nothing to decide and nothing lost. */
const isNote = ({ choices, chosen, about }: Doubt) =>
  choices.length === 0 &&
  chosen?.choice === "noted" &&
  about.code !== "no_price" &&
  about.code !== "no_headings";

/** Whether two choices are the same. */
export function same(a: Choice | null, b: Choice | null): boolean {
  if (a === null || b === null) return a === b;
  return a.choice === b.choice && ("value" in a ? a.value : null) === ("value" in b ? b.value : null);
}
