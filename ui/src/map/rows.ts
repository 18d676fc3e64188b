// The seats of a plan as people name them: sections, their rows, and the seats of a row in order.

export type Row = { label: string; seats: number[] };
export type Section = { label: string; seats: number[]; rows: Row[] };

type Named = {
  sections: readonly string[];
  section: readonly number[];
  row: readonly string[];
  number: readonly (number | null)[];
  labels: readonly string[];
};

export function rowsOf(map: Named): Section[] {
  const sections = map.sections.map((label): Section => ({ label, seats: [], rows: [] }));
  const byName = sections.map(() => new Map<string, Row>());
  map.section.forEach((place, seat) => {
    const section = sections[place]!;
    section.seats.push(seat);
    const label = map.row[seat]!;
    let row = byName[place]!.get(label);
    if (row === undefined) {
      row = { label, seats: [] };
      byName[place]!.set(label, row);
      section.rows.push(row);
    }
    row.seats.push(seat);
  });
  const order = new Intl.Collator("ko-KR", { numeric: true });
  for (const { rows } of sections) {
    for (const row of rows) {
      row.seats.sort(
        (a, b) =>
          (map.number[a] ?? Infinity) - (map.number[b] ?? Infinity) ||
          order.compare(map.labels[a]!, map.labels[b]!),
      );
    }
  }
  return sections.filter((section) => section.seats.length > 0);
}

/** Which section and row a seat is in. */
export function placeOf(sections: readonly Section[], seat: number): { section: number; row: number } | null {
  const section = sections.findIndex((one) => one.seats.includes(seat));
  const row = sections[section]?.rows.findIndex((one) => one.seats.includes(seat)) ?? -1;
  return row < 0 ? null : { section, row };
}
