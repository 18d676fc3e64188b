//! Which PCs sweep, and what is left for them.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query_as, query_scalar};

use crate::{BoxOffice, Result};

/// A PC that sweeps or once did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Sweeper {
    /// Its login.
    pub login: String,
    /// How it is called.
    pub name: String,
    /// Since its last pass, by the server's clock.
    pub seconds_ago: i32,
    /// Seats that its last pass freed.
    pub freed_last_pass: i32,
    /// Seats that all its passes freed.
    #[specta(type = i32)]
    pub freed_in_all: i64,
    /// It is the login that asks.
    pub this_pc: bool,
    /// Its last pass was within three of its own periods.
    pub alive: bool,
}

impl BoxOffice {
    /// Every PC that ever swept, the latest first.
    ///
    /// # Errors
    /// [`Error::Offline`](crate::Error::Offline), [`Error::NotACounter`](crate::Error::NotACounter).
    pub async fn sweepers(&self) -> Result<Vec<Sweeper>> {
        Ok(query_as!(
            Sweeper,
            r#"
            select w.login, coalesce(n.display_name, w.login) as "name!",
                greatest(0, least(extract(epoch from statement_timestamp() - w.last_pass_at), 2147483647))::int as "seconds_ago!",
                w.freed_last_pass, w.freed_in_all,
                w.login = session_user as "this_pc!",
                w.last_pass_at > statement_timestamp() - 3 * make_interval(secs => w.every_seconds) as "alive!"
            from sweepers w
            left join counters n on n.login = w.login
            order by w.last_pass_at desc, w.login
            "#
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Seats whose hold is over and that no sweep has freed yet.
    ///
    /// # Errors
    /// [`Error::Offline`](crate::Error::Offline), [`Error::NotACounter`](crate::Error::NotACounter).
    pub async fn overdue_holds(&self) -> Result<i32> {
        Ok(query_scalar!(
            r#"
            select count(*)::int as "overdue!" from seats
            where status = 'temporarily_held' and hold_expires_at <= statement_timestamp()
            "#
        )
        .fetch_one(&self.pool)
        .await?)
    }
}
