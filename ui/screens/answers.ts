// A believable evening: five concerts, a hall of 2,000 seats, a customer.
import type {
  Boot,
  ConcertOnSale,
  HeldSeat,
  MySale,
  Print,
  Reservation,
  Scan,
  SeatMap,
  SeatState,
  ServerDoubt,
  TicketState,
  Tier,
} from "../src/lib/bindings";
import { adminAnswers } from "./admin-answers";

const id = (n: number) => `${String(n * 7919 + 4096).padStart(8, "0")}-0000-4000-8000-000000000000`;

const concert = (
  n: number,
  title: string,
  venue: string,
  at: string,
  total: number,
  left: number,
  price: number,
) =>
  ({
    id: id(n),
    title,
    venue,
    starts_at: at,
    paused: false,
    total,
    remaining: left,
    on_hold: 12,
    lowest_price: price,
  }) satisfies ConcertOnSale;

const concerts = [
  concert(1, "겨울밤 — 시립교향악단 정기연주회", "대극장", "2026-12-24T10:30:00Z", 2000, 771, 44_000),
  concert(2, "앙코르 스타디움 콘서트", "주경기장", "2026-12-26T09:00:00Z", 50_000, 27_413, 99_000),
  concert(3, "창극 〈달의 노래〉", "달빛극장", "2026-12-27T06:00:00Z", 1221, 58, 20_000),
  concert(
    4,
    "아주 긴 제목의 공연도 카드 안에서 단어 단위로 줄이 바뀌어야 합니다 — 송년 특별 음악회",
    "음악당",
    "2026-12-31T13:00:00Z",
    2505,
    1304,
    30_000,
  ),
  concert(5, "인디 밴드 페스티벌", "체조홀", "2027-01-09T09:00:00Z", 400, 0, 121_000),
];

/** Yesterday's, tonight's and tomorrow's, whatever day it is. */
const soon = () =>
  [-1, 0, 1].map((days) => {
    const evening = new Date();
    evening.setUTCDate(evening.getUTCDate() + days);
    evening.setUTCHours(10, 30, 0, 0);
    if (days === 0) evening.setTime(Date.now());
    const title = ["어제의 공연", "오늘의 공연", "내일의 공연"][days + 1]!;
    return concert(8 + days, title, "소극장", evening.toISOString(), 300, 120, 20_000);
  });

const prices = [165_000, 132_000, 99_000, 66_000, 44_000];
const tiers: Tier[] = ["VIP석", "R석", "S석", "A석", "B석"].map((label, n) => ({
  id: id(20 + n),
  label,
  price: prices[n]!,
  total: 400,
  remaining: [21, 122, 169, 454, 0][n]!,
  on_hold: 3,
}));

function emptyMap(sections: string[], stage: SeatMap["stage"]): SeatMap {
  return {
    concert_id: id(1),
    layout_version: "1",
    tiers,
    sections,
    stage,
    ids: [],
    labels: [],
    x: [],
    y: [],
    angle: [],
    tier: [],
    section: [],
    row: [],
    number: [],
    status: [],
    changes: { seen: "1/1", layout_version: "1", paused: false, edits: 1, reload: false, seats: [] },
  };
}

/** Fifty thousand seats in 48 blocks of five tiers, around a stage. */
function stadium(): SeatMap {
  const map = emptyMap([], { x: 0, y: -4000, width: 5000, height: 1200 });
  for (let ring = 0; ring < 5; ring++) {
    for (let block = 0; block < 48; block++) {
      const middle = -150 + (300 * (block + 0.5)) / 48;
      map.sections.push(String((ring + 1) * 100 + block + 1));
      for (let row = 1; row <= 16; row++) {
        const radius = 62 + ring * 26 + row * 1.3;
        const seats = Math.floor(((5.4 / 180) * Math.PI * radius) / 1.02);
        for (let number = 1; number <= seats; number++) {
          const turn = (middle / 180) * Math.PI + ((number - seats / 2) * 1.02) / radius;
          const chance = (block * 7919 + row * 104_729 + number * 1_299_709 + ring * 31) % 100;
          map.ids.push(`${ring}-${block}-${row}-${number}`);
          map.labels.push(`${map.sections.at(-1)}구역 ${row}열 ${number}번`);
          map.x.push(Math.round(Math.sin(turn) * radius * 100));
          map.y.push(Math.round(Math.cos(turn) * radius * 100));
          map.angle.push(Math.round((-turn / Math.PI) * 1800));
          map.tier.push(ring);
          map.section.push(map.sections.length - 1);
          map.row.push(String(row));
          map.number.push(number);
          map.status.push(chance < 45 ? "reserved" : chance < 48 ? "held" : "available");
        }
      }
    }
  }
  return map;
}

function hall(): SeatMap {
  const map = emptyMap(["1층 A", "1층 B", "1층 C", "2층 D", "2층 E"], {
    x: 0,
    y: 600,
    width: 1600,
    height: 320,
  });
  const spans = [
    [-48, -17],
    [-15, 15],
    [17, 48],
    [-50, -1],
    [1, 50],
  ] as const;
  spans.forEach(([from, to], section) => {
    const upper = section > 2;
    for (let row = 1; row <= (upper ? 12 : 20); row++) {
      const radius = (upper ? 46 : 18) + row * 1.25;
      const seats = Math.floor(((to - from) / 180) * Math.PI * radius);
      for (let number = 1; number <= seats; number++) {
        const turn = (from / 180) * Math.PI + number / radius;
        const chance = (section * 7919 + row * 104_729 + number * 1_299_709) % 100;
        const state: SeatState =
          chance < 40 ? "reserved" : chance < 46 ? "held" : chance < 47 ? "withheld" : "available";
        map.ids.push(`${section}-${row}-${number}`);
        map.labels.push(`${map.sections[section]}구역 ${row}열 ${number}번`);
        map.x.push(Math.round(Math.sin(turn) * radius * 100));
        map.y.push(Math.round(Math.cos(turn) * radius * 100));
        map.angle.push(Math.round((-turn / Math.PI) * 1800));
        map.tier.push(upper ? (row < 5 ? 3 : 4) : Math.min(3, Math.floor(row / 6) + (section === 1 ? 0 : 1)));
        map.section.push(section);
        map.row.push(String(row));
        map.number.push(number);
        map.status.push(state);
      }
    }
  });
  return map;
}

const seats: HeldSeat[] = [8, 9].map((number) => ({
  id: `1-1-${number}`,
  label: `1층 B구역 1열 ${number}번`,
  section: "1층 B",
  row: "1",
  number,
  tier: "VIP석",
  price: 165_000,
}));
const reservation = (n: number, status: Reservation["status"]): Reservation => ({
  id: id(40 + n),
  number: "K7Q2-93FD",
  concert_id: id(1),
  title: concerts[0]!.title,
  venue: "대극장",
  starts_at: concerts[0]!.starts_at,
  status,
  walk_up: false,
  customer_name: "홍길동",
  phone: "01012345678",
  seats,
  total: 330_000,
  created_at: "2026-11-20T03:00:00Z",
  cancelled_at: status === "cancelled" ? "2026-11-21T03:00:00Z" : null,
});

const walkUp = (status: Reservation["status"] = "confirmed"): Reservation => ({
  ...reservation(1, status),
  number: "8C3P-0X1M",
  walk_up: true,
  customer_name: "",
  phone: "",
});
const voided = (state: TicketState): Scan => ({
  outcome: "void",
  ticket: {
    reservation_id: id(41),
    number: "8C3P-0X1M",
    concert_id: id(1),
    title: concerts[0]!.title,
    starts_at: concerts[0]!.starts_at,
    label: seats[0]!.label,
    tier: seats[0]!.tier,
    state,
  },
});

const refuse =
  (code: string, more = {}) =>
  () =>
    Promise.reject({ code, ...more });
const facts = {
  server_version: "15.18",
  login: "counter_3",
  counter_name: "3번 창구",
  doubts: [] as ServerDoubt[],
  now: {
    at: new Date().toISOString(),
    login_shared: false,
    rules: {
      hold_seconds: 300,
      seats_per_sale: 10,
      cancel_cutoff_minutes: 60,
      time_zone: "Asia/Seoul",
      sales_after_start: false,
      walk_up_sales: true,
      other_phones: false,
    },
  },
};

const everyDoubt: ServerDoubt[] = [
  { doubt: "fsync_off" },
  { doubt: "full_page_writes_off" },
  { doubt: "synchronous_commit_off" },
  { doubt: "unencrypted" },
  { doubt: "customers_logged" },
  { doubt: "few_connections", allowed: 97, wanted: 120 },
];

const printed: Print = {
  reservation_id: id(41),
  number: "K7Q2-93FD",
  reprint: 0,
  stage: "printed",
  trouble: null,
  job: { printer: "ticket", id: 7 },
  path: null,
};

const sale = ({
  id,
  number,
  title,
  venue,
  starts_at,
  status,
  walk_up,
  created_at,
  seats,
  total,
}: Reservation): MySale => ({
  reservation_id: id,
  number,
  title,
  venue,
  starts_at,
  status,
  walk_up,
  sold_at: created_at,
  seats,
  total,
});

/** Nothing was printed until something is; then it is taken, and stands as it then stays. */
function prints(taken: Print, then: Print) {
  let now: Print | null = null;
  return {
    print_progress: () => now,
    print_tickets: () => {
      now = then;
      return taken;
    },
  };
}

export function answers(asked: URLSearchParams): Record<string, () => unknown> {
  const manages = (asked.get("case") ?? "").startsWith("admin");
  const boot: Boot = {
    build: manages ? "admin" : "counter",
    version: "0.1.0",
    settings: {
      language: asked.get("language") as "ko",
      theme: asked.get("theme") as "light",
      counter_name: "3번 창구",
      printer: "ticket",
      paper: { kind: "a4" },
    },
    server: asked.get("case") === "admin-first-run" ? null : { kind: "this_pc" },
  };
  const hold = {
    token: id(60),
    concert_id: id(1),
    seats,
    total: 330_000,
    expires_in_ms: Number(asked.get("left") ?? 299_000),
  };
  const changes = { seen: "1/1", layout_version: "1", paused: false, edits: 1, reload: false, seats: [] };
  let sold: MySale[] = [];
  const table: Record<string, () => unknown> = {
    boot: () => boot,
    reconnect: () => facts,
    unfinished: () => [],
    my_holds: () => [],
    server_now: () => facts.now,
    close_asked: () => new Promise(() => {}),
    slept: () => 0,
    printers: () => [{ name: "ticket", title: "매표소 1번 프린터" }],
    print_progress: () => null,
    print_tickets: () => printed,
    save_settings: () => null,
    concerts_on_sale: () => concerts,
    concert: () => ({ concert: concerts[0], note: "1층 로비에서 프로그램북을 판매합니다.", tiers }),
    seat_map: hall,
    seat_changes: () => changes,
    check_seat: () => ({ id: "", label: "", state: "available", counter: null }),
    hold_seats: () => hold,
    release_hold: () => null,
    confirm: () => {
      sold = [sale(reservation(1, "confirmed"))];
      return reservation(1, "confirmed");
    },
    confirm_walk_up: () => {
      sold = [sale(walkUp()), sale(reservation(1, "confirmed"))];
      return walkUp();
    },
    my_sales: () => sold,
    look_up: () => ({ reservations: [reservation(1, "confirmed"), reservation(2, "cancelled")] }),
    look_up_ticket: () => ({ outcome: "valid", reservations: [walkUp()] }) satisfies Scan,
    look_up_vouched: () => ({ reservations: [reservation(1, "confirmed")] }),
    cancel: () => ({ reservation_id: id(41), seats_freed: 2 }),
  };
  const cases: Record<string, Record<string, () => unknown>> = {
    "first-run": { boot: () => ({ ...boot, server: null }) },
    making: { boot: () => ({ ...boot, server: null }), try_on_this_pc: () => new Promise(() => {}) },
    "no-postgres": { boot: () => ({ ...boot, server: null }), try_on_this_pc: refuse("no_postgres_here") },
    connecting: { reconnect: () => new Promise(() => {}) },
    unreachable: { reconnect: refuse("offline") },
    "schema-newer": { reconnect: refuse("schema_newer", { found: 9, wanted: 4 }) },
    doubts: { reconnect: () => ({ ...facts, doubts: everyDoubt }) },
    "admin-doubts": { reconnect: () => ({ ...facts, doubts: everyDoubt }) },
    loading: { concerts_on_sale: () => new Promise(() => {}) },
    empty: { concerts_on_sale: () => [] },
    "home-offline": { concerts_on_sale: refuse("offline") },
    days: { concerts_on_sale: () => soon().concat(concerts) },
    stadium: { seat_map: stadium },
    taken: { hold_seats: refuse("seats_taken", { seats: [] }) },
    paused: {
      concerts_on_sale: () => concerts.map((one, place) => ({ ...one, paused: place === 0 })),
      concert: () => ({ concert: { ...concerts[0], paused: true }, note: "", tiers }),
      seat_changes: () => ({ ...changes, paused: true }),
    },
    repriced: {
      concert: () => ({ concert: { ...concerts[0], venue: "소극장" }, note: "", tiers }),
      seat_map: (() => {
        let times = 0;
        return () => {
          const map = hall();
          const [dearest, ...others] = map.tiers;
          return times++ === 0
            ? map
            : { ...map, tiers: [{ ...dearest!, price: dearest!.price + 22_000 }, ...others] };
        };
      })(),
      seat_changes: () => ({ ...changes, edits: 2 }),
    },
    "map-offline": { seat_changes: refuse("offline") },
    "not-on-sale": { seat_map: refuse("concert_not_on_sale") },
    holding: { hold_seats: () => new Promise(() => {}) },
    "confirm-fails": { confirm: refuse("database", { sqlstate: "XX000" }) },
    "hold-checking": {
      hold_seats: refuse("outcome_unknown", { operation: id(70) }),
      resolve: refuse("offline"),
    },
    checking: { confirm: refuse("outcome_unknown", { operation: id(70) }), resolve: refuse("offline") },
    expired: { confirm: refuse("hold_expired") },
    "no-match": { look_up: refuse("no_match"), look_up_vouched: refuse("no_match") },
    "too-many-look-ups": {
      look_up: refuse("too_many_look_ups", { seconds: 754 }),
      look_up_vouched: refuse("too_many_look_ups", { seconds: 754 }),
    },
    "ticket-reprinted": { look_up_ticket: () => voided("reprinted") },
    "ticket-cancelled": { look_up_ticket: () => voided("cancelled") },
    "ticket-unknown": { look_up_ticket: refuse("unknown_ticket") },
    "not-a-manager": { look_up_vouched: refuse("not_a_manager") },
    "no-walk-ups": {
      reconnect: () => ({
        ...facts,
        now: { ...facts.now, rules: { ...facts.now.rules, walk_up_sales: false, other_phones: true } },
      }),
    },
    "cancel-fails": { cancel: refuse("database", { sqlstate: "XX000" }) },
    "cancel-checking": {
      cancel: refuse("outcome_unknown", { operation: id(70) }),
      resolve: refuse("offline"),
    },
    "prints-well": prints({ ...printed, stage: "printing" }, printed),
    "no-paper": prints(
      { ...printed, reprint: 1, stage: "waiting" },
      { ...printed, reprint: 1, stage: "printing", trouble: "paper" },
    ),
    "print-was-cut-off": { print_progress: () => ({ ...printed, stage: "unknown", job: null }) },
    "no-printers": { printers: refuse("no_print_service"), print_tickets: refuse("no_print_service") },
    "ticket-stock": {
      boot: () => ({
        ...boot,
        settings: {
          ...boot.settings,
          paper: {
            kind: "stock",
            stock: { width: 1500, height: 700, top: 50, right: 50, bottom: 50, left: 50 },
          },
        },
      }),
    },
    "left-hold": { my_holds: () => [hold] },
    crowded: {
      reconnect: () => ({ ...facts, now: { ...facts.now, login_shared: true } }),
      server_now: () => ({ ...facts.now, login_shared: true }),
      my_holds: () => [hold],
      check_seat: refuse("busy"),
      print_progress: () => ({ ...printed, stage: "printing", trouble: "away" }),
    },
    crashed: {
      unfinished: () => [
        {
          operation: id(71),
          concert_id: id(1),
          resolved: {
            outcome: "confirmed",
            reservation_id: id(41),
            number: "K7Q2-93FD",
            seats,
            total: 330_000,
          },
        },
        { operation: id(72), concert_id: id(1), resolved: { outcome: "void" } },
      ],
    },
  };
  const all = { ...table, ...cases[asked.get("case") ?? ""] };
  return manages ? { ...all, ...adminAnswers(asked, hall) } : all;
}
