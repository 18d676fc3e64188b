//! A hall as one file tells it, before labels are made, halves are joined and doubts about the whole are raised.

use std::collections::{BTreeMap, HashMap};

use crate::part::Part;
use crate::reading::{Block, FileRead, Place, Rectangle};
use crate::sheet::letters;
use crate::text::identity;

/// Where in the files something stands, small enough for every seat to have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    pub file: u32,
    /// Index into the file's sheets or zones.
    pub sheet: u32,
    /// From 1.
    pub row: Option<u32>,
    /// From 0.
    pub column: Option<u32>,
}

impl Spot {
    /// In words; `sheets` are the names of each file's sheets.
    pub fn place(self, sheets: &[Vec<String>]) -> Place {
        let sheet = sheets.get(self.file as usize).and_then(|sheets| sheets.get(self.sheet as usize));
        Place {
            file: self.file,
            sheet: sheet.filter(|name| !name.is_empty()).cloned(),
            row: self.row,
            column: self.column.map(letters),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct RoughSeat {
    pub floor: Option<Part>,
    pub section: Option<Part>,
    pub row: Option<Part>,
    pub number: Part,
    /// Index into the tiers.
    pub tier: Option<usize>,
    pub spot: Spot,
    /// Where the file draws it, in the file's unit.
    pub at: Option<(f64, f64)>,
    /// The order of its row in the file, where the file has one: a chart's rows without labels.
    pub line: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct RoughTier {
    pub label: String,
    /// How many seats at each price.
    pub prices: BTreeMap<i64, u32>,
    pub colour: Option<String>,
    pub spot: Spot,
}

/// What a figure in the file counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    All,
    Section(Option<Part>, Part),
    Tier(usize),
}

#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub scope: Scope,
    pub count: u32,
}

/// A unit that is the same across and down, or one for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Unit {
    /// Millimetres, pixels of a plan: what is apart as far across as down looks so.
    #[default]
    Square,
    /// A spreadsheet's cells, which are wider than high and still mean a seat each.
    Cells,
}

#[derive(Debug, Default)]
pub(crate) struct Rough {
    pub seats: Vec<RoughSeat>,
    pub tiers: Vec<RoughTier>,
    pub tier_of: HashMap<String, usize>,
    pub written: Vec<Written>,
    pub stage: Option<Rectangle>,
    pub unit: Unit,
    pub blocks: Vec<Block>,
    pub read: Option<FileRead>,
    /// Headings' and others' words, by which the plan's language is told.
    pub words: Vec<String>,
    /// The heading over sections and that over rows.
    pub section_heading: Option<String>,
    pub row_heading: Option<String>,
}

impl Rough {
    /// The tier of this label, made if it is new. Labels that read the same are one.
    pub fn tier(&mut self, label: &str, spot: Spot) -> usize {
        let new = self.tiers.len();
        let tier = *self.tier_of.entry(tier_identity(label)).or_insert(new);
        if tier == new {
            self.tiers.push(RoughTier { label: label.to_owned(), prices: BTreeMap::new(), colour: None, spot });
        }
        tier
    }

    pub fn known_tier(&self, label: &str) -> Option<usize> {
        self.tier_of.get(&tier_identity(label)).copied()
    }
}

/// `R`, `R석` and `r 석` are one tier.
pub(crate) fn tier_identity(label: &str) -> String {
    let same = identity(label);
    match same.strip_suffix(['석', '席']) {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ => same,
    }
}

impl Rough {
    /// Another file's seats beside these.
    pub fn add(&mut self, other: Rough) {
        let tiers: Vec<usize> = other.tiers.iter().map(|tier| self.take_tier(tier)).collect();
        self.seats
            .extend(other.seats.into_iter().map(|seat| RoughSeat { tier: seat.tier.map(|tier| tiers[tier]), ..seat }));
        self.written.extend(other.written.into_iter().map(|written| Written {
            scope: match written.scope {
                Scope::Tier(tier) => Scope::Tier(tiers[tier]),
                scope => scope,
            },
            ..written
        }));
        self.stage = self.stage.or(other.stage);
        if other.unit == Unit::Cells {
            self.unit = Unit::Cells;
        }
        self.blocks.extend(other.blocks);
        self.words.extend(other.words);
        self.section_heading = self.section_heading.take().or(other.section_heading);
        self.row_heading = self.row_heading.take().or(other.row_heading);
    }

    /// Another file's tier by its name, as one of these; its prices come with its file.
    pub fn take_tier_name(&mut self, tier: &RoughTier) -> usize {
        self.tier(&tier.label, tier.spot)
    }

    /// A tier with its prices and colour, as one of these.
    pub fn take_tier(&mut self, tier: &RoughTier) -> usize {
        let at = self.tier(&tier.label, tier.spot);
        let own = &mut self.tiers[at];
        for (price, seats) in &tier.prices {
            *own.prices.entry(*price).or_default() += seats;
        }
        if own.colour.is_none() {
            own.colour.clone_from(&tier.colour);
        }
        at
    }
}
