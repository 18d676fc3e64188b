// Where the manager is, and what every admin screen shares: asking, and settling a write whose answer was lost.
import { app } from "../lib/app.svelte";
import { m } from "../paraglide/messages.js";
import { commands, type Answer, type Refusal } from "./backend";
import { adminWords } from "./say";

export type ConcertPart = "edit" | "plan" | "import" | "seats" | "sales" | "reservations";
export type Route =
  | { name: "overview" }
  | { name: "concerts" }
  | { name: "new" }
  | { name: "concert"; id: string; part: ConcertPart }
  | { name: "journal" }
  | { name: "rules" }
  | { name: "logins" }
  | { name: "server" };

const ASK_AGAIN_AFTER = 1000;

class Manage {
  route = $state.raw<Route>({ name: "overview" });

  go(route: Route) {
    app.notice = null;
    this.route = route;
  }

  /** Opens one concert at one of its parts. */
  open(id: string, part: ConcertPart = "edit") {
    this.go({ name: "concert", id, part });
  }

  sayError(error: Refusal) {
    app.say(adminWords(error), true);
  }

  /**
   * Asks for a change. One whose answer was lost is never sent again: what became of it is asked until the server says.
   * `lost` runs when it happened all the same, but its answer is gone.
   */
  async write<T>(asked: Promise<Answer<T>>, lost: () => Promise<void>): Promise<Answer<T> | null> {
    const answer = await app.ask(asked);
    if (answer.status === "ok" || answer.error.code !== "outcome_unknown") return answer;
    app.say(m.checking_body());
    for (;;) {
      const resolved = await app.ask(commands.resolve(answer.error.operation));
      if (resolved.status === "ok") {
        app.notice = null;
        if (resolved.data.outcome === "void") return { status: "error", error: { code: "offline" } };
        await lost();
        return null;
      }
      if (!["offline", "busy"].includes(resolved.error.code))
        return { status: "error", error: resolved.error };
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_AFTER));
    }
  }
}

export const manage = new Manage();
