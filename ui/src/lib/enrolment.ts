// Why a file can't be enrolled with, in words. A reason without a text does not compile.
import { m } from "../paraglide/messages.js";
import type { EnrolmentFault } from "./backend";

const WORDS: Record<EnrolmentFault, () => string> = {
  unreadable: m.enrol_unreadable,
  changed: m.enrol_changed,
  wrong_code: m.enrol_wrong_code,
  used: m.enrol_used,
  over: m.enrol_over,
};

export const enrolmentWords = (fault: EnrolmentFault) => WORDS[fault]();
