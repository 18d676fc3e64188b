//! Tickets on their way from the server to the printer, and what became of the last ones.
//!
//! That they are printed is in the server's journal before a byte leaves this PC, and on this PC's disk before anything is
//! asked: whatever is killed in the middle, the next start knows of it, and what is printed then is marked as a reprint.

use box_office::{BoxOffice, Error, IssuedTickets, ReservationId, reservation_number};
use printing::{Job, Media, PrintService, Printer, Stage, Trouble};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager};
use ticket::{Code, Paper, Sale, Seat};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::refusal::{Answer, PcError};
use crate::saving;
use crate::settings::{self, Language, Settings};

/// How far a print is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PrintStage {
    /// Whether it came out nobody knows: this program or the print service was killed, or has forgotten it.
    Unknown,
    /// Before it other jobs, or the printer is stopped.
    Waiting,
    /// On its way to the printer.
    Printing,
    /// The printer has all of it.
    Printed,
    /// In a file.
    Saved,
    /// Somebody cancelled it at the printer.
    Cancelled,
    /// The print service gave it up.
    Failed,
}

/// The last print of this PC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Print {
    /// Whose tickets.
    pub reservation_id: ReservationId,
    /// Its short number.
    pub number: String,
    /// How often it was printed before.
    pub reprint: u32,
    /// How far it is.
    pub stage: PrintStage,
    /// Why it goes no further, if the printer says so.
    pub trouble: Option<Trouble>,
    /// At the print service, once that took it.
    pub job: Option<Job>,
    /// The file it was saved to.
    pub path: Option<String>,
}

impl Print {
    fn is_open(&self) -> bool {
        matches!(self.stage, PrintStage::Waiting | PrintStage::Printing)
    }
}

/// One print at a time: two at once would each be the last one.
#[derive(Default)]
pub struct Printing(Mutex<()>);

impl Printing {
    /// Issues the tickets of a reservation and prints or saves them, as the settings say.
    ///
    /// # Errors
    /// Those of [`BoxOffice::issue_tickets`], [`PcError::NoPrintService`], [`PcError::UnknownPrinter`],
    /// [`PcError::PrinterRefused`], [`PcError::FileNotSaved`], [`Error::InvalidField`]: nothing was printed.
    pub async fn print(&self, app: &AppHandle, office: &BoxOffice, reservation_id: ReservationId) -> Answer<Print> {
        let _one_at_a_time = self.0.lock().await;
        let settings = settings::load(app);
        // Asked first: what is issued and can't be printed is void all the same, and the next one a reprint.
        if !settings.printer.is_empty() {
            let printer = settings.printer.clone();
            blocking(move || PrintService::of_this_pc().check(&printer)).await?;
        }
        let before = last_print(app);
        let mut print = Print {
            reservation_id,
            number: reservation_number(reservation_id),
            reprint: 0,
            stage: PrintStage::Unknown,
            trouble: None,
            job: None,
            path: None,
        };
        keep_last_print(app, Some(&print))?;
        let issued = if cfg!(feature = "admin") {
            office.issue_any_tickets(reservation_id).await
        } else {
            office.issue_tickets(reservation_id).await
        };
        let issued = match issued {
            Ok(issued) => issued,
            Err(error) => {
                keep_last_print(app, before.as_ref())?;
                return Err(error.into());
            }
        };
        // What is void by now is not to come out any more.
        if let Some(job) =
            before.filter(|one| one.reservation_id == reservation_id && one.is_open()).and_then(|one| one.job)
        {
            blocking(move || PrintService::of_this_pc().cancel(&job)).await.ok();
        }
        print.reprint = u32::try_from(issued.reprint).unwrap_or_default();
        match hand_over(app, &settings, issued).await {
            Ok(Handed::To(job)) => {
                print.stage = PrintStage::Waiting;
                print.job = Some(job);
            }
            Ok(Handed::Saved(path)) => {
                print.stage = PrintStage::Saved;
                print.path = Some(path);
            }
            Ok(Handed::Unanswered) => {}
            Err(error) => {
                print.stage = PrintStage::Failed;
                keep_last_print(app, Some(&print))?;
                return Err(error);
            }
        }
        // It is on its way, whatever this PC's disk says.
        if keep_last_print(app, Some(&print)).is_err() {
            tracing::warn!("the last print could not be kept");
        }
        Ok(print)
    }

    /// What became of the last print so far; none if there was none since it was dismissed.
    ///
    /// # Errors
    /// [`PcError::NoPrintService`], [`PcError::SettingsNotSaved`].
    pub async fn progress(&self, app: &AppHandle) -> Answer<Option<Print>> {
        let _one_at_a_time = self.0.lock().await;
        let Some(mut print) = last_print(app) else { return Ok(None) };
        let Some(job) = print.job.clone().filter(|_| print.is_open()) else { return Ok(Some(print)) };
        let now = blocking(move || PrintService::of_this_pc().progress(&job)).await?;
        print.trouble = now.and_then(|now| now.trouble);
        print.stage = match now.map(|now| now.stage) {
            None => PrintStage::Unknown,
            Some(Stage::Waiting) => PrintStage::Waiting,
            Some(Stage::Printing) => PrintStage::Printing,
            Some(Stage::Printed) => PrintStage::Printed,
            Some(Stage::Cancelled) => PrintStage::Cancelled,
            Some(Stage::Failed) => PrintStage::Failed,
        };
        keep_last_print(app, Some(&print))?;
        Ok(Some(print))
    }
}

/// The printers of this PC.
///
/// # Errors
/// [`PcError::NoPrintService`].
pub async fn printers() -> Answer<Vec<Printer>> {
    blocking(|| PrintService::of_this_pc().printers()).await
}

/// The last print of this PC, if any.
fn last_print(app: &AppHandle) -> Option<Print> {
    settings::get(app, "last_print")
}

/// Keeps or forgets it. It is on the disk when this returns.
fn keep_last_print(app: &AppHandle, print: Option<&Print>) -> Result<(), PcError> {
    settings::set(app, "last_print", &print)
}

enum Handed {
    To(Job),
    Saved(String),
    /// It was sent, and whether the print service has it nobody knows.
    Unanswered,
}

async fn hand_over(app: &AppHandle, settings: &Settings, issued: IssuedTickets) -> Answer<Handed> {
    let (paper, language) = (settings.paper, settings.language);
    let name = format!("Maepyo {}", issued.number);
    let document = spawn_blocking(move || ticket::document(&sale(issued), paper, words(language)))
        .await
        .map_err(|_| Error::Internal)?
        .map_err(|error| match error {
            ticket::Error::Stock(_) => Error::InvalidField { field: "stock".into() },
            ticket::Error::Pdf(why) => {
                tracing::error!(%why, "tickets could not be made");
                Error::Internal
            }
        })?;
    if settings.printer.is_empty() {
        let folder = app.path().document_dir().or_else(|_| app.path().home_dir()).map_err(|_| PcError::FileNotSaved)?;
        let saved = spawn_blocking(move || saving::write_new(&folder, &name, "pdf", &document.pdf)).await;
        let path = saved.ok().and_then(std::io::Result::ok).ok_or(PcError::FileNotSaved)?;
        return Ok(Handed::Saved(path));
    }
    let media = match paper {
        Paper::A4 => Media::A4,
        Paper::Roll | Paper::Stock(_) => Media::Custom { width: document.width, height: document.height },
    };
    let printer = settings.printer.clone();
    let sent = spawn_blocking(move || PrintService::of_this_pc().print(&printer, &name, document.pdf, media)).await;
    match sent.map_err(|_| Error::Internal)? {
        Ok(job) => Ok(Handed::To(job)),
        Err(printing::Error::Unanswered(why)) => {
            tracing::warn!(%why, "the print service did not answer");
            Ok(Handed::Unanswered)
        }
        Err(error) => Err(refused(error).into()),
    }
}

fn sale(issued: IssuedTickets) -> Sale {
    let seats = issued
        .seats
        .into_iter()
        .map(|seat| Seat { label: seat.label, tier: seat.tier, price: seat.price, code: Code(seat.code) })
        .collect();
    Sale {
        title: issued.title,
        venue: Some(issued.venue).filter(|venue| !venue.is_empty()),
        starts_at: issued.starts_at,
        number: issued.number,
        sold_at: issued.sold_at,
        counter: issued.counter,
        walk_up: issued.walk_up,
        seats,
        reprint: u32::try_from(issued.reprint).unwrap_or_default(),
    }
}

fn words(language: Language) -> ticket::Language {
    match language {
        Language::Ko => ticket::Language::Ko,
        Language::En => ticket::Language::En,
    }
}

async fn blocking<T: Send + 'static>(asked: impl FnOnce() -> Result<T, printing::Error> + Send + 'static) -> Answer<T> {
    Ok(spawn_blocking(asked).await.map_err(|_| Error::Internal)?.map_err(refused)?)
}

fn refused(error: printing::Error) -> PcError {
    match error {
        printing::Error::NoService => PcError::NoPrintService,
        printing::Error::UnknownPrinter => PcError::UnknownPrinter,
        printing::Error::Refused(why) | printing::Error::Unanswered(why) => {
            tracing::warn!(%why, "the print service refused");
            PcError::PrinterRefused
        }
    }
}
