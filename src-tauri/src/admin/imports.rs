//! Files that a venue has of its hall: opened once, read again with every choice, shown, and then written as a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use box_office::{Error, Plan, PlanFault, PlanTier, preview};
use hall_file::{About, Block, Choice, Choices, Counts, Doubt, File, FileRead, KnownTier, Reading, Refusal, read};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, State};
use tokio::task::spawn_blocking;

use crate::admin::hall_plan::{faults_of, plan_of};
use crate::admin::plans::{PlanPreview, Planning, lock};
use crate::admin::{files, old_workbook};
use crate::refusal::Answer;
use crate::settings;

/// Bytes of all files together.
const TOGETHER_MOST: usize = 64 << 20;
/// Choices that are kept for the venue's next file.
const KEPT_MOST: usize = 500;
const KEPT: &str = "hall_choices";

/// The files that were dropped last stay here: a choice need not bring their megabytes again.
#[derive(Default)]
pub struct Imports(Mutex<Arc<Vec<Dropped>>>);

struct Dropped {
    name: String,
    bytes: Vec<u8>,
}

/// A file as the window has it.
#[derive(Deserialize, Type)]
pub struct HallFile {
    /// Its name.
    name: String,
    /// What is in it.
    base64: String,
}

/// What became of the files.
#[derive(Serialize, Type)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum HallAnswer {
    /// They were read.
    Read(Box<HallRead>),
    /// One of them can't be read at all.
    Refused {
        /// Why.
        why: Refusal,
    },
}

/// What was read; the seats themselves are in the preview.
#[derive(Serialize, Type)]
pub struct HallRead {
    /// The hall as it would be written; none while it has faults.
    preview: Option<PlanPreview>,
    /// What no choice mends.
    faults: Vec<PlanFault>,
    /// Whether it may be written.
    settled: bool,
    /// What each file was taken for.
    files: Vec<FileRead>,
    /// Seats, with the files' own figures beside them.
    counts: Counts,
    /// What is asked, and how it stands.
    doubts: Vec<Doubt>,
    /// Doubts that are not shown.
    more_doubts: u32,
    /// Blocks of charts.
    blocks: Vec<Block>,
}

/// Opens files that were dropped together. The choices that were made for the venue's last file, to start with.
///
/// # Errors
/// [`Error::InvalidField`] for the field `file`: no base64, too large, or too many.
#[tauri::command]
#[specta::specta]
pub async fn open_hall_files(
    app: AppHandle,
    imports: State<'_, Imports>,
    files: Vec<HallFile>,
) -> Answer<BTreeMap<String, Choice>> {
    let refused = || Error::InvalidField { field: "file".into() };
    if files.len() > hall_file::FILES_MOST {
        return Err(refused().into());
    }
    let opened = spawn_blocking(move || {
        let opened = files.into_iter().map(|file| Ok((file.name, files::read(&file.base64)?)));
        let opened: Vec<(String, Vec<u8>)> = opened.collect::<Answer<_>>()?;
        if opened.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > TOGETHER_MOST {
            return Err(refused().into());
        }
        let cells =
            |(name, bytes): (String, Vec<u8>)| Dropped { bytes: old_workbook::cells(&bytes).unwrap_or(bytes), name };
        Answer::Ok(opened.into_iter().map(cells).collect::<Vec<_>>())
    });
    *lock(&imports.0) = Arc::new(opened.await.map_err(|_| Error::Internal)??);
    Ok(kept(&app))
}

/// Reads the opened files with the choices as they are, and shows the hall with the prices that the concert's `tiers`
/// have.
#[tauri::command]
#[specta::specta]
pub async fn read_hall(
    imports: State<'_, Imports>,
    planning: State<'_, Planning>,
    tiers: Vec<PlanTier>,
    choices: Choices,
) -> Answer<HallAnswer> {
    let opened = Arc::clone(&lock(&imports.0));
    let reading = spawn_blocking(move || {
        let read = read_opened(&opened, &tiers, &choices)?;
        let to_keep = read.reading.is_settled().then(|| Lasting::of(&read.reading, &choices));
        let map = preview(&crate::admin::plans::priced(&read.plan, &tiers));
        Ok((read, map, to_keep))
    });
    let (OpenedRead { reading, plan, faults }, map, to_keep) = match reading.await.map_err(|_| Error::Internal)? {
        Ok(read) => read,
        Err(why) => return Ok(HallAnswer::Refused { why }),
    };
    let settled = to_keep.is_some() && faults.is_empty();
    let preview = faults.is_empty().then(|| planning.keep(plan, map, to_keep));
    let Reading { files, counts, doubts, more_doubts, blocks, .. } = reading;
    Ok(HallAnswer::Read(Box::new(HallRead { preview, faults, settled, files, counts, doubts, more_doubts, blocks })))
}

struct OpenedRead {
    reading: Reading,
    plan: Plan,
    faults: Vec<PlanFault>,
}

fn read_opened(opened: &[Dropped], tiers: &[PlanTier], choices: &Choices) -> Result<OpenedRead, Refusal> {
    let known: Vec<KnownTier> =
        tiers.iter().filter_map(|tier| Some(KnownTier { label: tier.label.clone(), price: tier.price? })).collect();
    let files: Vec<File<'_>> = opened.iter().map(|file| File { name: &file.name, bytes: &file.bytes }).collect();
    let mut reading = read(&files, &known, choices).map_err(|why| match why {
        // Its process could not read it.
        Refusal::NeedsProcess { name } => Refusal::Broken { name },
        why => why,
    })?;
    let plan = plan_of(&mut reading, tiers, choices);
    let faults = faults_of(&plan);
    Ok(OpenedRead { reading, plan, faults })
}

/// What the venue's next file is read with, once the plan of this one is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lasting {
    /// What this file was asked about, whatever was answered.
    asked: BTreeSet<String>,
    answers: BTreeMap<String, Choice>,
}

impl Lasting {
    fn of(reading: &Reading, choices: &Choices) -> Self {
        let lasts = |doubt: &&Doubt| lasts(&doubt.about);
        let doubts = reading.doubts.iter().filter(lasts).map(|doubt| doubt.key.clone());
        let headings = reading.files.iter().flat_map(|file| &file.headings).map(|heading| heading.key.clone());
        let asked: BTreeSet<String> = doubts.chain(headings).collect();
        let answers = choices.answers.iter().filter(|(key, _)| asked.contains(*key));
        Self { answers: answers.map(|(key, choice)| (key.clone(), choice.clone())).collect(), asked }
    }

    /// Keeps them beside those of other files; one that was not made again is forgotten.
    pub fn keep(self, app: &AppHandle) {
        let kept = self.added_to(kept(app));
        if let Err(error) = settings::set(app, KEPT, &kept) {
            tracing::warn!(%error, "the choices of an import are not kept");
        }
    }

    fn added_to(self, mut kept: BTreeMap<String, Choice>) -> BTreeMap<String, Choice> {
        kept.retain(|key, _| !self.asked.contains(key));
        if kept.len() + self.answers.len() > KEPT_MOST {
            kept.clear();
        }
        kept.extend(self.answers);
        kept
    }
}

fn kept(app: &AppHandle) -> BTreeMap<String, Choice> {
    settings::get(app, KEPT).unwrap_or_default()
}

/// Whether an answer is about how a venue writes its files, and not about a line, a seat or a price of this one.
fn lasts(about: &About) -> bool {
    match about {
        About::Encoding
        | About::UnknownHeading { .. }
        | About::SheetLeftOut
        | About::HiddenCells
        | About::EmptyNumber
        | About::HyphenNumber
        | About::OnlyCounted
        | About::CarriedDown { .. }
        | About::NoTier
        | About::UnknownColour { .. }
        | About::UndeclaredCategory
        | About::ZonesOverlap
        | About::OffCanvas
        | About::SeatNames { .. }
        | About::StandingArea { .. } => true,
        About::NoHeadings
        | About::MissingHeading { .. }
        | About::UnreadNumbers
        | About::DateCell
        | About::CountDiffers { .. }
        | About::TotalDiffers { .. }
        | About::UnreadPrice
        | About::PricesDiffer
        | About::PriceOfConcert { .. }
        | About::NoPrice
        | About::RepeatedSeat
        | About::SeveralShows
        | About::UnreadPosition
        | About::SameSpot
        | About::UnnamedBlock
        | About::UnlabelledRows
        | About::UnnumberedSeats
        | About::StrayNumbers
        | About::UnreadTexts
        | About::OnlyInList
        | About::OnlyInChart
        | About::TierDiffers
        | About::RepeatedGuid
        | About::BlankRow
        | About::SeveralPlans
        | About::BrokenPiece
        | About::LongLabel => false,
    }
}

#[cfg(test)]
mod tests {
    use box_office::{SheetKind, sheet_template};
    use hall_file::FileKind;

    use super::*;

    fn dropped(name: &str, text: &str) -> Vec<Dropped> {
        vec![Dropped { name: name.into(), bytes: text.into() }]
    }

    fn answers(answers: &[(&str, Choice)]) -> BTreeMap<String, Choice> {
        answers.iter().map(|(key, choice)| ((*key).to_owned(), choice.clone())).collect()
    }

    #[test]
    fn choices_about_how_a_venue_writes_outlast_a_file_and_those_about_a_price_do_not() {
        let list = "구역,열,번호,비고,등급,가격\n가,1,1,통로,R석,132000\n";
        let tiers = [PlanTier { label: "R석".into(), price: Some(100_000), color: None }];
        let made = answers(&[("heading:비고", Choice::LeaveOut), ("price of concert:r", Choice::Price(132_000))]);
        let choices = Choices { answers: made, ..Choices::default() };
        let read = read_opened(&dropped("a.csv", list), &tiers, &choices).unwrap();
        assert!(read.reading.is_settled());
        let lasting = Lasting::of(&read.reading, &choices);
        assert_eq!(lasting.answers, answers(&[("heading:비고", Choice::LeaveOut)]));
        let before =
            answers(&[("heading:비고", Choice::Take), ("heading:구역", Choice::Take), ("counted", Choice::LeaveOut)]);
        let kept = lasting.added_to(before);
        assert_eq!(kept, answers(&[("counted", Choice::LeaveOut), ("heading:비고", Choice::LeaveOut)]));
    }

    #[test]
    fn the_template_reads_as_the_seats_it_shows() {
        for kind in [SheetKind::Csv, SheetKind::Xlsx] {
            let opened = [Dropped { name: "양식".into(), bytes: sheet_template(kind) }];
            let read = read_opened(&opened, &[], &Choices::default()).unwrap();
            assert!(read.reading.is_settled());
            let labels: Vec<_> = read.plan.seats.iter().map(|seat| seat.label.as_str()).collect();
            assert_eq!(labels, ["1층 B구역 1열 1번", "1층 B구역 1열 2번", "1층 B구역 2열 1번"]);
            let prices: Vec<_> = read.plan.tiers.iter().map(|tier| (tier.label.as_str(), tier.price)).collect();
            assert_eq!(prices, [("R석", Some(132_000)), ("S석", Some(99_000))]);
        }
    }

    #[test]
    fn an_old_workbook_that_no_process_could_read_is_a_broken_file() {
        let bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3];
        let opened = [Dropped { name: "a.xls".into(), bytes }];
        let why = read_opened(&opened, &[], &Choices::default()).err();
        assert_eq!(why, Some(Refusal::Broken { name: "a.xls".into() }));
    }

    #[test]
    fn a_plan_of_pretix_is_read_as_any_other_file() {
        let seat = |x: u32| format!(r#"{{"seat_number":"{x}","category":"R석","position":{{"x":{x},"y":0}}}}"#);
        let seats = [seat(0), seat(30)].join(",");
        let row = format!(r#"{{"row_number":"1","position":{{"x":0,"y":0}},"seats":[{seats}]}}"#);
        let zone = format!(r#"{{"name":"A","position":{{"x":0,"y":0}},"rows":[{row}]}}"#);
        let category = r##"{"name":"R석","color":"#ff0000"}"##;
        let plan =
            format!(r#"{{"name":"p","categories":[{category}],"zones":[{zone}],"size":{{"width":99,"height":99}}}}"#);
        let read = read_opened(&dropped("plan.json", &plan), &[], &Choices::default()).unwrap();
        assert_eq!((read.reading.files[0].kind, read.plan.seats.len()), (FileKind::Pretix, 2));
    }
}
