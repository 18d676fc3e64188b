// The real screens over a pretended shell: what each command answers is chosen by the address.
import { mockIPC } from "@tauri-apps/api/mocks";
import { answers } from "./answers";

const asked = new URLSearchParams(location.search);
const table = answers(asked);
mockIPC(
  (command) => {
    const answer = table[command];
    if (answer === undefined) throw { code: "database", sqlstate: "XX000" };
    const value = answer();
    return value instanceof Promise ? value : Promise.resolve(value);
  },
  { shouldMockEvents: true },
);
void import("../src/main");
