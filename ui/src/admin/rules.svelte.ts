// The rules a venue sets, edited by one manager at a time.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import { admin, type Refusal, type Rules, type RulesToEdit } from "./backend";
import { manage } from "./manage.svelte";

export class VenueRules {
  kept = $state.raw<RulesToEdit | null>(null);
  typed = $state<Rules | null>(null);
  error = $state.raw<Refusal | null>(null);
  busy = $state(false);

  readonly dirty = $derived.by(() => {
    const { kept, typed } = this;
    return kept !== null && typed !== null && JSON.stringify(kept.rules) !== JSON.stringify(typed);
  });

  async load() {
    const answer = await app.ask(admin.rulesToEdit());
    this.error = answer.status === "error" ? answer.error : null;
    if (answer.status === "ok") this.#take(answer.data);
  }

  async save() {
    if (this.kept === null || this.typed === null || this.busy) return;
    this.busy = true;
    const asked = admin.setRules(this.kept.version, $state.snapshot(this.typed));
    const answer = await manage.write(asked, () => this.load());
    this.busy = false;
    if (answer?.status === "ok") {
      this.#take(answer.data);
      app.say(m.saved());
    } else if (answer?.status === "error") {
      if (answer.error.code === "rules_changed") await this.load();
      manage.sayError(answer.error);
    }
  }

  #take(rules: RulesToEdit) {
    this.kept = rules;
    this.typed = { ...rules.rules };
    // The sale's own screens go by these.
    if (app.facts !== null) app.facts = { ...app.facts, now: { ...app.facts.now, rules: rules.rules } };
  }
}
