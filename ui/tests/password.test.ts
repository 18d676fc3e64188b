import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { asKeys } from "../src/lib/keyboard";
import Password from "../src/views/Password.svelte";

afterEach(cleanup);

const field = () => screen.getByTestId<HTMLInputElement>("password");
const says = () => screen.queryByTestId("password-says")?.textContent?.trim();

async function type(text: string, composing = false) {
  field().value = text;
  await fireEvent(field(), new InputEvent("input", { bubbles: true, isComposing: composing }));
}

test("Hangul counts as the letters on its keys, and the caret stays behind the same key", () => {
  expect(asKeys("김철수", 2)).toEqual({ value: "rlacjftn", caret: 6 });
  expect(asKeys("까1!쌍", 2)).toEqual({ value: "Rk1!Tkd", caret: 3 });
  // As a Mac gives it, in pieces.
  expect(asKeys("가".normalize("NFD"), 2)).toEqual({ value: "rk", caret: 2 });
  expect(asKeys("pw-2468", 3)).toEqual({ value: "pw-2468", caret: 3 });
});

test("a password in the other layout is the same password, and the field says so", async () => {
  render(Password, { label: "비밀번호", value: "", "data-testid": "password" });
  await type("rla1");
  expect(says()).toBeUndefined();
  await type("김1");
  expect(field().value).toBe("rla1");
  expect(says()).toContain("영문 글자");
});

test("a syllable that is being composed is left alone until it is finished", async () => {
  render(Password, { label: "비밀번호", value: "", shown: true, "data-testid": "password" });
  await type("기", true);
  expect(field().value).toBe("기");
  await fireEvent(field(), new CompositionEvent("compositionend", { bubbles: true, data: "기" }));
  expect(field().value).toBe("rl");
});

test("the field says that Caps Lock is on, and no longer when it is off", async () => {
  render(Password, { label: "비밀번호", value: "", "data-testid": "password" });
  await fireEvent.keyDown(field(), { key: "A", modifierCapsLock: true });
  expect(says()).toContain("Caps Lock");
  await fireEvent.keyDown(field(), { key: "a", modifierCapsLock: false });
  expect(says()).toBeUndefined();
});
