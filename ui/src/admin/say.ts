// Words of the admin screens that depend on data.
import { count } from "../lib/format";
import { words } from "../lib/words";
import { m } from "../paraglide/messages.js";
import { getLocale } from "../paraglide/runtime.js";
import type {
  AccessWords,
  ConcertStatus,
  JournalKind,
  Missing,
  PlanFault,
  Refusal,
  TierToEdit,
} from "./backend";

export const statusWord = (status: ConcertStatus) =>
  ({ draft: m.admin_draft, published: m.admin_published, archived: m.admin_archived })[status]();

export const missingWord = (missing: Missing, tiers: readonly TierToEdit[]) =>
  ({
    no_tier: m.admin_missing_no_tier,
    no_seats: m.admin_missing_no_seats,
    no_date: m.admin_missing_no_date,
    past_date: m.admin_missing_past_date,
    free_tier: () => m.admin_missing_free_tier({ tiers: freeTiers(tiers) }),
    all_free: m.admin_missing_all_free,
    no_places: m.admin_missing_no_places,
  })[missing]();

/** What is ticked to go on sale all the same; nothing can be ticked for what has to be there. */
export const althoughWord = (missing: Missing, tiers: readonly TierToEdit[]): string | null =>
  ({
    no_tier: () => null,
    no_seats: () => null,
    no_date: m.admin_although_no_date,
    past_date: m.admin_although_past_date,
    free_tier: () => m.admin_although_free_tier({ tiers: freeTiers(tiers) }),
    all_free: m.admin_although_all_free,
    no_places: m.admin_although_no_places,
  })[missing]();

const freeTiers = (tiers: readonly TierToEdit[]) =>
  tiers
    .filter((tier) => tier.price === 0 && tier.seats > 0)
    .map((tier) => tier.label)
    .join(", ");

export const kindWord = (kind: JournalKind) =>
  ({
    hold: m.admin_kind_hold,
    release: m.admin_kind_release,
    confirm: m.admin_kind_confirm,
    cancel: m.admin_kind_cancel,
    sweep: m.admin_kind_sweep,
    resolve: m.admin_kind_resolve,
    look_up: m.admin_kind_look_up,
    print: m.admin_kind_print,
    manage: m.admin_kind_manage,
  })[kind]();

/** What a manager did, by the name under which the engine journals it; a new one shows as it is. */
const DOINGS: Record<string, () => string> = {
  create_concert: m.admin_did_create_concert,
  edit_concert: m.admin_did_edit_concert,
  publish_concert: m.admin_did_publish_concert,
  pause_sales: m.admin_did_pause_sales,
  resume_sales: m.admin_did_resume_sales,
  archive_concert: m.admin_did_archive_concert,
  delete_concert: m.admin_did_delete_concert,
  duplicate_concert: m.admin_did_duplicate_concert,
  add_tier: m.admin_did_add_tier,
  edit_tier: m.admin_did_edit_tier,
  remove_tier: m.admin_did_remove_tier,
  add_seats: m.admin_did_add_seats,
  edit_seats: m.admin_did_edit_seats,
  set_rules: m.admin_did_set_rules,
  unmask: m.admin_did_unmask,
  vouch: m.admin_did_vouch,
  search: m.admin_did_search,
  report: m.admin_did_report,
  accesses: m.admin_did_accesses,
  add_login: m.admin_did_add_login,
  open_enrolment: m.admin_did_open_enrolment,
  enrol: m.admin_did_enrol,
  rename_login: m.admin_did_rename_login,
  remove_login: m.admin_did_remove_login,
  end_removed: m.admin_did_end_removed,
};
const KINDS: JournalKind[] = ["confirm", "look_up", "print", "cancel"];
/** The words of a month's record of access. */
export const accessWords = (): AccessWords => ({
  at: m.admin_time(),
  login: m.admin_login(),
  counter: m.admin_counter(),
  address: m.admin_address(),
  program: m.admin_program(),
  action: m.admin_kind(),
  reservation: m.done_number(),
  concert: m.nav_concerts(),
  actions: Object.fromEntries([
    ...KINDS.map((kind) => [kind, kindWord(kind)]),
    ...Object.entries(DOINGS).map(([what, word]) => [what, word()]),
  ]),
});

export const didWord = (what: string) => DOINGS[what]?.() ?? what;

/** A login that is no manager's is told so in a manager's words. */
export const adminWords = (error: Refusal) =>
  error.code === "not_a_counter" ? m.admin_not_a_manager() : words(error);

/** What is wrong, with what stood there. */
export function faultWord({ code, value }: PlanFault): string {
  const what = {
    no_seats: m.admin_fault_no_seats,
    too_many_seats: m.admin_fault_too_many_seats,
    out_of_range: m.admin_fault_out_of_range,
    no_tier: m.admin_fault_no_tier,
    invalid_tier: m.admin_fault_invalid_tier,
    too_many_tiers: m.admin_fault_too_many_tiers,
    repeated_tier: m.admin_fault_repeated_tier,
    invalid_price: m.admin_fault_invalid_price,
    invalid_section: m.admin_fault_invalid_section,
    invalid_row: m.admin_fault_invalid_row,
    invalid_label: m.admin_fault_invalid_label,
    repeated_label: m.admin_fault_repeated_label,
    no_position: m.admin_fault_no_position,
    far_out: m.admin_fault_far_out,
    same_spot: m.admin_fault_same_spot,
  }[code]();
  return value === null || value === "" ? what : `${what}: ${value}`;
}

export function ago(seconds: number): string {
  if (seconds < 60) return m.admin_seconds_ago({ count: count(seconds) });
  if (seconds < 3600) return m.admin_minutes_ago({ count: count(Math.floor(seconds / 60)) });
  if (seconds < 86_400) return m.admin_hours_ago({ count: count(Math.floor(seconds / 3600)) });
  return m.admin_days_ago({ count: count(Math.floor(seconds / 86_400)) });
}

export const seats = (n: number) => m.seats_count({ count: count(n) });

/** To the second, for the journal. */
export const moment = (at: string, timeZone: string) =>
  new Intl.DateTimeFormat(getLocale() === "ko" ? "ko-KR" : "en-US", {
    timeZone,
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));
