import { expect, test } from "vitest";
import { clock, day, maskPhone, phone, phoneDigitsOver, won } from "../src/lib/format";

test("a phone number is grouped as it is typed", () => {
  expect(["0", "010", "0101", "0101234", "01012345", "01012345678", "0111234567"].map(phone)).toEqual([
    "0",
    "010",
    "010-1",
    "010-1234",
    "010-1234-5",
    "010-1234-5678",
    "011-123-4567",
  ]);
});

test("the mask keeps the caret behind the digit that was typed", () => {
  expect(maskPhone("0101", 4)).toEqual({ value: "010-1", caret: 5 });
  expect(maskPhone("0109-1234-5678", 4)).toEqual({ value: "010-9123-45678", caret: 5 });
  expect(maskPhone("010-1234-5678", 2)).toEqual({ value: "010-1234-5678", caret: 2 });
});

test("what is not a number is left for Rust to refuse, not mended", () => {
  expect(phone("<script>")).toBe("<script>");
  expect(phone("+82 10")).toBe("+82 10");
});

test("time left is rounded up, so that 0:00 is never shown while there is time", () => {
  expect([300_000, 299_001, 1, 0, -5].map(clock)).toEqual(["5:00", "5:00", "0:01", "0:00", "0:00"]);
});

test("a concert is shown in the venue's time, whatever the PC's", () => {
  const shown = day("2026-12-24T15:30:00Z", "Asia/Seoul");
  expect(shown?.day).toBe("25");
  expect(shown?.monthAndWeekday).toBe("12월 금요일");
  expect(day(null, "Asia/Seoul")).toBeNull();
  expect(won(1_234_567)).toBe("₩1,234,567");
});

test("no digit is cut off, and one too many is said", () => {
  expect(phone("010123445678")).toBe("010-1234-45678");
  expect(["010-1234-5678", "010123445678", "0101234", "82-10-1234-5678"].map(phoneDigitsOver)).toEqual([
    0, 1, 0, 0,
  ]);
});

test("a number with the country's code becomes the national one once it is whole", () => {
  const whole = [
    "+82 10-1234-5678",
    "82-10-1234-5678",
    "+821012345678",
    "0082 10 1234 5678",
    "+82 (0)10-1234-5678",
  ];
  expect(whole.map(phone)).toEqual(whole.map(() => "010-1234-5678"));
  const begun = ["+", "+82 10-1234", "82-10-12", "821012345"];
  expect(begun.map(phone)).toEqual(begun);
});

test("what an address book leaves around a number goes", () => {
  const copied = [
    "\u202a010-1234-5678\u202c",
    "\u202d01012345678\u202c",
    "010—1234—5678",
    "\ufeff010-1234-5678\u200b",
  ];
  expect(copied.map(phone)).toEqual(copied.map(() => "010-1234-5678"));
});
