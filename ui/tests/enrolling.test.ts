// A new counter's file, made on one PC and taken in on another.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Adding } from "../src/admin/adding.svelte";
import { app } from "../src/lib/app.svelte";
import { Enrolling } from "../src/lib/enrolling.svelte";
import { m } from "../src/paraglide/messages.js";

type Args = Record<string, unknown>;
let answers: Record<string, (args: Args) => unknown>;
let asked: [string, Args][];
const refuse = (code: string, more = {}) => Promise.reject({ code, ...more });
/** What a browser's file has, and the one of these tests has not. */
const file = (text: string) =>
  Object.assign(new File([text], "counter_9.maepyo"), {
    slice: () => ({ text: () => Promise.resolve(text) }),
  }) as unknown as File;
const of = (command: string) => asked.filter(([name]) => name === command);

const told = {
  login: "counter_9",
  host: "box.example",
  port: 5432,
  database: "maepyo",
  ca_certificate: null,
  valid_until: "2035-12-31T05:30:00Z",
};
const made = { path: "/home/manager/counter_9.maepyo", code: "K7Q2M-93FDX", valid_until: told.valid_until };
const remote = {
  kind: "remote",
  host: "box.example",
  port: 5432,
  database: "maepyo",
  login: "manager_1",
  ca_certificate: null,
};

beforeEach(() => {
  app.notice = null;
  asked = [];
  answers = { read_enrolment: () => told, boot: () => ({ server: remote }), add_counter: () => made };
  mockIPC((command, args) => {
    const name = command.replace("plugin:admin|", "");
    asked.push([name, args as Args]);
    return answers[name]?.(args as Args);
  });
});
afterEach(() => clearMocks());

test("a file is read before its code is typed, and sent as it is", async () => {
  const enrolling = new Enrolling();
  await enrolling.take(file("the file\n"));
  expect(enrolling.told).toEqual(told);
  enrolling.code = "k7q2m-93fd";
  expect(await enrolling.enrol(), "a digit is missing").toBe(null);
  enrolling.code = "k7q2m-93fdx";
  answers.enrol = () => refuse("cannot_enrol", { why: "wrong_code" });
  expect(await enrolling.enrol()).toBe(null);
  expect(of("enrol")[0]?.[1]).toEqual({ file: "the file\n", code: "k7q2m-93fdx" });
  expect(enrolling.trouble).toBe(m.enrol_wrong_code());
  expect(enrolling.code, "what was typed stays").toBe("k7q2m-93fdx");
});

test("a file that is refused takes the place of the one before", async () => {
  const enrolling = new Enrolling();
  await enrolling.take(file("good"));
  enrolling.code = "k7q2m93fdx";
  answers.read_enrolment = () => refuse("cannot_enrol", { why: "changed" });
  await enrolling.take(file("bad"));
  expect([enrolling.told, enrolling.code, enrolling.complete]).toEqual([null, "", false]);
  expect(enrolling.trouble).toBe(m.enrol_changed());
});

test("a counter is added at the manager's own server, unless another name is typed", async () => {
  const adding = new Adding();
  await adding.prefill();
  expect([adding.host, adding.port, adding.complete]).toEqual(["box.example", "5432", false]);
  adding.login = "counter_9";
  adding.host = " localhost ";
  expect([adding.complete, adding.ofEachPc]).toEqual([true, true]);
  await adding.add();
  expect(of("add_counter")[0]?.[1]).toEqual({ login: "counter_9", host: "localhost", port: 5432 });
  expect(adding.made).toEqual({ ...made, login: "counter_9" });
  expect(adding.login).toBe("");
});

test("no counter is added to a server that no other PC reaches", async () => {
  answers.boot = () => ({ server: { kind: "this_pc" } });
  const adding = new Adding();
  await adding.prefill();
  Object.assign(adding, { login: "counter_9", host: "box.example", port: "5432" });
  await adding.add();
  expect(of("add_counter")).toHaveLength(0);
});

test("a counter whose answer was lost has no file, and the manager is told", async () => {
  answers.add_counter = () => refuse("outcome_unknown", { operation: "o" });
  answers.resolve = () => ({ outcome: "done" });
  const adding = new Adding();
  await adding.prefill();
  adding.login = "counter_9";
  await adding.add();
  expect(adding.made).toBe(null);
  expect(app.notice?.text).toBe(m.admin_counter_lost({ login: "counter_9" }));
});
