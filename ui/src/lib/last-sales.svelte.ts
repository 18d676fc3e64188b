// What this counter has sold today, the newest first: to find a number again, not a customer.
import { app } from "./app.svelte";
import { commands, type MySale } from "./backend";
import type { Done } from "./screen";

class LastSales {
  all = $state.raw<MySale[]>([]);

  /** At once, before the server is asked. */
  add({ id, number, title, venue, starts_at, walk_up, seats, total }: Done) {
    const sold_at = app.today().toISOString();
    this.all = [
      {
        reservation_id: id,
        number,
        title,
        venue,
        starts_at,
        status: "confirmed",
        walk_up,
        sold_at,
        seats,
        total,
      },
      ...this.all,
    ];
  }

  /** Those of before this start, and what became of them. */
  async load() {
    const answer = await app.ask(commands.mySales());
    if (answer.status === "ok") this.all = answer.data;
  }
}

export const lastSales = new LastSales();
