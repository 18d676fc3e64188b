// What this counter has sold today, the newest first: to find a number again, not a customer.
import type { Done } from "./screen";

export type LastSale = Omit<Done, "customer_name"> & { at: Date };

class LastSales {
  all = $state.raw<LastSale[]>([]);

  add({ number, title, venue, starts_at, seats, total }: Done) {
    this.all = [{ number, title, venue, starts_at, seats, total, at: new Date() }, ...this.all];
  }
}

export const lastSales = new LastSales();
