// The one door to the shell.
import { commands } from "./bindings";
import type { Error as Refusal } from "./bindings";

export { commands };
export type * from "./bindings";
export type { Refusal };
export type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Refusal };
