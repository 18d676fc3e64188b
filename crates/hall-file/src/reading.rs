//! What comes out of a file: the hall, how it was understood, and what a manager is asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

/// Places that one doubt names; its count goes on.
pub const PLACES_MOST: usize = 50;
/// Doubts of one reading; how many more there are is told.
pub const DOUBTS_MOST: usize = 300;

/// A file understood, as far as it can be without answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Reading {
    /// What each file was taken for.
    pub files: Vec<FileRead>,
    /// The hall: what would be written with the choices as they are.
    pub hall: Hall,
    /// Seats, with the file's own figures beside them.
    pub counts: Counts,
    /// What was asked and how it stands, in the order in which it came up.
    pub doubts: Vec<Doubt>,
    /// Doubts beyond [`DOUBTS_MOST`].
    pub more_doubts: u32,
    /// The blocks of charts, each as it was understood.
    pub blocks: Vec<Block>,
}

impl Reading {
    /// Whether every doubt without a default has its answer, so that the hall may be written.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.more_doubts == 0 && self.doubts.iter().all(|doubt| doubt.chosen.is_some())
    }
}

/// What a file was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FileRead {
    /// The file's name.
    pub name: String,
    /// The kind.
    pub kind: FileKind,
    /// Lines that became seats, of a list.
    pub lines: u32,
    /// Seats read from it.
    pub seats: u32,
    /// Tiers that it names.
    pub tiers: u32,
    /// Floors, in the order in which they came.
    pub floors: Vec<String>,
    /// Sections, floors apart.
    pub sections: u32,
    /// The headings of lists, each with what it was taken for.
    pub headings: Vec<Heading>,
}

/// The kinds of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// 좌석 목록: a line is a seat or a few.
    SeatList,
    /// 좌석배치도: a picture of the hall, a cell a seat.
    Chart,
    /// A seating plan of pretix.
    Pretix,
    /// A drawing (SVG), a shape a seat.
    Svg,
    /// A workbook or text of which nothing could be made without an answer.
    Unclear,
}

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Heading {
    /// For [`Choices::answers`], whether it was asked about or not.
    pub key: String,
    /// Where it stands.
    pub place: Place,
    /// As it stands there.
    pub text: String,
    /// What its column holds; nothing if it is left out.
    pub meaning: Option<Meaning>,
    /// The first few values under it.
    pub samples: Vec<String>,
}

/// What a column of a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// 층
    Floor,
    /// 구역, 블록
    Section,
    /// 열
    Row,
    /// 번호: one or several.
    Number,
    /// 좌석수: checked against the numbers.
    Count,
    /// 등급
    Tier,
    /// 가격
    Price,
    /// Across, in any unit.
    X,
    /// Down, in the unit of `x`.
    Y,
    /// 관람일, 회차: for which performance a line is.
    Show,
    /// 순번: the number of the line.
    Serial,
}

/// Where something stands in the files. What doesn't apply is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, Type)]
pub struct Place {
    /// Index into the files.
    pub file: u32,
    /// The sheet's name, or the zone's.
    pub sheet: Option<String>,
    /// The row, from 1, as the spreadsheet shows it; the line of a text file; in a plan, its zone's rows counted from 1.
    pub row: Option<u32>,
    /// The column's letters, such as `AB`.
    pub column: Option<String>,
}

/// Something that the file leaves open, or says against itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Doubt {
    /// The same for the same doubt in the next reading: a choice is kept under it.
    pub key: String,
    /// What it is about.
    pub about: About,
    /// Where, the first [`PLACES_MOST`].
    pub places: Vec<Place>,
    /// How often in all.
    pub times: u32,
    /// What stood there, as the spreadsheet shows it.
    pub value: String,
    /// What can be chosen; empty for a mere note.
    pub choices: Vec<Choice>,
    /// Whether a text that isn't listed can be chosen too, as [`Choice::Name`].
    pub takes_names: bool,
    /// What is done unless something else is chosen; none where the manager has to say.
    pub default: Option<Choice>,
    /// What was done in this reading; none while it is open.
    pub chosen: Option<Choice>,
}

/// A way to settle a doubt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "choice", content = "value")]
pub enum Choice {
    /// It was only to be said.
    Noted,
    /// Leave the line, column, sheet or cells out.
    LeaveOut,
    /// Take it as it is.
    Take,
    /// Take what stood above.
    CarryDown,
    /// From the first number to the last.
    Range,
    /// One seat of this label.
    OneSeat,
    /// Of several alike, the first.
    First,
    /// Of several alike, each with a number behind it: `(2)`.
    NumberThem,
    /// The numbers of the seats hold, not the count.
    Numbers,
    /// 1, 2, 3 … from the side of the stage, or from the left.
    CountFromOne,
    /// The column holds this.
    Means(Meaning),
    /// This price, in won.
    #[specta(type = i32)]
    Price(i64),
    /// This tier, block, encoding, plan, or pattern of names.
    Name(String),
    /// Lay them out anew.
    LayOut,
}

/// What a doubt is about. Words for each are the screens'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum About {
    /// Text of an old encoding; the value is a sample as it was read.
    Encoding,
    /// A heading that isn't known; the value is the heading.
    UnknownHeading {
        /// What stands under it.
        samples: Vec<String>,
    },
    /// No line of headings was found; the value is what was read as the first line. Each column is then asked about.
    NoHeadings,
    /// No column for this, without which there are no seats; the value is the headings that were read.
    MissingHeading {
        /// What is missing.
        meaning: Meaning,
    },
    /// A sheet that isn't read; the value is its name.
    SheetLeftOut,
    /// Rows or columns that the spreadsheet hides hold seats.
    HiddenCells,
    /// A line without a seat number; the value is the rest of it.
    EmptyNumber,
    /// Seat numbers that can't be read.
    UnreadNumbers,
    /// `1-2` is a range or a seat's name.
    HyphenNumber,
    /// The spreadsheet made a date of it; the value is how it shows it.
    DateCell,
    /// The count beside the numbers is another.
    CountDiffers {
        /// As written.
        written: u32,
        /// As read.
        found: u32,
    },
    /// A sum that doesn't agree; the value is what it is the sum of.
    TotalDiffers {
        /// As written.
        written: u32,
        /// As read.
        found: u32,
    },
    /// A row with a count and no numbers.
    OnlyCounted,
    /// Cells left empty under a value.
    CarriedDown {
        /// Of which column.
        meaning: Meaning,
    },
    /// Seats that say nothing of their tier.
    NoTier,
    /// Not a price.
    UnreadPrice,
    /// One tier at several prices in the file; the value is the tier.
    PricesDiffer,
    /// The concert has the tier at another price; the value is the tier.
    PriceOfConcert {
        /// The concert's, in won.
        #[specta(type = i32)]
        concert: i64,
        /// The file's.
        #[specta(type = i32)]
        file: i64,
    },
    /// A tier without a price anywhere, or at nothing; the value is the tier.
    NoPrice,
    /// Several seats of one label; the value is the label, the first place is the seat that was there first.
    RepeatedSeat,
    /// Lines are for several performances; the value is one of them.
    SeveralShows,
    /// Not a coordinate, or none beside others that have one.
    UnreadPosition,
    /// Seats on one spot.
    SameSpot,
    /// A block of a chart or a zone of a plan without a name; the value is what it is called meanwhile.
    UnnamedBlock,
    /// Rows without labels, whose numbers begin anew in each; the value is the block.
    UnlabelledRows,
    /// Seats without a number; the value is their block or zone.
    UnnumberedSeats,
    /// A colour that the legend doesn't name; the value is `#rrggbb`, or empty for no fill.
    UnknownColour {
        /// Seats of it.
        seats: u32,
    },
    /// A few numbers that stand apart from all blocks; the value is the first.
    StrayNumbers,
    /// Texts that were not understood; the value is the first.
    UnreadTexts,
    /// A seat that only the list has; the value is its label.
    OnlyInList,
    /// A seat that only the chart has.
    OnlyInChart,
    /// List and chart name different tiers for the same seats; the value is the chart's tier, then the list's.
    TierDiffers,
    /// A guid comes again in the other system's file.
    RepeatedGuid,
    /// A category that the plan doesn't declare; the value is its name.
    UndeclaredCategory,
    /// A row that has no name; the value is its zone.
    BlankRow,
    /// Zones lie on each other; the value is the first of them.
    ZonesOverlap,
    /// Seats lie outside of the plan's canvas.
    OffCanvas,
    /// An area without seats that holds people; the value is its name. A choice of [`Choice::Name`] with a number says how
    /// many, and numbers them.
    StandingArea {
        /// How many, if the plan says it.
        capacity: Option<u32>,
    },
    /// The file holds several plans; the value is the one that is read.
    SeveralPlans,
    /// A piece of the plan that isn't as the format says; the value is what is wrong.
    BrokenPiece,
    /// How the names of a drawing's shapes say which seat each is; the value is what is done: an attribute and a pattern of
    /// `{floor}`, `{section}`, `{row}` and `{number}`, such as `id: {section}-{row}-{number}`, where a separator stands for
    /// any; `{words}` for names that say it in words; `data` for attributes of their own. Another is a [`Choice::Name`].
    SeatNames {
        /// A few names, each with its attribute.
        samples: Vec<String>,
    },
    /// A label that is too long to be kept; the value is its beginning.
    LongLabel,
}

/// The answers so far, by a doubt's key. They fit the venue's next file as well, whose doubts have the same keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Choices {
    /// By a doubt's key.
    pub answers: BTreeMap<String, Choice>,
    /// By a block's key: what was corrected in it.
    pub blocks: BTreeMap<String, BlockChoice>,
}

/// A correction to a block of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct BlockChoice {
    /// Its name.
    pub name: Option<String>,
    /// Its floor.
    pub floor: Option<String>,
    /// Its first row's label, a number or a letter; the others are counted on.
    pub first_row: Option<String>,
    /// It is no block of seats.
    pub leave_out: bool,
}

/// A block of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Block {
    /// For [`Choices::blocks`].
    pub key: String,
    /// Its upper left cell.
    pub place: Place,
    /// Its lower right cell, such as `AB12`.
    pub to: String,
    /// Its name.
    pub name: Option<String>,
    /// Its floor.
    pub floor: Option<String>,
    /// Its rows' labels, from the top.
    pub rows: Vec<String>,
    /// How its numbers run.
    pub numbering: Run,
    /// Seats found.
    pub seats: u32,
    /// Seats as the sheet says itself.
    pub written: Option<u32>,
}

/// How the numbers of a block run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// From the left in each row.
    Rising,
    /// From the right in each row.
    Falling,
    /// Through the rows, each the other way than the one before.
    Snake,
    /// Through the rows, each the same way.
    Through,
    /// Otherwise.
    Mixed,
}

/// Seats as counted, beside what the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Counts {
    /// All.
    pub seats: u32,
    /// All, as the file says.
    pub written: Option<u32>,
    /// By section, in the order of the file.
    pub sections: Vec<Count>,
    /// By tier.
    pub tiers: Vec<Count>,
}

/// Seats of a section or a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Count {
    /// Which.
    pub name: String,
    /// As read.
    pub seats: u32,
    /// As the file says.
    pub written: Option<u32>,
}

/// A hall as read. Positions are in plan units: neighbouring seats are about 1 apart, rows a little more.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct Hall {
    /// Where the stage is.
    pub stage: Option<Rectangle>,
    /// The tiers that its seats name.
    pub tiers: Vec<Tier>,
    /// The seats.
    pub seats: Vec<Seat>,
}

/// A rectangle around its middle, in plan units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Rectangle {
    /// The middle, across.
    pub x: f64,
    /// The middle, down.
    pub y: f64,
    /// Size, across.
    pub width: f64,
    /// Size, down.
    pub height: f64,
}

/// A tier of a hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Tier {
    /// For example `R석`.
    pub label: String,
    /// In won, if the file or the concert says it.
    #[specta(type = Option<i32>)]
    pub price: Option<i64>,
    /// As the file paints it, for example `#f4b183`.
    pub colour: Option<String>,
}

/// A seat as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Seat {
    /// Unique in the hall, for example `1층 A블록 1열 1번`.
    pub label: String,
    /// Floor and block, for example `1층 A블록`.
    pub section: Option<String>,
    /// The row's label, without its word.
    pub row: Option<String>,
    /// The row's place among those of its section, from 1.
    pub row_number: Option<i32>,
    /// Its number in the row, if it is one.
    pub number: Option<i32>,
    /// Index into the hall's tiers.
    #[specta(type = u32)]
    pub tier: usize,
    /// Across, in plan units.
    pub x: f64,
    /// Down, in plan units.
    pub y: f64,
}

/// Why a file can't be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, Type)]
// Among the screens' types, the shell's own refusals have the shorter name.
#[serde(rename = "FileRefusal", rename_all = "snake_case", tag = "code")]
pub enum Refusal {
    /// More bytes than [`BYTES_MOST`](crate::BYTES_MOST), packed or unpacked.
    #[error("{name} is larger than {most} bytes")]
    TooLarge {
        /// The file.
        name: String,
        /// How many are allowed.
        most: u32,
    },
    /// More cells than [`CELLS_MOST`](crate::CELLS_MOST).
    #[error("{name} has more than {most} cells")]
    TooManyCells {
        /// The file.
        name: String,
        /// How many are allowed.
        most: u32,
    },
    /// More seats than [`SEATS_MOST`](crate::SEATS_MOST).
    #[error("{name} has more than {most} seats")]
    TooManySeats {
        /// The file.
        name: String,
        /// How many are allowed.
        most: u32,
    },
    /// Not a file of its kind, or broken.
    #[error("{name} can't be read as a file of its kind")]
    Broken {
        /// The file.
        name: String,
    },
    /// A password is needed to open it.
    #[error("{name} needs a password")]
    Locked {
        /// The file.
        name: String,
    },
    /// Of a kind that isn't read: a picture, a PDF, a document.
    #[error("{name} is of a kind that isn't read")]
    UnknownKind {
        /// The file.
        name: String,
    },
    /// An old workbook, which only a process of its own may read: see [`xls`](crate::xls).
    #[error("{name} is to be read by a process of its own")]
    NeedsProcess {
        /// The file.
        name: String,
    },
    /// Nothing in it.
    #[error("{name} is empty")]
    Empty {
        /// The file.
        name: String,
    },
}
