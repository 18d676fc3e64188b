// Adding a counter: its login, and a file by which its PC comes to it.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import { admin, commands, type NewCounter } from "./backend";
import { manage } from "./manage.svelte";

/** Addresses that mean another PC on each PC. */
const OF_EACH_PC = ["127.0.0.1", "::1", "localhost"];

export class Adding {
  login = $state("");
  host = $state("");
  port = $state("");
  /** No other PC reaches the private server of this one. */
  elsewhere = $state(false);
  busy = $state(false);
  made = $state.raw<(NewCounter & { login: string }) | null>(null);

  readonly #port = $derived(/^\d{1,5}$/.test(this.port.trim()) ? Number(this.port) : 0);
  readonly complete = $derived(
    this.elsewhere &&
      /^[a-z][a-z0-9_]*$/.test(this.login) &&
      this.host.trim() !== "" &&
      this.#port >= 1 &&
      this.#port <= 65535,
  );
  readonly ofEachPc = $derived(OF_EACH_PC.includes(this.host.trim().toLowerCase()));

  /** As this PC reaches the server; counters may by another name. */
  async prefill() {
    const booted = await commands.boot();
    if (booted.status === "error" || booted.data.server?.kind !== "remote") return;
    this.elsewhere = true;
    this.host = booted.data.server.host;
    this.port = String(booted.data.server.port);
  }

  async add(): Promise<void> {
    if (!this.complete || this.busy) return;
    this.busy = true;
    const { login } = this;
    // What happened all the same left no file: the shell threw it away with its code.
    const answer = await manage.write(admin.addCounter(login, this.host.trim(), this.#port), async () =>
      app.say(m.admin_counter_lost({ login }), true),
    );
    this.busy = false;
    if (answer === null) return;
    if (answer.status === "error") return manage.sayError(answer.error);
    this.made = { ...answer.data, login };
    this.login = "";
  }
}
