// What every screen shares: where the clerk is, the server's state, the settings, and one notice at a time.
import { setLocale } from "../paraglide/runtime.js";
import { m } from "../paraglide/messages.js";
import { commands } from "./backend";
import type {
  Answer,
  ConcertOnSale,
  Hold,
  Refusal,
  Resolved,
  ServerFacts,
  ServerNow,
  Settings,
  Unfinished,
} from "./backend";
import { watchSleep } from "./clock";
import { dated } from "./format";
import { leaving } from "./leaving.svelte";
import { leftHolds } from "./left-holds.svelte";
import type { Notice, Screen } from "./screen";
import { words } from "./words";

const LOOK_EVERY = 2000;
const SETTLE_EVERY = 1000;

class App {
  screen = $state.raw<Screen>({ name: "starting" });
  /** The concert of the screen, once a manager has changed it. */
  concert = $state.raw<ConcertOnSale | null>(null);
  settings = $state.raw<Settings>({
    language: "ko",
    theme: "system",
    counter_name: "",
    printer: "",
    paper: { kind: "a4" },
  });
  facts = $state.raw<ServerFacts | null>(null);
  online = $state(true);
  /** How often the server came back: what a screen shows is asked for again then, and not at each answer that comes and goes. */
  returns = $state(0);
  #away = false;
  /** When the server last answered, for "as of". */
  lastAnswer = $state.raw(new Date());
  notice = $state.raw<Notice | null>(null);
  unfinished = $state.raw<Unfinished[]>([]);
  /** What stands over the screen. */
  sheet = $state.raw<"help" | "jump" | "unfinished" | "last_sales" | null>(null);
  /** What an open map adds to the places one can jump to. */
  seatsNamed = $state.raw<((words: string[]) => { label: string; go: () => void }[]) | null>(null);
  build = $state.raw<"counter" | "admin">("counter");
  version = $state.raw("");
  server = $state.raw<"this_pc" | "remote" | null>(null);

  rules = $derived(this.facts?.now.rules ?? null);
  timeZone = $derived(this.rules?.time_zone ?? "Asia/Seoul");

  /** Milliseconds that the server's clock is ahead of this PC's. */
  #ahead = 0;
  /** For what is today's: by the server's clock. */
  today = () => new Date(Date.now() + this.#ahead);

  /**
   * Every answer of the server tells that it is there. A refusal may be this PC's own, and so tells nothing, unless it says
   * that the server is away.
   */
  async ask<T>(asked: Promise<Answer<T>>): Promise<Answer<T>> {
    const answer = await asked;
    if (answer.status === "ok") {
      this.online = true;
      this.lastAnswer = new Date();
    } else if (["offline", "cannot_connect"].includes(answer.error.code)) {
      this.online = false;
      this.#away = true;
    }
    return answer;
  }

  async start() {
    const booted = await commands.boot();
    if (booted.status === "error") return this.go({ name: "unreachable", error: booted.error });
    this.apply(booted.data.settings);
    this.build = booted.data.build === "admin" ? "admin" : "counter";
    this.version = booted.data.version;
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
    this.#hear(facts.now);
    this.online = true;
    const settled = await this.ask(commands.unfinished());
    if (settled.status === "ok") {
      // A hold that still runs is among the next answer; one that is over left nothing to tell.
      this.unfinished = settled.data.filter(
        (one) => one.resolved.outcome !== "released" && one.resolved.outcome !== "held",
      );
    }
    const holds = await this.ask(commands.myHolds());
    if (holds.status === "ok") for (const hold of holds.data) leftHolds.add(hold, hold.expires_in_ms);
    if (this.unfinished.length > 0 || leftHolds.all.length > 0) this.sheet = "unfinished";
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

  /** What a manager changed of the concert whose map is open: its header shows it. Tells what to say of it. */
  concertNow(now: ConcertOnSale): string[] {
    if (this.screen.name !== "seats" || this.screen.concert.id !== now.id) return [];
    const shown = (one: ConcertOnSale) =>
      [one.title, dated(one.starts_at, this.timeZone), one.venue].filter(Boolean).join(" · ");
    const before = shown(this.concert ?? this.screen.concert);
    this.concert = now;
    return shown(now) === before ? [] : [m.show_changed({ show: shown(now) })];
  }

  /** Each screen begins without a notice; a live hold is asked about before it is left. */
  go(screen: Screen) {
    leaving.leave((said) => {
      this.notice = said;
      this.concert = null;
      this.screen = screen;
    });
  }

  /** Back to the seats of a hold that no screen is busy with. */
  async goOn({ hold }: { hold: Hold }) {
    const answer = await this.ask(commands.concert(hold.concert_id));
    if (answer.status === "error") return this.sayError(answer.error);
    leaving.leave((said) => {
      const left = leftHolds.take(hold.token)?.countdown.left ?? 0;
      if (left <= 0) return this.say(m.err_hold_expired(), true);
      this.go({
        name: "seats",
        concert: answer.data.concert,
        hold: { ...hold, expires_in_ms: Math.floor(left) },
      });
      this.notice = said;
    });
  }

  async giveUp({ hold }: { hold: Hold }) {
    const ids = hold.seats.map((seat) => seat.id);
    const answer = await this.ask(commands.releaseHold(hold.token, ids));
    // Of a lost answer nothing is left to do: the hold runs out by itself.
    if (answer.status === "error" && answer.error.code !== "outcome_unknown")
      return this.sayError(answer.error);
    leftHolds.take(hold.token);
    this.say(m.released());
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

  /** Rules that a manager changed hold from the next look on. */
  #hear(now: ServerNow) {
    this.#ahead = new Date(now.at).getTime() - Date.now();
    if (this.facts !== null) this.facts = { ...this.facts, now };
  }

  /** Keeps the chip, the rules and the time true, and takes up a server that came back. */
  watchServer() {
    let looking = false;
    const look = async () => {
      if (this.facts === null || looking) return;
      looking = true;
      const answer = await this.ask(commands.serverNow());
      if (answer.status === "ok") {
        this.#hear(answer.data);
        if (this.#away) this.returns++;
        this.#away = false;
      } else if (this.server === "this_pc") await this.ask(commands.reconnect());
      looking = false;
    };
    const timer = setInterval(() => void look(), LOOK_EVERY);
    const stop = watchSleep(() => {
      // Whether the line outlived the sleep is not known before an answer.
      this.online = this.facts === null;
      void look();
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }

  /** The window is closed as a screen is left. A program whose page doesn't ask again would close it by itself. */
  async watchWindow() {
    let seen: number | null = null;
    for (;;) {
      const asked = await commands.closeAsked(seen);
      if (asked.status === "error") return;
      if (seen !== null) leaving.leave(() => void commands.closeWindow());
      seen = asked.data;
    }
  }
}

export const app = new App();
