//! Adding a counter: a login that its PC comes to by a file.

use chrono::{Duration, Timelike};
use sqlx::query;

use crate::operate::new_operation;
use crate::{BoxOffice, Enrolment, Result, SealedEnrolment, ServerLogin};

/// Days between adding a counter and setting it up.
const DAYS: i64 = 7;

impl BoxOffice {
    /// Makes the file of a new counter; its login is not made yet. `counter` says where counters reach the server and how the
    /// login is to be called; its password and path are not looked at. `ca_certificate` is the CA's in PEM.
    ///
    /// # Errors
    /// [`Error::Offline`](crate::Error::Offline), [`Error::Internal`](crate::Error::Internal).
    pub async fn seal_enrolment(
        &self,
        counter: &ServerLogin,
        ca_certificate: Option<String>,
    ) -> Result<SealedEnrolment> {
        // The server's, since it is what ends the file's days.
        let valid_until = self.server_now().await?.at + Duration::days(DAYS);
        let enrolment = Enrolment {
            login: counter.login.clone(),
            host: counter.host.clone(),
            port: counter.port,
            database: counter.database.clone(),
            ca_certificate,
            valid_until: valid_until.with_nanosecond(0).unwrap_or(valid_until),
        };
        enrolment.seal().await
    }

    /// Makes the login that a file is for.
    ///
    /// # Errors
    /// [`Error::InvalidField`](crate::Error::InvalidField) for the field `login`,
    /// [`Error::LoginTaken`](crate::Error::LoginTaken), [`Error::Busy`](crate::Error::Busy),
    /// [`Error::Offline`](crate::Error::Offline), [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown).
    pub async fn open_enrolment(&self, sealed: &SealedEnrolment) -> Result<()> {
        let operation = new_operation();
        let verb = query!(
            r#"select true as "done!" from manager.open_enrolment($1, $2, $3, $4)"#,
            operation.0,
            sealed.enrolment.login,
            sealed.verifier,
            sealed.enrolment.valid_until
        );
        self.manage(operation, verb).await?;
        Ok(())
    }

    /// Sets another password in place of the one of this login's file.
    pub(crate) async fn enrol(&self, verifier: String) -> Result<()> {
        let operation = new_operation();
        let verb = query!(r#"select true as "done!" from counter.enrol($1, $2)"#, operation.0, verifier);
        self.call(operation, verb).await?;
        Ok(())
    }
}
