// The words of a report, in the language of the screens.
import { m } from "../paraglide/messages.js";
import type { ReportWords } from "./backend";

export const reportWords = (): ReportWords => ({
  summary: m.admin_report_summary(),
  tiers: m.admin_by_tier(),
  sections: m.admin_by_section(),
  counters: m.admin_by_counter(),
  seats: m.admin_seats(),
  title: m.nav_concerts(),
  venue: m.admin_field_venue(),
  starts_at: m.admin_starts(),
  made_at: m.admin_made_at(),
  tier: m.admin_tier(),
  section: m.admin_section(),
  row: m.admin_row(),
  number: m.admin_number(),
  seat: m.admin_seat(),
  counter: m.admin_counter(),
  price: m.admin_price(),
  status: m.admin_status(),
  sold: m.admin_sold(),
  held: m.admin_held(),
  withheld: m.admin_withheld(),
  available: m.admin_available(),
  walk_up: m.walk_up(),
  cancelled: m.admin_cancelled(),
  revenue: m.admin_revenue(),
  reason: m.admin_reason(),
});
