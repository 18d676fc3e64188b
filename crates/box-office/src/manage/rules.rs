//! The rules a venue sets.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;
use uuid::Uuid;

use crate::{BoxOffice, Error, Result, Rules};

/// The rules in the editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RulesToEdit {
    /// As they are.
    pub rules: Rules,
    /// To be sent along with the next edit.
    #[specta(type = i32)]
    pub version: i64,
}

impl BoxOffice {
    /// The rules as they are, with their version.
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn rules_to_edit(&self) -> Result<RulesToEdit> {
        let row = query!(
            "select hold_seconds, seats_per_sale, cancel_cutoff_minutes, sales_after_start, time_zone, version from settings"
        )
        .fetch_one(&self.pool)
        .await?;
        let rules = Rules {
            hold_seconds: row.hold_seconds,
            seats_per_sale: row.seats_per_sale,
            cancel_cutoff_minutes: row.cancel_cutoff_minutes,
            sales_after_start: row.sales_after_start,
            time_zone: row.time_zone,
        };
        Ok(RulesToEdit { rules, version: row.version })
    }

    /// Changes the rules for every counter from its next hold on. Running holds keep their time.
    ///
    /// # Errors
    /// [`Error::RulesChanged`] when another manager was first; [`Error::InvalidSetting`] names the field: hold_seconds 1
    /// to 3,600, seats_per_sale 1 to 100, cancel_cutoff_minutes 0 to 525,600, time_zone one that the server knows;
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn set_rules(&self, version: i64, rules: &Rules) -> Result<RulesToEdit> {
        let rules = rules.clone();
        let set = self
            .manage("set_rules", Uuid::nil(), move |transaction| {
                Box::pin(async move {
                    let known = query!("select name from pg_timezone_names where name = $1", rules.time_zone)
                        .fetch_optional(&mut **transaction)
                        .await?;
                    if known.is_none() {
                        return Err(Error::InvalidSetting { field: "time_zone".into() });
                    }
                    let set = query!(
                        "update settings set hold_seconds = $2, seats_per_sale = $3, cancel_cutoff_minutes = $4,
                            sales_after_start = $5, time_zone = $6, version = version + 1
                         where version = $1",
                        version,
                        rules.hold_seconds,
                        rules.seats_per_sale,
                        rules.cancel_cutoff_minutes,
                        rules.sales_after_start,
                        rules.time_zone
                    )
                    .execute(&mut **transaction)
                    .await?;
                    if set.rows_affected() == 1 { Ok(()) } else { Err(Error::RulesChanged) }
                })
            })
            .await;
        set?;
        self.rules_to_edit().await
    }
}
