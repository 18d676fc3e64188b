// The one door to the shell.
import { commands } from "./bindings";
import type { Refusal } from "./bindings";

export { commands };
export type * from "./bindings";
export type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Refusal };
