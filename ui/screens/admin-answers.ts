// What a manager's shell would answer: the same evening as in answers.ts, seen from the other side.
import type { SeatMap } from "../src/lib/bindings";
import type {
  ConcertListed,
  ConcertToEdit,
  JournalRow,
  LiveHold,
  Login,
  Missing,
  NewCounter,
  Occupancy,
  OnOffer,
  Overview,
  PlanFault,
  PlanPreview,
  ReservationListed,
  RulesToEdit,
  SalesChart,
  SalesOf,
  SeatsToEdit,
  SweepStatus,
} from "../src/lib/bindings.admin";
import { hallRead, type HallCase } from "./hall-answers";

type Answers = Record<string, () => unknown>;

const id = (n: number) => `${String(n * 7919 + 4096).padStart(8, "0")}-0000-4000-8000-000000000000`;
const never = () => new Promise(() => {});
const refuse =
  (code: string, more = {}) =>
  () =>
    Promise.reject({ code, ...more });

const listed = (
  n: number,
  title: string,
  venue: string,
  starts_at: string | null,
  status: ConcertListed["status"],
  seats: number,
  sold: number,
  revenue: number,
): ConcertListed => ({
  id: id(n),
  title,
  venue,
  starts_at,
  status,
  paused: false,
  version: 3,
  seats,
  sold,
  withheld: 12,
  on_hold: 7,
  revenue,
  deleted: false,
});
const concerts = [
  listed(
    1,
    "겨울밤 — 시립교향악단 정기연주회",
    "대극장",
    "2026-12-24T10:30:00Z",
    "published",
    1944,
    1173,
    131_021_000,
  ),
  listed(
    2,
    "앙코르 스타디움 콘서트",
    "주경기장",
    "2026-12-26T09:00:00Z",
    "published",
    50_000,
    22_587,
    2_710_440_000,
  ),
  listed(3, "창극 〈달의 노래〉", "달빛극장", "2026-12-27T06:00:00Z", "published", 1221, 1163, 51_172_000),
  listed(
    4,
    "아주 긴 제목의 공연도 표 안에서 단어 단위로 줄이 바뀌어야 합니다 — 송년 특별 음악회",
    "음악당",
    null,
    "draft",
    2505,
    0,
    0,
  ),
  listed(5, "가을 재즈의 밤", "체조홀", "2026-10-03T09:00:00Z", "archived", 400, 396, 19_404_000),
  { ...listed(6, "잘못 만든 공연", "", null, "draft", 0, 0, 0), deleted: true },
];

/** Sales as they come: fast at first, slower later, some of them cancelled. */
function chart(): SalesChart {
  const at: number[] = [];
  const sold: number[] = [];
  const cancelled: number[] = [];
  for (let step = 0; step < 120; step++) {
    at.push(1_796_000_000 + step * 21_600);
    sold.push(Math.round(2100 * (1 - Math.exp(-step / 45)) + ((step * 37) % 11)));
    cancelled.push(Math.round(step * 1.4 + ((step * 13) % 5)));
  }
  return {
    at,
    sold: sold.map((_, i) => Math.max(...sold.slice(0, i + 1))),
    cancelled: cancelled.map((_, i) => Math.max(...cancelled.slice(0, i + 1))),
  };
}

const overview: Overview = {
  sold_today: 1284,
  revenue_today: 138_402_000,
  sold: 25_319,
  revenue: 2_912_037_000,
  cancelled_today: 14,
  held_now: 37,
  overdue_holds: 2,
  sweepers: [
    {
      login: "manager_1",
      name: "관리 사무실",
      seconds_ago: 4,
      freed_last_pass: 2,
      freed_in_all: 1873,
      this_pc: true,
      alive: true,
    },
    {
      login: "manager_2",
      name: "하우스 매니저",
      seconds_ago: 7200,
      freed_last_pass: 0,
      freed_in_all: 41,
      this_pc: false,
      alive: false,
    },
  ],
};
const swept: SweepStatus = {
  every_seconds: 5,
  passes: 812,
  freed: 96,
  last: { ms_ago: 4000, freed: 2, error: null },
  ended: [{ login: "counter_3", stood_seconds: 12, ms_ago: 65_000 }],
};

const tiers = (
  [
    ["VIP석", 165_000, 240, 219],
    ["R석", 132_000, 520, 398],
    ["S석", 99_000, 480, 311],
    ["A석", 66_000, 704, 245],
  ] as const
).map(([label, price, seats, sold], n) => ({ id: id(20 + n), label, price, seats, sold }));

const concert: ConcertToEdit = {
  id: id(1),
  form: {
    title: concerts[0]!.title,
    venue: "대극장",
    starts_at: "2026-12-24T10:30:00Z",
    note: "1층 로비에서 프로그램북을 판매합니다.",
  },
  status: "published",
  paused: false,
  version: 3,
  tiers,
  seats: 1944,
  sold: 1173,
  held: 7,
  withheld: 12,
  missing: [],
};
const draft = (missing: Missing[]): ConcertToEdit => ({
  ...concert,
  status: "draft",
  form: { ...concert.form, starts_at: missing.includes("no_date") ? null : concert.form.starts_at },
  tiers: missing.includes("no_tier") ? [] : tiers,
  seats: missing.includes("no_seats") ? 0 : 1944,
  sold: 0,
  held: 0,
  withheld: 0,
  missing,
});

const offered: OnOffer[] = ["1층 A", "1층 B", "1층 C", "2층 D"].flatMap((section, n) =>
  tiers.slice(n === 3 ? 2 : 0, n === 3 ? 3 : 2).map(({ label: tier, price }, place) => ({
    section,
    tier,
    price,
    seats: 180 + 90 * n + 60 * place,
    withheld: place === 0 ? 6 : 0,
  })),
);

const occupancy = (label: string, price: number | null, seats: number, sold: number): Occupancy => ({
  label,
  price,
  seats,
  sold,
  held: 3,
  withheld: 4,
  revenue: sold * (price ?? 97_000),
});
const sales: SalesOf = {
  concert_id: id(1),
  sold_today: 84,
  revenue_today: 9_108_000,
  walk_up: 37,
  cancelled: 61,
  tiers: tiers.map((tier) => occupancy(tier.label, tier.price, tier.seats, tier.sold)),
  sections: [
    occupancy("1층 A", null, 420, 301),
    occupancy("1층 B", null, 610, 588),
    occupancy("1층 C", null, 420, 199),
    occupancy("2층 D", null, 494, 85),
  ],
  counters: [
    { login: "counter_1", name: "1번 창구", sold: 702, revenue: 78_120_000, cancelled: 30 },
    { login: "counter_2", name: "2번 창구", sold: 469, revenue: 52_700_000, cancelled: 31 },
    { login: "", name: "", sold: 2, revenue: 201_000, cancelled: 0 },
  ],
  chart: chart(),
};
const holds: LiveHold[] = [
  {
    counter: "1번 창구",
    login: "counter_1",
    concert_id: id(1),
    title: concert.form.title,
    seats: ["1층 B구역 3열 7번", "1층 B구역 3열 8번"],
    expires_in_ms: 47_000,
  },
  {
    counter: "3번 창구",
    login: "counter_3",
    concert_id: id(1),
    title: concert.form.title,
    seats: ["2층 D구역 1열 1번"],
    expires_in_ms: 281_000,
  },
];

const reservation = (n: number, name: string, phone: string, cancelled: boolean): ReservationListed => ({
  id: id(40 + n),
  number: `K7Q2-93F${n}`,
  status: cancelled ? "cancelled" : "confirmed",
  walk_up: name === "",
  name_masked: name,
  phone_masked: phone,
  seats:
    n === 2
      ? Array.from({ length: 6 }, (_, seat) => `1층 B구역 3열 ${seat + 7}번`)
      : [`2층 D구역 1열 ${n}번`],
  total: n === 2 ? 792_000 : 66_000,
  created_at: `2026-11-2${n}T03:0${n}:00Z`,
  cancelled_at: cancelled ? "2026-11-29T03:00:00Z" : null,
  counter: n === 3 ? null : `${n}번 창구`,
});
const reservations = [
  reservation(1, "홍*동", "010-****-5678", false),
  reservation(2, "김*연", "010-****-5432", false),
  reservation(4, "", "", false),
  reservation(3, "남**수", "010-****-0001", true),
];

const row = (n: number, kind: JournalRow["kind"], more: Partial<JournalRow>): JournalRow => ({
  op_id: id(100 + n),
  kind,
  outcome: "done",
  who: "counter_1",
  counter: "1번 창구",
  address: `192.168.0.1${n}`,
  reservation: null,
  walk_up: false,
  at: `2026-12-0${n}T01:02:0${n}Z`,
  what: null,
  concert: concert.form.title,
  seats: n,
  ...more,
});
const journal = [
  row(9, "manage", { who: "manager_1", counter: "관리 사무실", concert: null, what: "vouch", seats: 0 }),
  row(8, "confirm", { reservation: "8C3P-0X1M", walk_up: true, seats: 2 }),
  row(7, "confirm", { reservation: "K7Q2-93FD" }),
  row(6, "hold", { outcome: "void" }),
  row(5, "manage", { who: "manager_1", counter: "관리 사무실", what: "publish_concert", seats: 0 }),
  row(4, "manage", { who: "manager_1", counter: null, what: "unmask", seats: 0, reservation: "K7Q2-93FD" }),
  row(3, "sweep", { who: "manager_1", counter: "관리 사무실", concert: null }),
  row(2, "cancel", { reservation: "5RJ0-AB19" }),
  row(1, "manage", { who: "manager_1", counter: "관리 사무실", what: "edit_seats", seats: 240 }),
];

const logins: Login[] = [
  { login: "manager_1", group: "manager", name: "사무실", connections: 2, this_pc: true, enrols_until: null },
  { login: "manager_2", group: "manager", name: null, connections: 0, this_pc: false, enrols_until: null },
  {
    login: "counter_1",
    group: "counter",
    name: "1번 창구",
    connections: 3,
    this_pc: false,
    enrols_until: null,
  },
  {
    login: "counter_2",
    group: "counter",
    name: "2번 창구",
    connections: 0,
    this_pc: false,
    enrols_until: null,
  },
  {
    login: "counter_3",
    group: "counter",
    name: null,
    connections: 0,
    this_pc: false,
    enrols_until: "2035-12-31T05:30:00Z",
  },
  {
    login: "counter_4",
    group: "counter",
    name: null,
    connections: 0,
    this_pc: false,
    enrols_until: "2025-12-31T05:30:00Z",
  },
];
const rules: RulesToEdit = {
  version: 2,
  rules: {
    hold_seconds: 300,
    seats_per_sale: 10,
    cancel_cutoff_minutes: 60,
    time_zone: "Asia/Seoul",
    sales_after_start: false,
    walk_up_sales: true,
    other_phones: false,
  },
};

const faults: PlanFault[] = [
  { code: "invalid_label", place: "1층 A 4열 8번", value: null },
  { code: "repeated_label", place: "1층 A 4열 9번", value: null },
  { code: "repeated_label", place: "1층 C 1열 1번", value: null },
];

export function adminAnswers(asked: URLSearchParams, hall: () => SeatMap): Answers {
  const preview = (): PlanPreview => {
    const map = hall();
    return { plan: id(90), map: { ...map, status: map.status.map(() => "available" as const) } };
  };
  const read = (which: HallCase) => () => ({ outcome: "read", ...hallRead(which, hall(), id(90)) });
  const seats = (): SeatsToEdit => {
    const map = hall();
    return { map, withheld_for: map.status.map((state) => (state === "withheld" ? "하우스석" : null)) };
  };
  const table: Answers = {
    overview: () => overview,
    sales_of: () => sales,
    sales_chart: chart,
    live_holds: () => holds,
    save_report: () => "/home/manager/다운로드/겨울밤 판매 보고서.xlsx",
    reservations_of: () => ({ rows: reservations, more: true }),
    save_accesses: () => "/home/manager/다운로드/접속 기록 2026-11.csv",
    unmask: () => ({ name: "홍길동", phone: "01012345678" }),
    cancel_for_customer: () => ({ reservation_id: id(41), seats_freed: 1 }),
    journal: () => ({ rows: journal, more: true }),
    sweep_status: () => swept,
    sweep_now: () => swept,
    set_sweep_seconds: () => swept,
    schema_state: () => ({ found: 0, wanted: 6, age: "older" }),
    migrate_as_owner: () => null,
    concerts_to_manage: () => concerts,
    concert_to_edit: () => concert,
    on_offer: () => offered,
    pause_sales: () => ({ ...concert, paused: true }),
    create_concert: () => id(1),
    edit_concert: () => concert,
    generate_plan: preview,
    open_hall_files: () => ({}),
    read_hall: read("list"),
    save_template: () => "/home/manager/다운로드/좌석 목록 양식.xlsx",
    seats_progress: () => ({ done: 21_000, total: 50_000 }),
    cancel_seats: () => null,
    add_seats: never,
    seats_to_edit: seats,
    edit_seats: () => ({ changed: 240, left_alone: [], left_alone_count: 0 }),
    rules_to_edit: () => rules,
    logins: () => logins,
    add_counter: () =>
      ({
        path: "/home/manager/다운로드/counter_5.maepyo",
        code: "K7Q2M-93FDX",
        valid_until: "2035-12-31T05:30:00Z",
      }) satisfies NewCounter,
    set_rules: () => rules,
  };
  const cases: Record<string, Answers> = {
    "admin-loading": { overview: never },
    "admin-empty": {
      overview: () => ({ ...overview, sold: 0, sold_today: 0, revenue: 0, revenue_today: 0, sweepers: [] }),
      sales_chart: () => ({ at: [], sold: [], cancelled: [] }),
      concerts_to_manage: () => [],
      sweep_status: () => ({ ...swept, passes: 0, last: null }),
      reservations_of: () => ({ rows: [], more: false }),
      journal: () => ({ rows: [], more: false }),
    },
    "admin-offline": { overview: refuse("offline"), concerts_to_manage: refuse("offline") },
    "admin-not-a-manager": { overview: refuse("not_a_counter") },
    "admin-sweep-fails": {
      sweep_status: () => ({ ...swept, last: { ms_ago: 4000, freed: 0, error: { code: "offline" } } }),
    },
    "admin-draft": { concert_to_edit: () => draft(["no_tier", "no_seats", "no_date"]) },
    "admin-paused": {
      concert_to_edit: () => ({ ...concert, paused: true }),
      concerts_to_manage: () => concerts.map((one, place) => ({ ...one, paused: place === 0 })),
    },
    "admin-doubt": {
      concert_to_edit: () => {
        const doubtful = draft(["no_date", "free_tier", "no_places"]);
        return { ...doubtful, tiers: tiers.map((tier, n) => (n === 1 ? { ...tier, price: 0 } : tier)) };
      },
      on_offer: () => offered.map((one, n) => (n % 2 === 1 ? { ...one, price: 0 } : one)),
    },
    "admin-ready": { concert_to_edit: () => draft([]) },
    "admin-conflict": {
      edit_concert: refuse("concert_changed", {
        now: { ...concert, version: 4, form: { ...concert.form, title: "겨울밤 — 시립교향악단 송년음악회" } },
      }),
    },
    "admin-faults": {
      read_hall: () => ({ ...read("list")(), preview: null, faults, settled: false }),
      generate_plan: refuse("plan_faults", { faults }),
    },
    "admin-login-taken": { add_counter: refuse("login_taken") },
    "admin-import-doubts": { read_hall: read("doubts") },
    "admin-import-repeats": { read_hall: read("repeats") },
    "admin-import-chart": { read_hall: read("chart") },
    "admin-import-remembered": {
      open_hall_files: () => ({ "heading:구역": { choice: "means", value: "section" } }),
    },
    "admin-import-locked": {
      read_hall: () => ({ outcome: "refused", why: { code: "locked", name: "대극장 좌석표.xlsx" } }),
    },
    "admin-import-reading": { read_hall: never },
    "admin-taken": {
      edit_seats: refuse("seats_taken", {
        seats: [8, 9].map((number) => ({
          id: id(number),
          label: `1층 B구역 1열 ${number}번`,
          state: "held",
          counter: "1번 창구",
        })),
      }),
    },
    "admin-no-reservations": { reservations_of: () => ({ rows: [], more: false }) },
    "admin-older": { "/reconnect": refuse("schema_older", { found: 4, wanted: 6 }) },
  };
  const all = { ...table, ...cases[asked.get("case") ?? ""] };
  // A name with a slash is a command of both builds.
  return Object.fromEntries(
    Object.entries(all).map(([name, answer]) => [
      name.startsWith("/") ? name.slice(1) : `plugin:admin|${name}`,
      answer,
    ]),
  );
}
