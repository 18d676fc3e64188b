// The file of a new counter, on its way in: chosen or dropped, read, and opened with the code of the manager's screen.
import { commands, type Enrolment, type ServerFacts } from "./backend";
import { words } from "./words";

/** Digits of a code; hyphens and spaces between them don't count. */
const DIGITS = 10;

/** Bytes. More than such a file ever has, and of what is no such file enough to tell. */
const LARGEST = 1 << 20;

export class Enrolling {
  told = $state.raw<Enrolment | null>(null);
  code = $state("");
  busy = $state(false);
  trouble = $state("");
  #file = "";

  readonly complete = $derived(this.told !== null && this.code.replace(/[\s-]/g, "").length === DIGITS);

  /** What is wrong with a file is said before any code is typed. */
  async take(file: File | undefined) {
    if (file === undefined || this.busy) return;
    this.told = null;
    this.code = this.trouble = "";
    this.#file = await file.slice(0, LARGEST).text();
    const answer = await commands.readEnrolment(this.#file);
    if (answer.status === "ok") this.told = answer.data;
    else this.trouble = words(answer.error);
  }

  async enrol(): Promise<ServerFacts | null> {
    if (!this.complete || this.busy) return null;
    this.busy = true;
    this.trouble = "";
    const answer = await commands.enrol(this.#file, this.code);
    this.busy = false;
    if (answer.status === "ok") return answer.data;
    this.trouble = words(answer.error);
    return null;
  }
}
