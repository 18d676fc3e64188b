//! The month's record of who touched customers' data: what an inspector asks for. (In Korea a keeper of personal data
//! checks it each month: 개인정보의 안전성 확보조치 기준, article 8.) Numbers of reservations, and no name or phone.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::types::Json;
use sqlx::{query, raw_sql};
use uuid::Uuid;

use super::sheets::{csv_file, harmless};
use crate::look_up::lost;
use crate::operate::new_operation;
use crate::{BoxOffice, Error, ReservationId, Result, reservation_number};

/// The words of the record, from the message catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AccessWords {
    /// When.
    pub at: String,
    /// Who.
    pub login: String,
    /// How the login was called then.
    pub counter: String,
    /// From where.
    pub address: String,
    /// With which program.
    pub program: String,
    /// What was done.
    pub action: String,
    /// Whose data.
    pub reservation: String,
    /// Of which concert.
    pub concert: String,
    /// The word of each action, by its name in the journal. One that has none stands as it is.
    pub actions: BTreeMap<String, String>,
}

impl BoxOffice {
    /// Every sale, look-up, vouching, print, cancel, unmasking, search and report of a month at the venue, as a CSV file; that it was made
    /// is in the journal.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for no month, [`Error::Offline`], [`Error::NotACounter`].
    pub async fn accesses(&self, year: i32, month: i32, words: &AccessWords) -> Result<Vec<u8>> {
        let operation = new_operation();
        let verb = query!(r#"select true as "done!" from manager.note_accesses($1, $2, $3)"#, operation.0, year, month);
        self.call(operation, verb).await.map_err(lost)?;
        let words = words.clone();
        self.read_at_once(move |transaction| {
            Box::pin(async move {
                let mut file = csv_file();
                file.write_record(headings(&words)).map_err(|_| Error::Internal)?;
                // Longer than a clerk would wait.
                raw_sql("set local statement_timeout = '25s'").execute(&mut **transaction).await?;
                let mut rows = query!(
                    r#"
                    select to_char(j.at at time zone s.time_zone, 'YYYY-MM-DD HH24:MI:SS') as "at!", j.who, j.counter,
                        host(j.client) as address, j.program, coalesce(j.detail ->> 'what', j.kind) as "action!",
                        j.reservation_id, j.detail -> 'reservations' as "found: Json<Vec<Uuid>>", c.title as "concert?"
                    from settings s
                    join journal j on j.at >= make_timestamp($1, $2, 1, 0, 0, 0) at time zone s.time_zone
                        and j.at < (make_timestamp($1, $2, 1, 0, 0, 0) + interval '1 month') at time zone s.time_zone
                    left join concerts c on c.id = (j.detail ->> 'concert')::uuid
                    where j.reservation_id is not null or j.detail ->> 'what' in ('search', 'report', 'accesses', 'vouch')
                    order by j.at, j.op_id
                    "#,
                    year,
                    month
                )
                .fetch(&mut **transaction);
                while let Some(row) = rows.try_next().await? {
                    let of = row.found.map(|found| found.0).unwrap_or_default();
                    let reservations = row.reservation_id.into_iter().chain(of).map(ReservationId);
                    let numbers: Vec<String> = reservations.map(reservation_number).collect();
                    let action = words.actions.get(&row.action).unwrap_or(&row.action);
                    file.write_record([
                        &row.at,
                        &row.who,
                        &harmless(&row.counter.unwrap_or_default()),
                        &row.address.unwrap_or_default(),
                        &harmless(&row.program.unwrap_or_default()),
                        action,
                        &numbers.join(" "),
                        &harmless(&row.concert.unwrap_or_default()),
                    ])
                    .map_err(|_| Error::Internal)?;
                }
                file.into_inner().map_err(|_| Error::Internal)
            })
        })
        .await
    }
}

fn headings(words: &AccessWords) -> [String; 8] {
    [
        &words.at,
        &words.login,
        &words.counter,
        &words.address,
        &words.program,
        &words.action,
        &words.reservation,
        &words.concert,
    ]
    .map(|word| harmless(word))
}
