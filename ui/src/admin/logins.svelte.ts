// The logins of the venue's PCs: added, renamed and removed by any manager, all but his own.
import { app } from "../lib/app.svelte";
import { count } from "../lib/format";
import { limits } from "../lib/limits";
import { m } from "../paraglide/messages.js";
import { admin, type Answer, type Group, type Login } from "./backend";
import { manage } from "./manage.svelte";
import { Polled } from "./polled.svelte";

const EMPTY = { group: "counter" as Group, login: "", password: "" };

export class Logins {
  readonly list = new Polled(() => admin.logins());
  typed = $state({ ...EMPTY });
  renaming = $state.raw<Login | null>(null);
  removing = $state.raw<Login | null>(null);
  busy = $state(false);

  readonly complete = $derived(
    /^[a-z][a-z0-9_]*$/.test(this.typed.login) &&
      this.typed.password.length >= limits.loginPassword.least &&
      this.typed.password.length <= limits.loginPassword.most,
  );

  async add() {
    const { group, login, password } = $state.snapshot(this.typed);
    const said = m.admin_login_added({ login });
    if (await this.#write(admin.addLogin(group, login, password), () => said)) this.typed = { ...EMPTY };
  }

  async rename(name: string) {
    if (this.renaming === null) return;
    const renamed = await this.#write(admin.renameLogin(this.renaming.login, name), () => m.saved());
    if (renamed) this.renaming = null;
  }

  async remove() {
    if (this.removing === null) return;
    const { login } = this.removing;
    this.removing = null;
    await this.#write(admin.removeLogin(login), (freed) =>
      m.admin_login_removed({ login, count: count(freed ?? 0) }),
    );
  }

  /** Whether it was done; then the list is new and the clerk is told. */
  async #write<T>(asked: Promise<Answer<T>>, said: (told: T | null) => string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const answer = await manage.write(asked, () => Promise.resolve());
    await this.list.load();
    this.busy = false;
    if (answer?.status === "error") {
      manage.sayError(answer.error);
      return false;
    }
    app.say(said(answer?.data ?? null));
    return true;
  }
}
