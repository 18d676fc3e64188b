// Codes to words: the one place. A code without a text does not compile.
import { m } from "../paraglide/messages.js";
import type { Refusal } from "./backend";
import { count, won } from "./format";
import { limits } from "./limits";
import { obstacleWords } from "./obstacles";

/** Fields of a form, by the names under which they are refused. */
const FIELDS: Record<string, () => string> = {
  host: m.field_host,
  port: m.field_port,
  database: m.field_database,
  login: m.field_login,
  password: m.field_login_password,
  ca_certificate: m.field_ca,
  counter_name: m.settings_counter,
};

function fieldWords(field: string): string {
  if (field === "stock") return m.stock_hint();
  const named = FIELDS[field];
  return named === undefined ? m.err_invalid_field() : m.err_field({ field: named() });
}

export function words(error: Refusal): string {
  switch (error.code) {
    case "seats_taken":
      return m.sold_now();
    case "hold_expired":
      return m.err_hold_expired();
    case "price_changed":
      return m.err_price_changed({ price: won(error.total) });
    case "concert_not_on_sale":
      return m.err_concert_not_on_sale();
    case "unknown_seats":
      return m.err_unknown_seats();
    case "no_seats":
      return m.err_no_seats();
    case "too_many_seats":
      return m.seat_limit({ limit: error.limit });
    case "seat_repeated":
      return m.err_seat_repeated();
    case "invalid_name":
      return m.err_invalid_name({ longest: limits.customerName.most });
    case "invalid_phone":
      return m.err_invalid_phone();
    case "phone_not_mobile":
      return m.err_phone_not_mobile();
    case "no_walk_up_sales":
      return m.err_no_walk_up_sales();
    case "unknown_ticket":
      return m.err_unknown_ticket();
    case "neither_number_nor_phone":
      return m.err_neither_number_nor_phone();
    case "not_a_manager":
      return m.err_not_a_manager();
    case "invalid_password":
      return m.err_invalid_password({ shortest: error.shortest, longest: error.longest });
    case "no_match":
      return m.err_no_match();
    case "too_many_look_ups":
      return m.err_too_many_look_ups({ minutes: Math.ceil(error.seconds / 60) });
    case "ticket_expired":
      return m.err_ticket_expired();
    case "already_cancelled":
      return m.err_already_cancelled();
    case "cancel_too_late":
      return m.err_cancel_too_late();
    case "outcome_unknown":
      return m.err_outcome_unknown();
    case "offline":
      return m.err_offline();
    case "busy":
      return m.err_busy();
    case "wrong_login":
      return m.err_wrong_login();
    case "cannot_connect":
      return obstacleWords(error.why);
    case "certificate_refused":
      return m.err_certificate_refused();
    case "not_a_counter":
      return m.err_not_a_counter();
    case "schema_older":
      return m.err_schema_older();
    case "schema_newer":
      return m.err_schema_newer();
    case "no_server":
      return m.err_no_server();
    case "no_postgres_here":
      return m.err_no_postgres_here();
    case "this_pc_failed":
      return m.err_this_pc_failed();
    case "settings_not_saved":
      return m.err_settings_not_saved();
    case "invalid_field":
      return fieldWords(error.field);
    case "no_print_service":
      return m.err_no_print_service();
    case "unknown_printer":
      return m.err_unknown_printer();
    case "printer_refused":
      return m.err_printer_refused();
    case "keyring_unavailable":
      return m.err_keyring_unavailable();
    case "intents_not_recorded":
      return m.err_intents_not_recorded();
    case "too_many_holds":
      return m.err_too_many_holds({ limit: error.limit });
    case "held_just_now":
      return m.err_held_just_now();
    case "schema_foreign":
      return m.err_schema_foreign();
    case "counter_name_taken":
      return m.err_counter_name_taken();
    case "intents_in_use":
      return m.err_intents_in_use();
    case "verbs_changed":
      return m.err_verbs_changed();
    case "answer_unreadable":
      return m.err_answer_unreadable();
    case "internal":
      return m.err_internal();
    case "database":
      return m.err_database();
    case "unknown_concert":
      return m.admin_err_unknown_concert();
    case "unknown_reservation":
      return m.admin_err_unknown_reservation();
    case "invalid_reason":
      return m.admin_err_invalid_reason({ longest: error.longest });
    case "owner_needed":
      return m.admin_err_owner_needed();
    case "file_not_saved":
      return m.admin_err_file_not_saved();
    case "concert_changed":
    case "rules_changed":
      return m.admin_err_changed();
    case "concert_incomplete":
      return m.admin_err_incomplete();
    case "wrong_status":
      return m.admin_err_wrong_status();
    case "concert_has_sales":
      return m.admin_err_has_sales({ count: count(error.sold) });
    case "sales_over":
      return m.err_sales_over();
    case "sales_paused":
      return m.err_sales_paused();
    case "label_taken":
      return m.admin_err_label_taken();
    case "tier_in_use":
      return m.admin_err_tier_in_use({ count: count(error.seats) });
    case "plan_faults":
      return m.admin_err_plan_faults({ count: count(error.faults.length) });
    case "seat_labels_taken":
      return m.admin_err_seat_labels_taken({ labels: error.labels.slice(0, 5).join(", ") });
    case "login_taken":
      return m.admin_err_login_taken();
    case "unknown_login":
      return m.admin_err_unknown_login();
    case "stopped":
      return m.admin_seats_cancelled();
    default:
      return error satisfies never;
  }
}

/** Errors of confirm that are about what was typed; every other one is the fixed text of a failed transaction. */
export function confirmWords(error: Refusal): string {
  switch (error.code) {
    case "invalid_name":
    case "invalid_phone":
    case "phone_not_mobile":
    case "no_walk_up_sales":
    case "invalid_password":
    case "price_changed":
    case "hold_expired":
    case "concert_not_on_sale":
    case "sales_over":
    case "sales_paused":
      return words(error);
    default:
      return m.err_confirm_failed();
  }
}

/** Errors of cancel that are a rule; every other one is the fixed text of a failed transaction. */
export function cancelWords(error: Refusal): string {
  switch (error.code) {
    case "already_cancelled":
    case "cancel_too_late":
    case "ticket_expired":
    case "concert_not_on_sale":
      return words(error);
    default:
      return m.err_cancel_failed();
  }
}
