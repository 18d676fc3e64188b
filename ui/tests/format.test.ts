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

test("a number that is no mobile's is grouped as people write it, as far as it is typed", () => {
  const typed = [
    "02",
    "021",
    "02123",
    "021234",
    "021234567",
    "0212345678",
    "0311234567",
    "03112345678",
    "07012345678",
    "0507123",
    "05051234567",
    "050712345678",
    "15881234",
    "1588",
  ];
  expect(typed.map(phone)).toEqual([
    "02",
    "02-1",
    "02-123",
    "02-123-4",
    "02-123-4567",
    "02-1234-5678",
    "031-123-4567",
    "031-1234-5678",
    "070-1234-5678",
    "0507-123",
    "0505-123-4567",
    "0507-1234-5678",
    "1588-1234",
    "1588",
  ]);
  expect(["+82 2-123-4567", "+82 2 1234 5678", "+82 507-1234-5678"].map(phone)).toEqual([
    "02-123-4567",
    "02-1234-5678",
    "0507-1234-5678",
  ]);
  expect(phone("+81 90-1234-5678")).toBe("+81 90-1234-5678");
});

test("of whatever number a digit too many is said and none is cut", () => {
  const over = ["02123456789", "031123456789", "0507123456789", "158812345", "+81901234567890123"];
  expect(over.map(phoneDigitsOver)).toEqual([1, 1, 1, 1, 2]);
  expect(over.map((typed) => phone(typed).replace(/[^\d+]/g, ""))).toEqual(over);
  expect(["0212345678", "050712345678", "15881234", "+819012345678"].map(phoneDigitsOver)).toEqual([
    0, 0, 0, 0,
  ]);
});
