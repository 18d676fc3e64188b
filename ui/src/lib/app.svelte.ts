// What every screen shares: where the clerk is, the server's state, the settings, and one notice at a time.
import { setLocale } from "../paraglide/runtime.js";
import { m } from "../paraglide/messages.js";
import { commands } from "./backend";
import type {
  Answer,
  ConcertOnSale,
  Hold,
  Refusal,
  Reservation,
  Resolved,
  ServerFacts,
  Settings,
  Unfinished,
} from "./backend";
import { words } from "./words";

export type Screen =
  | { name: "starting" }
  | { name: "unreachable"; error: Refusal }
  | { name: "first_run" }
  | { name: "home" }
  | { name: "detail"; concert: ConcertOnSale }
  | { name: "seats"; concert: ConcertOnSale; hold?: Hold }
  | { name: "done"; reservation: Pick<Reservation, "number" | "seats" | "total" | "title"> }
  | { name: "look_up" }
  | { name: "settings" }
  | { name: "admin" };

export type Notice = { text: string; trouble: boolean };

const PING_EVERY = 2000;
const SETTLE_EVERY = 1000;

class App {
  screen = $state.raw<Screen>({ name: "starting" });
  settings = $state.raw<Settings>({ language: "ko", theme: "system", counter_name: "" });
  facts = $state.raw<ServerFacts | null>(null);
  online = $state(true);
  /** When the server last answered, for "as of". */
  lastAnswer = $state.raw(new Date());
  notice = $state.raw<Notice | null>(null);
  unfinished = $state.raw<Unfinished[]>([]);
  /** Holds that a crash left running, to go on with or to give up; `until` is on the PC's monotonic clock. */
  leftHolds = $state.raw<{ hold: Hold; until: number }[]>([]);
  jumping = $state(false);
  /** What an open map adds to the places one can jump to. */
  seatsNamed = $state.raw<((words: string[]) => { label: string; go: () => void }[]) | null>(null);
  help = $state(false);
  build = $state.raw<"counter" | "admin">("counter");
  server = $state.raw<"this_pc" | "remote" | null>(null);

  timeZone = $derived(this.facts?.rules.time_zone ?? "Asia/Seoul");

  /** Every answer tells whether the server is there. */
  async ask<T>(asked: Promise<Answer<T>>): Promise<Answer<T>> {
    const answer = await asked;
    if (answer.status === "error" && answer.error.code === "offline") {
      this.online = false;
    } else {
      this.online = true;
      this.lastAnswer = new Date();
    }
    return answer;
  }

  async start() {
    const booted = await commands.boot();
    if (booted.status === "error") return this.go({ name: "unreachable", error: booted.error });
    this.apply(booted.data.settings);
    this.build = booted.data.build === "admin" ? "admin" : "counter";
    this.server = booted.data.server?.kind ?? null;
    if (booted.data.server === null) return this.go({ name: "first_run" });
    await this.reconnect();
  }

  async reconnect() {
    const answer = await this.ask(commands.reconnect());
    if (answer.status === "error") return this.go({ name: "unreachable", error: answer.error });
    await this.entered(answer.data);
  }

  async entered(facts: ServerFacts) {
    this.facts = facts;
    this.online = true;
    const settled = await this.ask(commands.unfinished());
    if (settled.status === "ok") {
      // A hold that still runs is among the next answer; one that is over left nothing to tell.
      this.unfinished = settled.data.filter(
        (one) => one.resolved.outcome !== "released" && one.resolved.outcome !== "held",
      );
    }
    const holds = await this.ask(commands.myHolds());
    if (holds.status === "ok") {
      this.leftHolds = holds.data.map((hold) => ({ hold, until: performance.now() + hold.expires_in_ms }));
    }
    this.go({ name: this.build === "admin" ? "admin" : "home" });
  }

  /** A lost answer is never sent again: what became of it is asked until the server says. */
  async settle(operation: string): Promise<Resolved> {
    for (;;) {
      const answer = await this.ask(commands.resolve(operation));
      if (answer.status === "ok") return answer.data;
      if (answer.error.code === "offline" && this.server === "this_pc") await this.ask(commands.reconnect());
      await new Promise((resolve) => setTimeout(resolve, SETTLE_EVERY));
    }
  }

  go(screen: Screen) {
    this.screen = screen;
  }

  /** Back to the seats that were held when the program ended. */
  async goOn({ hold, until }: { hold: Hold; until: number }) {
    this.leftHolds = this.leftHolds.filter((left) => left.hold.hold !== hold.hold);
    const answer = await this.ask(commands.concert(hold.concert_id));
    if (answer.status === "error") return this.sayError(answer.error);
    const left = until - performance.now();
    if (left <= 0) return this.say(m.err_hold_expired(), true);
    this.go({
      name: "seats",
      concert: answer.data.concert,
      hold: { ...hold, expires_in_ms: Math.floor(left) },
    });
  }

  async giveUp({ hold }: { hold: Hold }) {
    this.leftHolds = this.leftHolds.filter((left) => left.hold.hold !== hold.hold);
    const ids = hold.seats.map((seat) => seat.id);
    const answer = await this.ask(commands.releaseHold(hold.hold, ids));
    // Of a lost answer nothing is left to do: the hold runs out by itself.
    if (answer.status === "error" && answer.error.code !== "outcome_unknown") this.sayError(answer.error);
    else this.say(m.released());
  }

  say(text: string, trouble = false) {
    this.notice = { text, trouble };
  }

  sayError(error: Refusal) {
    this.say(words(error), true);
  }

  apply(settings: Settings) {
    void setLocale(settings.language, { reload: false });
    this.settings = settings;
    document.documentElement.lang = settings.language;
    document.documentElement.dataset.theme = settings.theme;
  }

  async saveSettings(settings: Settings) {
    const answer = await commands.saveSettings(settings);
    if (answer.status === "error" && answer.error.code !== "offline") return this.sayError(answer.error);
    this.apply(settings);
    if (this.facts !== null) {
      this.facts = { ...this.facts, counter_name: settings.counter_name.trim() || this.facts.login };
    }
    this.say(m.saved());
  }

  /** Keeps the chip true where no screen asks anything, and takes up a server that came back. */
  watchServer() {
    const timer = setInterval(async () => {
      if (this.facts === null || Date.now() - this.lastAnswer.getTime() < PING_EVERY) return;
      const answer = await this.ask(commands.ping());
      if (answer.status === "error" && this.server === "this_pc") await this.ask(commands.reconnect());
    }, PING_EVERY);
    return () => clearInterval(timer);
  }
}

export const app = new App();
