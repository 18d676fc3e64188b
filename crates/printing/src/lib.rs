//! This PC's printers, by its print service (CUPS): which there are, print this, and what became of it. It blocks: call it
//! where that is allowed.

use std::time::Duration;

use ipp::attribute::IppAttributeGroup;
use ipp::model::{DelimiterTag, IppVersion, JobState, Operation, PrinterState, StatusCode};
use ipp::prelude::{IppAttribute, IppClient, IppOperationBuilder, IppPayload, IppRequestResponse, IppValue, Uri};
use ipp::value::IppName;
use serde::{Deserialize, Serialize};
use specta::Type;

/// For one answer of a service on this PC.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Whose jobs they are, for the print service: no clerk's name.
const USER: &str = "maepyo";

/// Why something was not printed, or is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No print service answers on this PC. Nothing was printed.
    #[error("no print service answers")]
    NoService,
    /// It has no printer of this name. Nothing was printed.
    #[error("no such printer")]
    UnknownPrinter,
    /// The printer takes no jobs, such as one that was set to refuse them. Nothing was printed.
    #[error("the printer takes no jobs: {0}")]
    Refused(String),
    /// The job was sent and its answer lost: it may be printed or not.
    #[error("the answer was lost: {0}")]
    Unanswered(String),
}

/// A printer of this PC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Printer {
    /// As the print service knows it.
    pub name: String,
    /// As people call it; the name if nobody said.
    pub title: String,
}

/// A job that the print service took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Job {
    /// The printer's name.
    pub printer: String,
    /// Its number at this print service.
    pub id: i32,
}

/// What to print on; lengths in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Media {
    /// ISO A4.
    A4,
    /// Paper of this size, for printers that can be told; others print on what they are set to.
    Custom {
        /// Along the printer's head.
        width: f32,
        /// The way the paper moves.
        height: f32,
    },
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before it other jobs, or the printer is stopped.
    Waiting,
    /// On its way to the printer.
    Printing,
    /// The printer has all of it.
    Printed,
    /// Somebody cancelled it.
    Cancelled,
    /// The print service gave it up.
    Failed,
}

/// What keeps a printer from printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// No paper, or not the right one.
    Paper,
    /// A sheet or ticket is stuck.
    Jam,
    /// A cover or door is open.
    Open,
    /// The print service can't reach it: off, or its cable is out.
    Away,
    /// Somebody stopped it, or the print service did after an error.
    Stopped,
}

/// What became of a job so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Progress {
    /// How far it is.
    pub stage: Stage,
    /// Why it goes no further, if the printer says so.
    pub trouble: Option<Trouble>,
}

/// The print service of this PC.
#[derive(Debug, Clone)]
pub struct PrintService {
    /// `host:port`.
    address: String,
}

impl PrintService {
    /// The one at `CUPS_SERVER`, as CUPS's own programs have it, or the usual one.
    pub fn of_this_pc() -> Self {
        // A path is a socket's, which HTTP clients don't speak over; the same service listens on the usual port.
        let told = std::env::var("CUPS_SERVER").ok().filter(|told| !told.is_empty() && !told.starts_with('/'));
        Self::at(&told.unwrap_or_else(|| "localhost".into()))
    }

    /// The one at this host, with or without a port.
    pub fn at(address: &str) -> Self {
        let has_port = address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        Self { address: if has_port { address.to_owned() } else { format!("{address}:631") } }
    }

    /// The printers that are set up here, the default one first.
    ///
    /// # Errors
    /// [`Error::NoService`].
    pub fn printers(&self) -> Result<Vec<Printer>, Error> {
        let mut found = Vec::new();
        let answer = self.ask(request(Operation::CupsGetPrinters, None)?)?;
        for group in answer.attributes().groups_of(DelimiterTag::PrinterAttributes) {
            if let Some(name) = text(group, "printer-name") {
                let title = text(group, "printer-info").filter(|title| !title.trim().is_empty());
                found.push(Printer { title: title.unwrap_or_else(|| name.clone()), name });
            }
        }
        // It answers "not found" when there is none.
        let default = self.ask(request(Operation::CupsGetDefault, None)?)?;
        let default = default.attributes().first_of(DelimiterTag::PrinterAttributes);
        let default = default.and_then(|group| text(group, "printer-name"));
        found.sort_by_key(|printer| Some(&printer.name) != default.as_ref());
        Ok(found)
    }

    /// Whether a job for this printer would be taken.
    ///
    /// # Errors
    /// [`Error::NoService`], [`Error::UnknownPrinter`], [`Error::Refused`].
    pub fn check(&self, printer: &str) -> Result<(), Error> {
        if self.printer(printer)?.takes_jobs { Ok(()) } else { Err(Error::Refused("it is set to refuse jobs".into())) }
    }

    /// Gives a PDF to a printer. `name` is shown to whoever looks at the printer's jobs: nothing about a customer.
    ///
    /// # Errors
    /// Nothing is printed after any but [`Error::Unanswered`].
    pub fn print(&self, printer: &str, name: &str, pdf: Vec<u8>, media: Media) -> Result<Job, Error> {
        // Asked first: a job for a printer that isn't there is sent whole before it is refused.
        self.check(printer)?;
        let media = match media {
            Media::A4 => "iso_a4_210x297mm".to_owned(),
            // As CUPS names sizes that no standard has.
            Media::Custom { width, height } => format!("Custom.{width:.1}x{height:.1}mm"),
        };
        // As large as it is, and where the paper begins.
        let options = [("media", media.as_str()), ("print-scaling", "none"), ("position", "top")];
        let options = options.into_iter().map(|(name, value)| keyword(name, value)).collect::<Result<Vec<_>, _>>()?;
        let job = IppOperationBuilder::print_job(self.uri(printer)?, IppPayload::new(std::io::Cursor::new(pdf)))
            .user_name(USER)
            .job_title(name)
            .document_format("application/pdf")
            .attributes(options)
            .build()
            .map_err(|error| Error::Refused(error.to_string()))?;
        let answer = match self.send(job.into()) {
            Ok(answer) => answer,
            Err(Lost::Before) => return Err(Error::NoService),
            Err(Lost::After(why)) => return Err(Error::Unanswered(why)),
        };
        let status = answer.header().status_code();
        if !status.is_success() {
            return Err(Error::Refused(status.to_string()));
        }
        let id = answer.attributes().first_of(DelimiterTag::JobAttributes).and_then(|group| integer(group, "job-id"));
        let id = id.ok_or_else(|| Error::Unanswered("it has no number".into()))?;
        Ok(Job { printer: printer.to_owned(), id })
    }

    /// What became of a job so far; none once the print service has forgotten it.
    ///
    /// # Errors
    /// [`Error::NoService`].
    pub fn progress(&self, job: &Job) -> Result<Option<Progress>, Error> {
        let asked = IppOperationBuilder::get_job_attributes(self.uri(&job.printer)?, job.id)
            .user_name(USER)
            .build()
            .map_err(|_| Error::UnknownPrinter)?;
        let answer = self.ask(asked.into())?;
        let Some(group) = answer.attributes().first_of(DelimiterTag::JobAttributes) else { return Ok(None) };
        let stage = match integer(group, "job-state") {
            Some(state) if state == JobState::Processing as i32 => Stage::Printing,
            Some(state) if state == JobState::Completed as i32 => Stage::Printed,
            Some(state) if state == JobState::Canceled as i32 => Stage::Cancelled,
            Some(state) if state == JobState::Aborted as i32 => Stage::Failed,
            Some(_) => Stage::Waiting,
            None => return Ok(None),
        };
        let trouble = match stage {
            Stage::Printed | Stage::Cancelled | Stage::Failed => None,
            Stage::Printing if text(group, "job-printer-state-message").is_some_and(|said| says_away(&said)) => {
                Some(Trouble::Away)
            }
            // A printer that was removed meanwhile is as good as away.
            Stage::Waiting | Stage::Printing => match self.printer(&job.printer) {
                Err(Error::UnknownPrinter) => Some(Trouble::Away),
                now => now?.trouble,
            },
        };
        Ok(Some(Progress { stage, trouble }))
    }

    /// Takes back a job that is not printed yet. One that is printed or forgotten stays as it is.
    ///
    /// # Errors
    /// [`Error::NoService`].
    pub fn cancel(&self, job: &Job) -> Result<(), Error> {
        let asked = IppOperationBuilder::cancel_job(self.uri(&job.printer)?, job.id)
            .user_name(USER)
            .build()
            .map_err(|_| Error::UnknownPrinter)?;
        self.ask(asked.into()).map(drop)
    }

    fn printer(&self, name: &str) -> Result<PrinterNow, Error> {
        let asked = IppOperationBuilder::get_printer_attributes(self.uri(name)?)
            .attributes(["printer-state", "printer-state-reasons", "printer-is-accepting-jobs"])
            .build()
            .map_err(|_| Error::UnknownPrinter)?;
        let answer = self.ask(asked.into())?;
        if answer.header().status_code() == StatusCode::ClientErrorNotFound {
            return Err(Error::UnknownPrinter);
        }
        let group = answer.attributes().first_of(DelimiterTag::PrinterAttributes).ok_or(Error::UnknownPrinter)?;
        let takes_jobs =
            group.get("printer-is-accepting-jobs").map(IppAttribute::value) != Some(&IppValue::Boolean(false));
        let trouble = trouble(integer(group, "printer-state"), &keywords(group, "printer-state-reasons"));
        Ok(PrinterNow { takes_jobs, trouble })
    }

    fn uri(&self, printer: &str) -> Result<Uri, Error> {
        // Names may be Korean, and a URI may not.
        let name: String = printer
            .bytes()
            .map(|byte| match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        format!("ipp://{}/printers/{name}", self.address).parse().map_err(|_| Error::UnknownPrinter)
    }

    /// A question, which is simply asked again when its answer is lost.
    fn ask(&self, request: IppRequestResponse) -> Result<IppRequestResponse, Error> {
        self.send(request).map_err(|_| Error::NoService)
    }

    fn send(&self, request: IppRequestResponse) -> Result<IppRequestResponse, Lost> {
        let address = format!("ipp://{}/", self.address).parse().map_err(|_| Lost::Before)?;
        let client = IppClient::builder(address).request_timeout(TIMEOUT).build();
        client.send(request).map_err(|error| match &error {
            ipp::error::IppError::ClientError(client) if never_sent(client) => Lost::Before,
            _ => Lost::After(error.to_string()),
        })
    }
}

/// How a printer is.
struct PrinterNow {
    takes_jobs: bool,
    trouble: Option<Trouble>,
}

enum Lost {
    /// Nothing of it was sent.
    Before,
    After(String),
}

/// Nothing is sent before there is a connection.
fn never_sent(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) => true,
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => true,
        ureq::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        _ => false,
    }
}

/// The first reason that a clerk can do something about. A printer may say `none`, or how bad it is behind the reason.
fn trouble(state: Option<i32>, reasons: &[String]) -> Option<Trouble> {
    let of = |reason: &String| {
        let told = |starts: &[&str]| starts.iter().any(|start| reason.starts_with(start));
        if told(&["media-empty", "media-needed", "media-low-error", "input-tray-missing"]) {
            Some(Trouble::Paper)
        } else if told(&["media-jam"]) {
            Some(Trouble::Jam)
        } else if told(&["cover-open", "door-open", "interlock-open"]) {
            Some(Trouble::Open)
        } else if told(&["connecting-to-device", "offline", "shutdown", "timed-out"]) {
            Some(Trouble::Away)
        } else {
            None
        }
    };
    reasons.iter().find_map(of).or((state == Some(PrinterState::Stopped as i32)).then_some(Trouble::Stopped))
}

/// What CUPS's own drivers of devices say of one that they can't reach, for which most give no reason a program could
/// read. It is in English, as what we ask is.
fn says_away(said: &str) -> bool {
    [
        "unavailable",
        "unreachable",
        "not responding",
        "not connected",
        "in use",
        "Unable to locate",
        "to become available",
    ]
    .iter()
    .any(|words| said.contains(words))
}

fn request(operation: Operation, uri: Option<Uri>) -> Result<IppRequestResponse, Error> {
    IppRequestResponse::new(IppVersion::v1_1(), operation, uri).map_err(|_| Error::NoService)
}

fn keyword(name: &str, value: &str) -> Result<IppAttribute, Error> {
    let refused = |error: ipp::parser::IppParseError| Error::Refused(error.to_string());
    Ok(IppAttribute::new(IppName::new(name).map_err(refused)?, IppValue::new_keyword(value).map_err(refused)?))
}

fn text(group: &IppAttributeGroup, name: &str) -> Option<String> {
    group.get(name).map(|attribute| attribute.value().to_string())
}

fn integer(group: &IppAttributeGroup, name: &str) -> Option<i32> {
    match group.get(name)?.value() {
        IppValue::Integer(number) | IppValue::Enum(number) => Some(*number),
        _ => None,
    }
}

fn keywords(group: &IppAttributeGroup, name: &str) -> Vec<String> {
    let Some(attribute) = group.get(name) else { return Vec::new() };
    attribute.value().into_iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_printer_from_printing_is_told_from_what_does_not() {
        let of = |reasons: &[&str]| trouble(Some(3), &reasons.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["none"]), None);
        assert_eq!(of(&["toner-low-report", "media-low-warning"]), None);
        assert_eq!(of(&["toner-low-report", "media-empty-error"]), Some(Trouble::Paper));
        assert_eq!(of(&["cover-open"]), Some(Trouble::Open));
        assert_eq!(of(&["media-jam-error"]), Some(Trouble::Jam));
        assert_eq!(of(&["offline-report"]), Some(Trouble::Away));
        assert_eq!(trouble(Some(5), &["paused".into()]), Some(Trouble::Stopped));
    }

    #[test]
    fn a_service_may_be_named_with_or_without_its_port_and_a_printer_in_korean() {
        assert_eq!(PrintService::at("printers.example").address, "printers.example:631");
        assert_eq!(PrintService::at("127.0.0.1:8631").address, "127.0.0.1:8631");
        let uri = PrintService::at("localhost").uri("매표 1").unwrap().to_string();
        assert_eq!(uri, "ipp://localhost:631/printers/%EB%A7%A4%ED%91%9C%201");
    }
}
