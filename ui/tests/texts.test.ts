import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Refusal } from "../src/lib/backend";
import { cancelWords, confirmWords, words } from "../src/lib/words";

const database: Refusal = { code: "database", sqlstate: "XX000" };

test("the fixed texts are the fixed texts, word for word", () => {
  expect(words({ code: "seats_taken", seats: [] })).toBe(
    "선택하신 좌석 중 일부가 방금 판매되었습니다. 좌석을 다시 선택해주세요.",
  );
  expect(words({ code: "hold_expired" })).toBe(
    "좌석 선점 시간이 만료되었습니다. 죄송하지만 좌석 선택 단계로 다시 진행해주세요.",
  );
  expect(confirmWords(database)).toBe("예약 처리 중 오류가 발생했습니다. 잠시 후 다시 시도해주세요.");
  expect(words({ code: "no_match" })).toBe("일치하는 예약 정보가 없습니다.");
  expect(cancelWords(database)).toBe("예약 취소 중 오류가 발생했습니다. 잠시 후 다시 시도해주세요.");
});

test("a cut line reads the same as a database error on the form and in cancel", () => {
  for (const error of [{ code: "offline" }, { code: "busy" }] as Refusal[]) {
    expect(confirmWords(error)).toBe(confirmWords(database));
    expect(cancelWords(error)).toBe(cancelWords(database));
  }
});

test("both languages have every message", () => {
  const keys = ["ko", "en"].map((language) =>
    Object.keys(JSON.parse(readFileSync(`messages/${language}.json`, "utf8"))).sort(),
  );
  expect(keys[1]).toEqual(keys[0]);
});
