// Where the clerk can be, and what is said there.
import type { ConcertOnSale, Hold, Refusal, Reservation } from "./backend";

export type Done = Pick<
  Reservation,
  "id" | "number" | "title" | "venue" | "starts_at" | "walk_up" | "customer_name" | "seats" | "total"
>;

export type Screen =
  | { name: "starting" }
  | { name: "unreachable"; error: Refusal }
  | { name: "first_run" }
  | { name: "home" }
  | { name: "detail"; concert: ConcertOnSale }
  | { name: "seats"; concert: ConcertOnSale; hold?: Hold }
  | { name: "done"; sold: Done }
  | { name: "look_up"; scanned?: string }
  | { name: "settings" }
  | { name: "admin" };

export type Notice = { text: string; trouble: boolean };
