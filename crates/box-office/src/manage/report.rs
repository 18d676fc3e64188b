//! The report of a concert: summary, tiers, sections, counters, and every seat with its status and price. No personal
//! data is in it.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{PgConnection, query, query_as};

use super::sheets::{csv_file, harmless};
use crate::look_up::lost;
use crate::manage::watch::sales_in;
use crate::operate::new_operation;
use crate::plan::SheetKind;
use crate::{BoxOffice, ConcertId, Error, Occupancy, Result, SalesOf, SeatState};

/// The report's words, from the message catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReportWords {
    /// Name of the first sheet.
    pub summary: String,
    /// Name of the sheet of tiers.
    pub tiers: String,
    /// Name of the sheet of sections.
    pub sections: String,
    /// Name of the sheet of counters.
    pub counters: String,
    /// Name of the sheet of seats; also "seats in all".
    pub seats: String,
    /// The concert's title.
    pub title: String,
    /// The hall.
    pub venue: String,
    /// The start.
    pub starts_at: String,
    /// When the report was made.
    pub made_at: String,
    /// A tier.
    pub tier: String,
    /// A section.
    pub section: String,
    /// A row.
    pub row: String,
    /// A seat's number.
    pub number: String,
    /// A seat's label.
    pub seat: String,
    /// A counter.
    pub counter: String,
    /// A price.
    pub price: String,
    /// A seat's status.
    pub status: String,
    /// Sold, as a status and as a count.
    pub sold: String,
    /// Held, likewise.
    pub held: String,
    /// Kept from sale, likewise.
    pub withheld: String,
    /// Free, likewise.
    pub available: String,
    /// Of the sold ones, those sold to somebody who was asked for nothing.
    pub walk_up: String,
    /// Cancelled seats.
    pub cancelled: String,
    /// Money taken.
    pub revenue: String,
    /// Why a seat is kept from sale.
    pub reason: String,
}

impl BoxOffice {
    /// The report of a concert as a file's bytes, all of one moment; that it was made is in the
    /// journal. Times are the venue's.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::InvalidField`] when a sheet can't have such a name, [`Error::Offline`],
    /// [`Error::NotACounter`].
    pub async fn report(&self, concert: ConcertId, kind: SheetKind, words: &ReportWords) -> Result<Vec<u8>> {
        let operation = new_operation();
        let verb = query!(r#"select true as "done!" from manager.note_report($1, $2)"#, operation.0, concert.0);
        self.call(operation, verb).await.map_err(lost)?;
        let (head, sales, seats) = self
            .read_at_once(move |transaction| {
                Box::pin(async move {
                    let sales = sales_in(transaction, concert).await?;
                    Ok((head_in(transaction, concert).await?, sales, seats_in(transaction, concert).await?))
                })
            })
            .await?;
        let sheets = sheets(head, sales, seats, words);
        // A hall of 50,000 takes a moment: off the async threads.
        tokio::task::spawn_blocking(move || match kind {
            SheetKind::Csv => csv(&sheets),
            SheetKind::Xlsx => xlsx(&sheets),
        })
        .await
        .map_err(|_| Error::Internal)?
    }
}

struct Head {
    title: String,
    venue: String,
    starts_at: Option<String>,
    made_at: String,
}

struct SoldSeat {
    section: Option<String>,
    row: Option<String>,
    number: Option<i32>,
    label: String,
    tier: String,
    state: SeatState,
    price: i64,
    reason: Option<String>,
}

async fn head_in(transaction: &mut PgConnection, concert: ConcertId) -> Result<Head> {
    Ok(query_as!(
        Head,
        r#"
        select c.title, c.venue, to_char(c.starts_at at time zone s.time_zone, 'YYYY-MM-DD HH24:MI') as starts_at,
            to_char(statement_timestamp() at time zone s.time_zone, 'YYYY-MM-DD HH24:MI') as "made_at!"
        from concerts c, settings s
        where c.id = $1
        "#,
        concert.0
    )
    .fetch_one(&mut *transaction)
    .await?)
}

async fn seats_in(transaction: &mut PgConnection, concert: ConcertId) -> Result<Vec<SoldSeat>> {
    Ok(query_as!(
        SoldSeat,
        r#"
        select s.section_label as section, s.row_label as row, s.seat_number as number, s.label, t.label as tier,
            seat_state(s.status, s.withheld, s.hold_expires_at, s.held_by) as "state!: SeatState",
            coalesce(rs.price, t.price)::bigint as "price!", s.withheld_for as reason
        from seats s
        join concert_seat_tiers t on t.id = s.seat_tier_id
        left join reservation_seats rs on rs.seat_id = s.id and rs.released_at is null
        where s.concert_id = $1 and s.deleted_at is null
        order by s.section_label, s.row_number, s.row_label, s.seat_number, s.label
        "#,
        concert.0
    )
    .fetch_all(&mut *transaction)
    .await?)
}

struct Sheet {
    name: String,
    rows: Vec<Vec<Cell>>,
}

enum Cell {
    Text(String),
    Number(i64),
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn count(number: i32) -> Cell {
    Cell::Number(number.into())
}

fn sheets(head: Head, sales: SalesOf, seats: Vec<SoldSeat>, words: &ReportWords) -> Vec<Sheet> {
    let sum = |of: fn(&Occupancy) -> i32| sales.tiers.iter().map(of).sum();
    let summary = vec![
        vec![text(&words.title), text(head.title)],
        vec![text(&words.venue), text(head.venue)],
        vec![text(&words.starts_at), text(head.starts_at.unwrap_or_default())],
        vec![text(&words.made_at), text(head.made_at)],
        vec![text(&words.seats), count(sum(|tier| tier.seats))],
        vec![text(&words.sold), count(sum(|tier| tier.sold))],
        vec![text(&words.walk_up), count(sales.walk_up)],
        vec![text(&words.held), count(sum(|tier| tier.held))],
        vec![text(&words.withheld), count(sum(|tier| tier.withheld))],
        vec![text(&words.available), count(sum(free))],
        vec![text(&words.cancelled), count(sales.cancelled)],
        vec![text(&words.revenue), Cell::Number(sales.tiers.iter().map(|tier| tier.revenue).sum())],
    ];
    let mut counters = vec![[&words.counter, &words.sold, &words.cancelled, &words.revenue].map(text).into()];
    counters.extend(sales.counters.into_iter().map(|counter| {
        vec![text(counter.name), count(counter.sold), count(counter.cancelled), Cell::Number(counter.revenue)]
    }));
    let mut every_seat = vec![
        [
            &words.section,
            &words.row,
            &words.number,
            &words.seat,
            &words.tier,
            &words.status,
            &words.price,
            &words.reason,
        ]
        .map(text)
        .into(),
    ];
    every_seat.extend(seats.into_iter().map(|seat| {
        vec![
            text(seat.section.unwrap_or_default()),
            text(seat.row.unwrap_or_default()),
            seat.number.map_or_else(|| text(""), count),
            text(seat.label),
            text(seat.tier),
            text(match seat.state {
                SeatState::Available => &words.available,
                SeatState::Held | SeatState::Mine => &words.held,
                SeatState::Reserved => &words.sold,
                SeatState::Withheld => &words.withheld,
            }),
            Cell::Number(seat.price),
            text(seat.reason.unwrap_or_default()),
        ]
    }));
    vec![
        Sheet { name: words.summary.clone(), rows: summary },
        Sheet { name: words.tiers.clone(), rows: occupancies(&words.tier, sales.tiers, words) },
        Sheet { name: words.sections.clone(), rows: occupancies(&words.section, sales.sections, words) },
        Sheet { name: words.counters.clone(), rows: counters },
        Sheet { name: words.seats.clone(), rows: every_seat },
    ]
}

fn occupancies(of: &str, rows: Vec<Occupancy>, words: &ReportWords) -> Vec<Vec<Cell>> {
    let head =
        [of, &words.price, &words.seats, &words.sold, &words.held, &words.withheld, &words.available, &words.revenue];
    let mut table = vec![head.map(text).into()];
    table.extend(rows.into_iter().map(|row| {
        let free = free(&row);
        vec![
            text(row.label),
            row.price.map_or_else(|| text(""), Cell::Number),
            count(row.seats),
            count(row.sold),
            count(row.held),
            count(row.withheld),
            count(free),
            Cell::Number(row.revenue),
        ]
    }));
    table
}

fn free(of: &Occupancy) -> i32 {
    of.seats - of.sold - of.held - of.withheld
}

/// The tables one after the other, each under its name.
fn csv(sheets: &[Sheet]) -> Result<Vec<u8>> {
    let failed = |_| Error::Internal;
    let mut writer = csv_file();
    for (place, sheet) in sheets.iter().enumerate() {
        if place > 0 {
            writer.write_record([""]).map_err(failed)?;
        }
        writer.write_record([harmless(&sheet.name)]).map_err(failed)?;
        for row in &sheet.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => harmless(text),
                Cell::Number(number) => number.to_string(),
            });
            writer.write_record(cells).map_err(failed)?;
        }
    }
    writer.into_inner().map_err(|_| Error::Internal)
}

fn xlsx(sheets: &[Sheet]) -> Result<Vec<u8>> {
    write_workbook(sheets).map_err(|error| match error {
        XlsxError::SheetnameCannotBeBlank(_)
        | XlsxError::SheetnameLengthExceeded(_)
        | XlsxError::SheetnameReused(_)
        | XlsxError::SheetnameContainsInvalidCharacter(_)
        | XlsxError::SheetnameStartsOrEndsWithApostrophe(_) => Error::InvalidField { field: "words".into() },
        _ => Error::Internal,
    })
}

/// A cell that is written as a string stays one, whatever it begins with.
fn write_workbook(sheets: &[Sheet]) -> std::result::Result<Vec<u8>, XlsxError> {
    const LONGEST_CELL: usize = 32_767;
    let (head, number_format) = (Format::new().set_bold(), Format::new().set_num_format("#,##0"));
    let mut workbook = Workbook::new();
    for sheet in sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        // The summary has its words down the first column.
        let is_table = sheet.rows.first().is_some_and(|row| row.len() > 2);
        if is_table {
            worksheet.set_freeze_panes(1, 0)?;
        }
        for column in 0..8 {
            worksheet.set_column_width(column, 16)?;
        }
        for (row, cells) in (0..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Number(number) => {
                        worksheet.write_number_with_format(row, column, *number as f64, &number_format)?
                    }
                    Cell::Text(text) => {
                        let text: String = text.chars().take(LONGEST_CELL).collect();
                        if (is_table && row == 0) || (!is_table && column == 0) {
                            worksheet.write_string_with_format(row, column, text, &head)?
                        } else {
                            worksheet.write_string(row, column, text)?
                        }
                    }
                };
            }
        }
    }
    workbook.save_to_buffer()
}
