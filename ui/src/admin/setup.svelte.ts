// Preparing a server: its schema and its logins, with the owner's login typed for that once and kept nowhere.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import { admin, commands, type Group, type Refusal, type SchemaState, type ServerLogin } from "./backend";
import { adminWords } from "./say";

export class Setup {
  owner = $state({
    host: "",
    port: 5432,
    database: "maepyo",
    login: "postgres",
    password: "",
    ca_certificate: "",
  });
  login = $state<{ group: Group; name: string; password: string }>({
    group: "manager",
    name: "",
    password: "",
  });
  state = $state.raw<SchemaState | null>(null);
  trouble = $state("");
  done = $state("");
  busy = $state(false);
  asking = $state(false);

  readonly complete = $derived(
    this.owner.host.trim() !== "" && this.owner.login.trim() !== "" && this.owner.password !== "",
  );
  /** The schema can be brought up to date. */
  readonly behind = $derived(this.state?.age === "older");

  /** The server that this PC is set up with, so that only the owner has to be typed. */
  async prefill() {
    const booted = await commands.boot();
    if (booted.status === "error" || booted.data.server?.kind !== "remote") return;
    const { host, port, database, ca_certificate } = booted.data.server;
    Object.assign(this.owner, { host, port, database, ca_certificate: ca_certificate ?? "" });
  }

  /** What is found there, before anything is asked. */
  look() {
    return this.#work(async () => {
      const answer = await admin.schemaState(this.#owner());
      if (answer.status === "error") return answer.error;
      this.state = answer.data;
      return null;
    });
  }

  migrate() {
    this.asking = false;
    return this.#work(async () => {
      const answer = await admin.migrateAsOwner(this.#owner());
      if (answer.status === "error") return answer.error;
      const now = await admin.schemaState(this.#owner());
      if (now.status === "ok") this.state = now.data;
      this.done = m.admin_migrated();
      return null;
    });
  }

  addLogin() {
    return this.#work(async () => {
      const { group, name, password } = this.login;
      const answer = await admin.addLoginAsOwner(this.#owner(), group, name.trim(), password);
      if (answer.status === "error") return answer.error;
      this.done = m.admin_login_added({ login: name.trim() });
      this.login = { group, name: "", password: "" };
      return null;
    });
  }

  /** The password is gone once the screen is. */
  forget() {
    this.owner.password = "";
    this.login.password = "";
  }

  #owner(): ServerLogin {
    const { host, port, database, login, password, ca_certificate } = $state.snapshot(this.owner);
    return {
      host,
      port: Number(port),
      database,
      login,
      password,
      ca_certificate: ca_certificate.trim() || null,
    };
  }

  async #work(ask: () => Promise<Refusal | null>) {
    if (this.busy) return;
    this.busy = true;
    this.trouble = this.done = "";
    app.notice = null;
    const refused = await ask();
    this.busy = false;
    if (refused !== null) this.trouble = adminWords(refused);
  }
}
