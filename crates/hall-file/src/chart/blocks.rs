//! Which seats of a chart belong together: neighbours, across aisles where one title stands over both sides.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::chart::cells::{Cells, Title};
use crate::sheet::At;

/// Rows that an aisle may leave empty.
const AISLE_ROWS: u32 = 3;

/// Seats of one block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// In order.
    pub seats: Vec<At>,
    /// Index into the titles.
    pub title: Option<usize>,
    pub floor: Option<usize>,
}

impl Part {
    pub fn corner(&self) -> At {
        self.seats.iter().fold((u32::MAX, u32::MAX), |corner, at| (corner.0.min(at.0), corner.1.min(at.1)))
    }

    fn columns(&self) -> (u32, u32) {
        self.seats.iter().fold((u32::MAX, 0), |(left, right), (_, column)| (left.min(*column), right.max(*column)))
    }

    /// Its seats by row.
    pub fn rows(&self) -> BTreeMap<u32, Vec<At>> {
        let mut rows: BTreeMap<u32, Vec<At>> = BTreeMap::new();
        for at in &self.seats {
            rows.entry(at.0).or_default().push(*at);
        }
        rows
    }

    /// Whether no number comes twice, so that seats need no row.
    pub fn has_numbers_once(&self, cells: &Cells) -> bool {
        let mut seen = HashSet::new();
        let mut names = self.seats.iter().filter_map(|at| cells.seats.get(at));
        names.all(|seat| seat.name.as_ref().is_some_and(|name| seen.insert((seat.row.clone(), name.clone()))))
    }

    fn repeats_none(&self, other: &Self, cells: &Cells) -> bool {
        let name = |at: &At| Some((at.0, cells.seats.get(at)?.name.clone()?));
        let own: HashSet<_> = self.seats.iter().filter_map(name).collect();
        !other.seats.iter().filter_map(name).any(|name| own.contains(&name))
    }
}

/// The blocks of a chart, from the left in each band.
pub(crate) fn blocks(cells: &Cells) -> Vec<Part> {
    let mut parts = neighbours(cells);
    for part in &mut parts {
        part.floor = floor(part, cells);
        part.title = title(part, cells);
    }
    let mut blocks: Vec<Part> = Vec::new();
    let mut of_title: HashMap<usize, usize> = HashMap::new();
    for part in parts {
        let known = part.title.and_then(|title| of_title.get(&title).copied());
        let joined = known.or_else(|| {
            // Without any title in the hall, parts that go on in each other's rows are one block with aisles.
            let untitled = part.title.is_none() && cells.titles.iter().all(|title| title.section.is_none());
            let rows: HashSet<u32> = part.seats.iter().map(|at| at.0).collect();
            let goes_on = |block: &Part| {
                block.floor == part.floor
                    && block.seats.iter().any(|at| rows.contains(&at.0))
                    && block.repeats_none(&part, cells)
            };
            blocks.iter().position(|block| untitled && goes_on(block))
        });
        match joined {
            Some(block) => {
                blocks[block].seats.extend(part.seats);
                blocks[block].seats.sort_unstable();
            }
            None => {
                if let Some(title) = part.title {
                    of_title.insert(title, blocks.len());
                }
                blocks.push(part);
            }
        }
    }
    blocks
}

/// Seats that touch, and those that an empty row or two parts where no title stands between.
fn neighbours(cells: &Cells) -> Vec<Part> {
    let seats: Vec<At> = cells.seats.keys().copied().collect();
    let index: HashMap<At, usize> = seats.iter().copied().zip(0..).collect();
    let mut group: Vec<usize> = (0..seats.len()).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while group[at] != at {
            group[at] = group[group[at]];
            at = group[at];
        }
        at
    }
    let parts_them = |from: u32, to: u32, column: u32| {
        let between = |title: &&Title| title.at.0 > from && title.at.0 < to;
        cells.titles.iter().filter(between).any(|title| (title.columns.0..=title.columns.1).contains(&column))
    };
    for (i, (row, column)) in seats.iter().copied().enumerate() {
        let mut beside = vec![(row, column + 1), (row + 1, column), (row + 1, column + 1)];
        beside.extend(column.checked_sub(1).map(|left| (row + 1, left)));
        let below = (2..=AISLE_ROWS).map(|apart| (row + apart, column)).find(|at| index.contains_key(at));
        beside.extend(below.filter(|(to, _)| !index.contains_key(&(row + 1, column)) && !parts_them(row, *to, column)));
        for other in beside.into_iter().filter_map(|at| index.get(&at).copied()) {
            let (a, b) = (root(&mut group, i), root(&mut group, other));
            // The first seat of a part stands for it, so that parts keep their order.
            group[a.max(b)] = a.min(b);
        }
    }
    let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
    for (i, at) in seats.into_iter().enumerate() {
        parts.entry(root(&mut group, i)).or_default().seats.push(at);
    }
    let mut parts: Vec<Part> = parts.into_values().collect();
    // From the left where parts stand side by side.
    parts.sort_by_key(|part| (part.corner().0 / 6, part.corner().1));
    parts
}

/// The floor's title above a part, or beside it in the same row.
fn floor(part: &Part, cells: &Cells) -> Option<usize> {
    let (top, _) = part.corner();
    let (left, right) = part.columns();
    let above = |title: &&(usize, &Title)| title.1.floor.is_some() && title.1.section.is_none() && title.1.at.0 <= top;
    let titles: Vec<(usize, &Title)> = cells.titles.iter().enumerate().collect();
    titles
        .iter()
        .filter(above)
        .max_by_key(|(_, title)| {
            // Of floors beside each other, the one over the part; of others, the lowest.
            let over = title.columns.0 <= (left + right) / 2 + 1;
            (over, title.at.0, title.at.1)
        })
        .map(|(at, _)| *at)
}

/// The title over a part: the lowest above it that is over its columns, and not of the floor before.
fn title(part: &Part, cells: &Cells) -> Option<usize> {
    let (top, _) = part.corner();
    let (left, right) = part.columns();
    let floor_row = part.floor.map_or(0, |floor| cells.titles[floor].at.0);
    let over = |title: &Title| {
        if title.is_merged {
            title.columns.0 <= right && title.columns.1 >= left
        } else {
            // Over the part itself, or over the labels beside it.
            left <= title.at.1 + 2 && title.at.1 <= right + 1
        }
    };
    let reach = |title: &Title| title.columns.0 <= right && title.columns.1 >= left;
    let find = |fits: &dyn Fn(&Title) -> bool| {
        let all = cells.titles.iter().enumerate();
        all.filter(|(_, title)| title.section.is_some() && title.at.0 < top && title.at.0 >= floor_row && fits(title))
            .max_by_key(|(_, title)| {
                let overlap = title.columns.1.min(right).saturating_sub(title.columns.0.max(left));
                (title.at.0, overlap)
            })
            .map(|(at, _)| at)
    };
    find(&over).or_else(|| find(&reach))
}
