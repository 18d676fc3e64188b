// What the shell would answer about a venue's files: a list without doubts, one with many, and a chart.
import type { SeatMap } from "../src/lib/bindings";
import type {
  About,
  Choice,
  Count,
  Doubt,
  FileRead,
  HallRead,
  Heading,
  Place,
} from "../src/lib/bindings.admin";

const at = (row: number | null, column: string | null, sheet: string | null = null, file = 0): Place => ({
  file,
  sheet,
  row,
  column,
});
const counted = (name: string, seats: number, written: number | null = null): Count => ({
  name,
  seats,
  written,
});
const leave: Choice = { choice: "leave_out" };
const named = (value: string): Choice => ({ choice: "name", value });
const price = (value: number): Choice => ({ choice: "price", value });

/** A doubt that is open; another is made of it by saying more. */
const doubt = (
  about: About,
  value: string,
  places: Place[],
  choices: Choice[],
  more: Partial<Doubt> = {},
): Doubt => ({
  key: `${about.code}:${value}`,
  about,
  places,
  times: places.length,
  value,
  choices,
  takes_names: false,
  default: null,
  chosen: null,
  ...more,
});
const assumed = (about: About, value: string, places: Place[], choices: [Choice, ...Choice[]]) =>
  doubt(about, value, places, choices, { default: choices[0], chosen: choices[0] });
const note = (about: About, value: string, places: Place[]) =>
  doubt(about, value, places, [], { default: { choice: "noted" }, chosen: { choice: "noted" } });

const heading = (text: string, column: string, meaning: Heading["meaning"], samples: string[]): Heading => ({
  key: `heading:${text === "" ? `column ${column}` : text}`,
  place: at(4, column, "좌석표"),
  text,
  meaning,
  samples,
});
const headings: Heading[] = [
  heading("등급", "A", "tier", ["VIP석", "R석", "S석"]),
  heading("층", "B", "floor", ["1층", "2층"]),
  heading("구역", "C", "section", ["A", "B", "C", "D"]),
  heading("열", "D", "row", ["1", "2", "3"]),
  heading("좌석번호", "E", "number", ["1~12", "1 2 3 5 6 7", "13-22"]),
  heading("좌석수", "F", "count", ["12", "6", "10"]),
];
const list: FileRead = {
  name: "2026 송년음악회 좌석현황 (기획사).xlsx",
  kind: "seat_list",
  lines: 198,
  seats: 1497,
  tiers: 4,
  floors: ["1층", "2층"],
  sections: 5,
  headings,
};
const chart: FileRead = {
  name: "대극장 좌석배치도.xlsx",
  kind: "chart",
  lines: 0,
  seats: 1497,
  tiers: 3,
  floors: ["1층", "2층"],
  sections: 5,
  headings: [],
};

const carried = assumed(
  { code: "carried_down", meaning: "tier" },
  "R석",
  [at(7, "A", "좌석표"), at(8, "A", "좌석표")],
  [{ choice: "carry_down" }, leave],
);

export type HallCase = "list" | "doubts" | "chart" | "repeats";

export function hallRead(which: HallCase, map: SeatMap, plan: string): HallRead {
  const preview = { plan, map: { ...map, status: map.status.map(() => "available" as const) } };
  const sections = map.sections.map((name, section) =>
    counted(name, map.section.filter((one) => one === section).length),
  );
  const tiers = map.tiers.map((tier) => counted(tier.label, tier.total, tier.total));
  const read: HallRead = {
    preview,
    faults: [],
    settled: true,
    files: [list],
    counts: { seats: map.ids.length, written: map.ids.length, sections, tiers },
    doubts: [carried],
    more_doubts: 0,
    blocks: [],
  };
  switch (which) {
    case "list":
      return read;
    case "repeats":
      return {
        ...read,
        preview: null,
        settled: false,
        files: [
          {
            ...list,
            name: "02-twin-seats.csv",
            lines: 7,
            seats: 2,
            tiers: 1,
            floors: [],
            sections: 1,
            headings: [],
          },
        ],
        doubts: [
          doubt(
            { code: "repeated_seat" },
            "가구역 1열 1번",
            [2, 3, 4, 5, 6, 7].map((row) => at(row, null)),
            [{ choice: "first" }, { choice: "number_them" }],
          ),
        ],
      };
    case "doubts":
      return {
        ...read,
        settled: false,
        files: [
          { ...list, headings: [...headings, heading("비고", "H", null, ["통로", "음향석 앞", "휠체어"])] },
        ],
        counts: {
          seats: map.ids.length,
          written: map.ids.length + 12,
          sections,
          tiers: tiers.map((tier, place) => (place === 1 ? { ...tier, written: tier.seats + 12 } : tier)),
        },
        doubts: [
          doubt(
            { code: "price_of_concert", concert: 100_000, file: 132_000 },
            "R석",
            [at(12, "G", "좌석표")],
            [price(100_000), price(132_000)],
          ),
          doubt(
            { code: "no_tier" },
            "",
            [at(31, null, "좌석표"), at(32, null, "좌석표"), at(40, null, "2층")],
            [named("VIP석"), named("R석"), named("S석")],
            { takes_names: true, times: 24 },
          ),
          doubt(
            { code: "date_cell" },
            "1월 12일",
            [at(88, "E", "좌석표")],
            [{ choice: "range" }, { choice: "one_seat" }, leave],
            { chosen: { choice: "range" } },
          ),
          carried,
          assumed({ code: "empty_number" }, "1층 B 14 R석", [at(14, "E", "좌석표")], [leave]),
          assumed(
            { code: "count_differs", written: 12, found: 11 },
            "1 2 3 5 6 7 8 9 10 11 12",
            [at(22, null, "좌석표")],
            [{ choice: "numbers" }, leave],
          ),
          note({ code: "no_price" }, "휠체어석", [at(120, null, "좌석표")]),
          doubt({ code: "unknown_heading", samples: ["통로"] }, "비고", [at(4, "H", "좌석표")], [leave], {
            default: leave,
            chosen: leave,
          }),
          note({ code: "sheet_left_out" }, "표지", [at(null, null, "표지")]),
        ],
      };
    case "chart":
      return {
        ...read,
        settled: false,
        files: [list, chart],
        doubts: [
          doubt(
            { code: "unknown_colour", seats: 14 },
            "#c5e0b4",
            [at(31, "AC", "1층", 1)],
            [named("R석"), named("S석"), leave],
            { takes_names: true },
          ),
          assumed(
            { code: "total_differs", written: 72, found: 70 },
            "나블록 (72석)",
            [at(6, "M", "1층", 1)],
            [{ choice: "numbers" }],
          ),
          assumed(
            { code: "only_in_list" },
            "2층 D구역 9열 1번",
            [at(190, null, "좌석표")],
            [{ choice: "lay_out" }, leave],
          ),
          note({ code: "unread_texts" }, "※ 시야 제한석 있음", [
            at(60, "B", "1층", 1),
            at(61, "B", "1층", 1),
          ]),
        ],
        blocks: [
          ["가", "1층", "rising", 49, 49],
          ["나", "1층", "snake", 70, 72],
          [null, "2층", "falling", 49, null],
        ].map(([name, floor, numbering, seats, written], place) => ({
          key: `1층!${"ANZ"[place]}7`,
          place: at(7, "ANZ"[place]!, `${floor}`, 1),
          to: `${["L", "Y", "AL"][place]}14`,
          name,
          floor,
          rows: ["1", "2", "3", "4", "5", "6", "7", "8"],
          numbering,
          seats,
          written,
        })) as HallRead["blocks"],
      };
  }
}
