// What whoever runs the server should set otherwise, in words. A doubt without a text does not compile.
import { m } from "../paraglide/messages.js";
import type { ServerDoubt } from "./backend";
import { count } from "./format";

export function doubtWords(doubt: ServerDoubt): string {
  switch (doubt.doubt) {
    case "fsync_off":
      return m.doubt_fsync_off();
    case "full_page_writes_off":
      return m.doubt_full_page_writes_off();
    case "synchronous_commit_off":
      return m.doubt_synchronous_commit_off();
    case "unencrypted":
      return m.doubt_unencrypted();
    case "customers_logged":
      return m.doubt_customers_logged();
    case "few_connections":
      return m.doubt_few_connections({ allowed: count(doubt.allowed), wanted: count(doubt.wanted) });
  }
}
