// Tickets on their way to the printer, and what became of the last ones.
import { m } from "../paraglide/messages.js";
import { app } from "./app.svelte";
import { commands, type Print } from "./backend";

const ASK_EVERY = 500;
/** How long the header says that all went well. */
const SAID_FOR = 8000;

const isOpen = (print: Print) => print.stage === "waiting" || print.stage === "printing";
const wentWell = (print: Print) => print.stage === "printed" || print.stage === "saved";

class Printing {
  last = $state.raw<Print | null>(null);
  /** Whether the header says what became of it. */
  shown = $state(false);
  busy = $state(false);
  #following = false;
  #said: ReturnType<typeof setTimeout> | undefined;

  async print(reservationId: string) {
    if (this.busy) return;
    this.busy = true;
    const answer = await app.ask(commands.printTickets(reservationId));
    this.busy = false;
    if (answer.status === "error") {
      const now = await commands.printProgress();
      if (now.status === "ok" && now.data !== null) this.#take(now.data);
      // What was refused says more than that nothing was printed.
      app.sayError(answer.error);
      return this.follow();
    }
    const print = answer.data;
    if (print.path !== null) app.say(m.print_saved_as({ path: print.path }));
    else if (print.reprint > 0) app.say(m.print_reprinted({ count: print.reprint }));
    this.#take(print);
    await this.follow();
  }

  /** What was just sold, or what was printed last. */
  async again() {
    const subject = app.screen.name === "done" ? app.screen.sold.id : this.last?.reservation_id;
    if (subject === undefined) return app.say(m.print_none());
    await this.print(subject);
  }

  dismiss() {
    this.shown = false;
  }

  /** Asks until the last print is over; also at the start, for one that was under way when the program ended. */
  async follow() {
    if (this.#following) return;
    this.#following = true;
    // At the start: what was well over by then is no news.
    let old = this.last === null;
    for (;;) {
      const answer = await commands.printProgress();
      if (answer.status === "ok") {
        if (answer.data === null) break;
        this.#take(answer.data, old);
        old = false;
        if (!isOpen(answer.data)) break;
      } else if (this.last !== null && isOpen(this.last)) {
        this.#take({ ...this.last, trouble: "away" });
      } else break;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    }
    this.#following = false;
  }

  #take(print: Print, old = false) {
    const before = this.last;
    this.last = print;
    const news = before?.stage !== print.stage || before.trouble !== print.trouble;
    const same = before?.reservation_id === print.reservation_id && before.reprint === print.reprint;
    if (same && !news) return;
    clearTimeout(this.#said);
    this.shown = !(old && wentWell(print));
    if (wentWell(print)) this.#said = setTimeout(() => (this.shown = false), SAID_FOR);
    const more = printMore(print);
    if (more !== null) app.say(more, true);
  }
}

export const printing = new Printing();

export const printWord = ({ stage, trouble }: Print) =>
  trouble !== null && (stage === "waiting" || stage === "printing")
    ? {
        paper: m.print_paper,
        jam: m.print_jam,
        open: m.print_open,
        away: m.print_away,
        stopped: m.print_stopped,
      }[trouble]()
    : {
        unknown: m.print_unknown,
        waiting: m.print_going,
        printing: m.print_going,
        printed: m.print_printed,
        saved: m.print_saved,
        cancelled: m.print_cancelled,
        failed: m.print_failed,
      }[stage]();

/** What a clerk can do about it; nothing where all goes well. */
export function printMore({ stage, trouble, number }: Print): string | null {
  switch (stage) {
    case "unknown":
      return m.print_unknown_more({ number });
    case "cancelled":
      return m.print_cancelled_more({ number });
    case "failed":
      return m.print_failed_more({ number });
    case "printed":
    case "saved":
      return null;
    default:
      return trouble === null
        ? null
        : {
            paper: m.print_paper_more,
            jam: m.print_jam_more,
            open: m.print_open_more,
            away: m.print_away_more,
            stopped: m.print_stopped_more,
          }[trouble]({ number });
  }
}
