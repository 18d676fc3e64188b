//! The logins of the venue's PCs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};

use crate::operate::new_operation;
use crate::server::display_name;
use crate::setup::Group;
use crate::{BoxOffice, Error, Result, limits};

/// A login of a counter or a manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Login {
    /// The login.
    pub login: String,
    /// What it may do.
    pub group: Group,
    /// How it is called, if it has a name.
    pub name: Option<String>,
    /// Connections that it has just now.
    pub connections: i32,
    /// It is the login that asks.
    pub this_pc: bool,
    /// Its PC has not enrolled yet, and has until then.
    pub enrols_until: Option<DateTime<Utc>>,
}

impl BoxOffice {
    /// Who may log in, managers first.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn logins(&self) -> Result<Vec<Login>> {
        Ok(query_as!(
            Login,
            r#"
            select login as "login!", of_group as "group!: Group", display_name as name, connections as "connections!",
                login = session_user as "this_pc!", enrols_until
            from manager.logins()
            "#
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Makes the login of a new PC. One that exists is never changed: whoever could give another manager a password
    /// would be that manager.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for the field `login`, [`Error::InvalidPassword`], [`Error::LoginTaken`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn add_login(&self, group: Group, login: &str, password: &str) -> Result<()> {
        let length = limits::LOGIN_PASSWORD;
        if password.contains(char::is_control) || !length.holds(password.chars().count()) {
            return Err(Error::InvalidPassword { shortest: length.least as i32, longest: length.most as i32 });
        }
        if login.contains('\0') {
            return Err(Error::InvalidField { field: "login".into() });
        }
        let operation = new_operation();
        let verb = query!(
            r#"select true as "done!" from manager.add_login($1, $2, $3, $4)"#,
            operation.0,
            group as Group,
            login,
            password
        );
        self.manage(operation, verb).await?;
        Ok(())
    }

    /// Says how another login is called.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for the field `counter_name`, [`Error::CounterNameTaken`], [`Error::UnknownLogin`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn rename_login(&self, login: &str, name: &str) -> Result<()> {
        let name = display_name(name)?;
        let operation = new_operation();
        let verb = query!(r#"select true as "done!" from manager.rename_login($1, $2, $3)"#, operation.0, login, name);
        self.manage(operation, verb).await?;
        Ok(())
    }

    /// Takes a login its rights, ends its connections and frees what it holds: in two steps, so that it can't come back
    /// between them. Returns how many seats are free again.
    ///
    /// # Errors
    /// [`Error::UnknownLogin`], [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn remove_login(&self, login: &str) -> Result<i32> {
        let operation = new_operation();
        let verb = query!(r#"select true as "done!" from manager.remove_login($1, $2)"#, operation.0, login);
        self.manage(operation, verb).await?;
        let operation = new_operation();
        let verb = query!(r#"select manager.end_removed($1, $2) as "freed!""#, operation.0, login).map(|row| row.freed);
        self.manage(operation, verb).await
    }
}
