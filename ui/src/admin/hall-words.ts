// Words of what was read in a venue's files. A code without words does not compile.
import { count, won } from "../lib/format";
import { m } from "../paraglide/messages.js";
import type { About, Choice, Doubt, FileKind, FileRead, FileRefusal, Meaning, Place, Run } from "./backend";
import { textOf } from "./halls";

export const MEANINGS: readonly Meaning[] = [
  "floor",
  "section",
  "row",
  "number",
  "count",
  "tier",
  "price",
  "x",
  "y",
  "show",
  "serial",
];

export const meaningWord = (meaning: Meaning): string =>
  ({
    floor: m.hall_mean_floor,
    section: m.hall_mean_section,
    row: m.hall_mean_row,
    number: m.hall_mean_number,
    count: m.hall_mean_count,
    tier: m.hall_mean_tier,
    price: m.hall_mean_price,
    x: m.hall_mean_x,
    y: m.hall_mean_y,
    show: m.hall_mean_show,
    serial: m.hall_mean_serial,
  })[meaning]();

const kindWord = (kind: FileKind): string =>
  ({
    seat_list: m.hall_kind_seat_list,
    chart: m.hall_kind_chart,
    pretix: m.hall_kind_pretix,
    svg: m.hall_kind_svg,
    unclear: m.hall_kind_unclear,
  })[kind]();

export const runWord = (run: Run): string =>
  ({
    rising: m.hall_run_rising,
    falling: m.hall_run_falling,
    snake: m.hall_run_snake,
    through: m.hall_run_through,
    mixed: m.hall_run_mixed,
  })[run]();

/** What a file was taken for and what was found: 좌석 목록: 198줄, 1,497석, 등급 4개, 1·2층, 5블록. */
export function fileWords(file: FileRead): string {
  const numbered = file.floors.map((floor) => /^(\d+)층$/.exec(floor)?.[1]);
  const floors = numbered.includes(undefined)
    ? file.floors.join(" · ")
    : m.hall_floor({ floors: numbered.join("·") });
  const found = [
    counted(file.lines, m.hall_one_line, m.hall_lines),
    m.seats_count({ count: count(file.seats) }),
    counted(file.tiers, m.hall_one_tier, m.hall_tiers),
    file.floors.length > 0 ? floors : "",
    counted(file.sections, m.hall_one_section, m.hall_sections),
  ];
  return m.hall_found({ kind: kindWord(file.kind), found: found.filter(Boolean).join(", ") });
}

/** So many of something; nothing if there is none. */
const counted = (n: number, one: () => string, many: (told: { count: string }) => string) =>
  n === 0 ? "" : n === 1 ? one() : many({ count: count(n) });

/** Places told one by one. */
const PLACES = 4;

/** Where something stands, as the spreadsheet says it: 2층 시트 14행, 2-7행 C열. */
export function placeWords(
  { places, times }: Pick<Doubt, "places" | "times">,
  files: readonly FileRead[],
): string {
  const [first] = places;
  if (first === undefined) return "";
  const together = places.every(
    (place) => place.file === first.file && place.sheet === first.sheet && place.column === first.column,
  );
  const rows = places.map((place) => place.row).filter((row) => row !== null);
  if (together && rows.length === places.length) {
    const runs = textOf([...new Set(rows)].sort((a, b) => a - b)).split(", ");
    const shown = runs.slice(0, 2 * PLACES).join(", ");
    const cut = runs.length > 2 * PLACES || times > places.length;
    return cut && runs.length === 1
      ? where(first, shown, files)
      : where(first, cut ? `${shown} …` : shown, files);
  }
  const told = [
    ...new Set(places.map((place) => where(place, place.row === null ? "" : `${place.row}`, files))),
  ];
  const more = Math.max(times - PLACES, 0);
  const list = told.slice(0, PLACES).join(" · ");
  return told.length <= PLACES || more === 0 ? list : `${list} ${m.hall_place_more({ count: count(more) })}`;
}

function where(place: Place, rows: string, files: readonly FileRead[]): string {
  const file = files.length > 1 ? (files[place.file]?.name ?? "") : "";
  // A plan of pretix has zones, and rows in them.
  if (files[place.file]?.kind === "pretix")
    return [
      file,
      place.sheet === null ? "" : m.hall_place_zone({ zone: place.sheet }),
      rows === "" ? "" : m.hall_place_zone_row({ rows }),
    ]
      .filter(Boolean)
      .join(" ");
  return [
    file,
    place.sheet === null ? "" : m.hall_place_sheet({ sheet: place.sheet }),
    rows === "" ? "" : /^\d+$/.test(rows) ? m.hall_place_row({ rows }) : m.hall_place_rows({ rows }),
    place.column === null ? "" : m.hall_place_column({ column: place.column }),
  ]
    .filter(Boolean)
    .join(" ");
}

/** What is doubtful, in a sentence, and what it means for the seats. */
export function aboutWords({
  about,
  value,
  times,
}: Pick<Doubt, "about" | "value" | "times">): [string, string] {
  switch (about.code) {
    case "encoding":
      return [m.hall_about_encoding(), m.hall_means_encoding()];
    case "unknown_heading":
      return [m.hall_about_unknown_heading(), m.hall_means_unknown_heading()];
    case "no_headings":
      return [m.hall_about_no_headings(), m.hall_means_no_headings()];
    case "missing_heading":
      return [
        m.hall_about_missing_heading({ meaning: meaningWord(about.meaning) }),
        m.hall_means_missing_heading(),
      ];
    case "sheet_left_out":
      return [m.hall_about_sheet_left_out(), m.hall_means_sheet_left_out()];
    case "hidden_cells":
      return [m.hall_about_hidden_cells(), m.hall_means_hidden_cells()];
    case "empty_number":
      return [m.hall_about_empty_number(), m.hall_means_empty_number()];
    case "unread_numbers":
      return [m.hall_about_unread_numbers(), m.hall_means_unread_numbers()];
    case "hyphen_number":
      return [m.hall_about_hyphen_number(), m.hall_means_hyphen_number()];
    case "date_cell":
      return [m.hall_about_date_cell(), m.hall_means_date_cell()];
    case "count_differs":
      return [m.hall_about_count_differs(counts(about)), m.hall_means_count_differs()];
    case "total_differs":
      return [m.hall_about_total_differs(counts(about)), m.hall_means_total_differs()];
    case "only_counted":
      return [m.hall_about_only_counted(), m.hall_means_only_counted()];
    case "carried_down":
      return [
        m.hall_about_carried_down({ meaning: meaningWord(about.meaning) }),
        m.hall_means_carried_down(),
      ];
    case "no_tier":
      return [m.hall_about_no_tier({ count: count(times) }), m.hall_means_no_tier()];
    case "unread_price":
      return [m.hall_about_unread_price(), m.hall_means_unread_price()];
    case "prices_differ":
      return [m.hall_about_prices_differ({ tier: value }), m.hall_means_prices_differ()];
    case "price_of_concert":
      return [m.hall_about_price_of_concert({ tier: value }), m.hall_means_price_of_concert()];
    case "no_price":
      return [m.hall_about_no_price({ tier: value }), m.hall_means_no_price()];
    case "repeated_seat":
      return [m.hall_about_repeated_seat({ seat: value, count: count(times) }), m.hall_means_repeated_seat()];
    case "several_shows":
      return [m.hall_about_several_shows(), m.hall_means_several_shows()];
    case "unread_position":
      return [m.hall_about_unread_position(), m.hall_means_unread_position()];
    case "same_spot":
      return [m.hall_about_same_spot(), m.hall_means_same_spot()];
    case "unnamed_block":
      return [m.hall_about_unnamed_block(), m.hall_means_unnamed_block()];
    case "unlabelled_rows":
      return [m.hall_about_unlabelled_rows(), m.hall_means_unlabelled_rows()];
    case "unnumbered_seats":
      return [m.hall_about_unnumbered_seats({ count: count(times) }), m.hall_means_unnumbered_seats()];
    case "unknown_colour": {
      const seats = { count: count(about.seats) };
      const what = value === "" ? m.hall_about_no_colour(seats) : m.hall_about_unknown_colour(seats);
      return [what, m.hall_means_unknown_colour()];
    }
    case "stray_numbers":
      return [m.hall_about_stray_numbers(), m.hall_means_stray_numbers()];
    case "unread_texts":
      return [m.hall_about_unread_texts(), m.hall_means_unread_texts()];
    case "only_in_list":
      return [m.hall_about_only_in_list(), m.hall_means_only_in_list()];
    case "only_in_chart":
      return [m.hall_about_only_in_chart(), m.hall_means_only_in_chart()];
    case "tier_differs":
      return [m.hall_about_tier_differs(), m.hall_means_tier_differs()];
    case "repeated_guid":
      return [m.hall_about_repeated_guid(), m.hall_means_repeated_guid()];
    case "undeclared_category":
      return [m.hall_about_undeclared_category(), m.hall_means_undeclared_category()];
    case "blank_row":
      return [m.hall_about_blank_row(), m.hall_means_blank_row()];
    case "zones_overlap":
      return [m.hall_about_zones_overlap(), m.hall_means_zones_overlap()];
    case "off_canvas":
      return [m.hall_about_off_canvas(), m.hall_means_off_canvas()];
    case "standing_area": {
      const what =
        about.capacity === null
          ? m.hall_about_standing_area({ area: value })
          : m.hall_about_standing_area_of({ area: value, count: count(about.capacity) });
      return [what, m.hall_means_standing_area()];
    }
    case "several_plans":
      return [m.hall_about_several_plans(), m.hall_means_several_plans()];
    case "broken_piece":
      return [m.hall_about_broken_piece(), m.hall_means_broken_piece()];
    case "seat_names":
      return [m.hall_about_seat_names(), m.hall_means_seat_names({ samples: about.samples.join(" · ") })];
    case "long_label":
      return [m.hall_about_long_label(), m.hall_means_long_label()];
    default:
      return about satisfies never;
  }
}

const counts = ({ written, found }: { written: number; found: number }) => ({
  written: count(written),
  found: count(found),
});

/** The value as it stood, where the sentence doesn't say it already. */
export function valueShown({ about, value }: Pick<Doubt, "about" | "value">): string {
  const told: About["code"][] = [
    "prices_differ",
    "price_of_concert",
    "no_price",
    "repeated_seat",
    "standing_area",
    "unknown_colour",
    "encoding",
  ];
  return told.includes(about.code) ? "" : value;
}

export function choiceWords(choice: Choice, about: About): string {
  switch (choice.choice) {
    case "noted":
      return m.hall_choice_noted();
    case "leave_out":
      return leaveOutWords(about);
    case "take":
      return takeWords(about);
    case "carry_down":
      return m.hall_choice_carry_down();
    case "range":
      return m.hall_choice_range();
    case "one_seat":
      return m.hall_choice_one_seat();
    case "first":
      return m.hall_choice_first();
    case "number_them":
      return m.hall_choice_number_them();
    case "numbers":
      return m.hall_choice_numbers();
    case "count_from_one":
      return about.code === "standing_area" ? m.hall_choice_sell_numbered() : m.hall_choice_count_from_one();
    case "means":
      return meaningWord(choice.value);
    case "price":
      return priceWords(choice.value, about);
    case "name":
      return choice.value;
    case "lay_out":
      return m.hall_choice_lay_out();
    default:
      return choice satisfies never;
  }
}

function leaveOutWords({ code }: About): string {
  switch (code) {
    case "unknown_heading":
      return m.hall_choice_leave_column();
    case "sheet_left_out":
      return m.hall_choice_leave_sheet();
    case "stray_numbers":
      return m.hall_choice_leave_cells();
    case "standing_area":
      return m.hall_choice_not_sold();
    case "carried_down":
    case "unread_price":
      return m.hall_choice_leave_empty();
    case "empty_number":
    case "unread_numbers":
    case "date_cell":
    case "hyphen_number":
    case "count_differs":
    case "only_counted":
      return m.hall_choice_leave_line();
    default:
      return m.hall_choice_leave_seats();
  }
}

function takeWords({ code }: About): string {
  switch (code) {
    case "sheet_left_out":
      return m.hall_choice_take_sheet();
    case "hidden_cells":
    case "stray_numbers":
    case "only_in_chart":
    case "only_in_list":
      return m.hall_choice_take_seats();
    case "several_shows":
      return m.hall_choice_take_shows();
    case "unnamed_block":
    case "blank_row":
      return m.hall_choice_take_unnamed();
    case "undeclared_category":
      return m.hall_choice_take_tier();
    case "zones_overlap":
      return m.hall_choice_take_overlap();
    default:
      return m.hall_choice_take();
  }
}

function priceWords(price: number, about: About): string {
  if (about.code !== "price_of_concert") return won(price);
  return price === about.concert
    ? m.hall_choice_price_concert({ price: won(price) })
    : m.hall_choice_price_file({ price: won(price) });
}

/** Why a file can't be read, and what to change in it. */
export function refusedWords(why: FileRefusal): string {
  const { name } = why;
  switch (why.code) {
    case "too_large":
      return m.hall_refused_too_large({ name, most: count(why.most / 1024 / 1024) });
    case "too_many_cells":
      return m.hall_refused_too_many_cells({ name, most: count(why.most) });
    case "too_many_seats":
      return m.hall_refused_too_many_seats({ name, most: count(why.most) });
    // The shell runs the process; one that it may not run reads nothing either.
    case "broken":
    case "needs_process":
      return m.hall_refused_broken({ name });
    case "locked":
      return m.hall_refused_locked({ name });
    case "unknown_kind":
      return m.hall_refused_unknown_kind({ name });
    case "empty":
      return m.hall_refused_empty({ name });
    default:
      return why satisfies never;
  }
}
