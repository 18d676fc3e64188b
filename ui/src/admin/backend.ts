// The admin build's door to the shell: what managers may ask. The counter build has none of these commands.
import { commands as admin } from "../lib/bindings.admin";

export { admin };
export { commands } from "../lib/backend";
export type { Answer, Refusal } from "../lib/backend";
export type * from "../lib/bindings.admin";
