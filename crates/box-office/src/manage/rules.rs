//! The rules a venue sets.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;

use crate::operate::new_operation;
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
            "select hold_seconds, seats_per_sale, cancel_cutoff_minutes, sales_after_start, time_zone, walk_up_sales,
                other_phones, version
            from settings"
        )
        .fetch_one(&self.pool)
        .await?;
        let rules = Rules {
            hold_seconds: row.hold_seconds,
            seats_per_sale: row.seats_per_sale,
            cancel_cutoff_minutes: row.cancel_cutoff_minutes,
            sales_after_start: row.sales_after_start,
            time_zone: row.time_zone,
            walk_up_sales: row.walk_up_sales,
            other_phones: row.other_phones,
        };
        Ok(RulesToEdit { rules, version: row.version })
    }

    /// Changes the rules for every counter from its next hold on. Running holds keep their time.
    ///
    /// # Errors
    /// [`Error::RulesChanged`] when another manager was first; [`Error::InvalidField`] names the field: those in [`limits`](crate::limits), and a
    /// time_zone that the server doesn't know; [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn set_rules(&self, version: i64, rules: &Rules) -> Result<RulesToEdit> {
        let operation = new_operation();
        let verb = query!(
            r#"select manager.set_rules($1, $2, $3, $4, $5, $6, $7, $8, $9) as "done!""#,
            operation.0,
            version,
            rules.hold_seconds,
            rules.seats_per_sale,
            rules.cancel_cutoff_minutes,
            rules.sales_after_start,
            rules.time_zone,
            rules.walk_up_sales,
            rules.other_phones
        );
        if !self.manage(operation, verb).await?.done {
            return Err(Error::RulesChanged);
        }
        self.rules_to_edit().await
    }
}
