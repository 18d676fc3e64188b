//! Why the program did not do something: the engine's reason or one of this PC. The words for the codes are the UI's.

use box_office::Error;
use serde::Serialize;
use specta::Type;

/// What every command answers.
pub type Answer<T> = Result<T, Refusal>;

/// Both kinds look alike to the window: a `code`, and its data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Type)]
#[serde(untagged)]
pub enum Refusal {
    /// The engine's, or the server's.
    #[error(transparent)]
    Engine(#[from] Error),
    /// This PC's.
    #[error(transparent)]
    ThisPc(#[from] PcError),
}

/// What this PC could not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PcError {
    /// No server is set up.
    #[error("no server")]
    NoServer,
    /// No PostgreSQL is installed on this PC.
    #[error("no postgres here")]
    NoPostgresHere,
    /// The private server on this PC would not do a step.
    #[error("the server on this pc failed: {step}")]
    ThisPcFailed {
        /// The step, for support.
        step: String,
    },
    /// The settings file can't be written.
    #[error("settings not saved")]
    SettingsNotSaved,
    /// A file can't be written to the folder of downloads.
    #[error("file not saved")]
    FileNotSaved,
    /// No print service answers on this PC; nothing was printed.
    #[error("no print service")]
    NoPrintService,
    /// The printer in the settings is not there; nothing was printed.
    #[error("unknown printer")]
    UnknownPrinter,
    /// The printer takes no jobs; nothing was printed.
    #[error("the printer takes no jobs")]
    PrinterRefused,
    /// No keyring on this PC, which a login that nobody knows the password of needs. The file stays good.
    #[error("no keyring to enrol with")]
    NoKeyring,
    /// No keyring on this PC: the password is asked again at the next start.
    #[error("keyring unavailable")]
    KeyringUnavailable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_meets_a_code_and_its_data_whoever_refused() {
        let told = |refusal: Refusal| serde_json::to_value(refusal).unwrap();
        assert_eq!(told(Error::Offline.into()), serde_json::json!({ "code": "offline" }));
        let failed = PcError::ThisPcFailed { step: "start".into() };
        assert_eq!(told(failed.into()), serde_json::json!({ "code": "this_pc_failed", "step": "start" }));
    }
}
