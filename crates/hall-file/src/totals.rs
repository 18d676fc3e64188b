//! The lines of a list that sum others up: by word, by formula, or nameless.

use crate::doubts::{Ask, Doubts};
use crate::reading::{About, Choice, Place};
use crate::rough::{Rough, Scope, Written};
use crate::sheet::{Sheet, range};
use crate::text::{folded, with_count};

/// Of what a sum may be in a nameless line.
const WORDS: [&str; 22] = [
    "합계",
    "총계",
    "소계",
    "계",
    "총합계",
    "총합",
    "누계",
    "합",
    "총",
    "총좌석수",
    "총좌석",
    "총석수",
    "전체",
    "total",
    "subtotal",
    "grandtotal",
    "sum",
    "合計",
    "小計",
    "総計",
    "計",
    "총수량",
];

/// Whether a cell is the word for a sum: `합 계`, `R석 소계`, `Total:`, `총 178석`.
pub(crate) fn is_total_word(text: &str) -> bool {
    if text.chars().count() > 24 {
        return false;
    }
    let folded = folded(text);
    let word = folded.trim_matches(|c: char| matches!(c, ':' | '*' | '[' | ']' | '(' | ')' | '-' | '='));
    let ends = ["합계", "소계", "총계", "합계석", "subtotal", "total", "合計", "小計"];
    WORDS.contains(&word)
        || ends.iter().any(|end| word.ends_with(end))
        || word.starts_with("합계")
        || word.starts_with("총") && with_count(text).1.is_some()
        || word.starts_with("total") && word.chars().any(|c| c.is_ascii_digit())
}

/// What was counted so far in one list.
#[derive(Default)]
pub(crate) struct Totals {
    all: u32,
    since: u32,
    by_tier: Vec<u32>,
}

impl Totals {
    pub fn seat(&mut self, tier: Option<usize>) {
        self.all += 1;
        self.since += 1;
        if let Some(tier) = tier {
            if self.by_tier.len() <= tier {
                self.by_tier.resize(tier + 1, 0);
            }
            self.by_tier[tier] += 1;
        }
    }

    /// A figure as it stands, or as its formula gives it: a file that was never calculated has formulas without results.
    pub fn figure(&self, sheet: &Sheet, text: &str, formula: Option<&str>, column: u32) -> Option<u32> {
        let digits = folded(text).trim_end_matches(['석', '席', '매', '개']).replace(',', "");
        let shown = digits.parse().ok().or_else(|| with_count(text).1);
        // A sum that shows nothing was never calculated.
        if shown.is_some_and(|shown| shown > 0) {
            return shown;
        }
        self.sum(sheet, formula, column).or(shown)
    }

    fn sum(&self, sheet: &Sheet, formula: Option<&str>, column: u32) -> Option<u32> {
        let formula = formula?.to_uppercase().replace([' ', '$'], "");
        let inner = formula.strip_prefix("SUM(").or_else(|| formula.strip_prefix("SUBTOTAL(9,"))?.strip_suffix(')')?;
        let mut sum: u32 = 0;
        for part in inner.split([',', ';']) {
            let (from, to) = match range(part) {
                Some(range) => (range.from, range.to),
                None => crate::sheet::at(part).map(|at| (at, at))?,
            };
            if from.1 > column || to.1 < column {
                return None;
            }
            for row in sheet.rows.range(from.0..=to.0).map(|(row, _)| *row) {
                let cell = sheet.text((row, column)).replace(',', "");
                sum = sum.saturating_add(cell.parse::<u32>().unwrap_or(0));
            }
        }
        Some(sum)
    }

    /// A line that sums up: understood if its figure is that of the lines since the last one, of all, or of its tier.
    #[expect(clippy::too_many_arguments, reason = "what a line is and where it stands")]
    pub fn line(
        &mut self,
        rough: &mut Rough,
        sheet: &Sheet,
        row: u32,
        word: &str,
        count: Option<u32>,
        number: Option<u32>,
        place: Place,
        doubts: &mut Doubts<'_>,
    ) {
        let columns = count.into_iter().chain(number);
        let mut figures = columns.filter_map(|column| {
            let cell = sheet.cell((row, column))?;
            self.figure(sheet, &cell.text, cell.formula.as_deref(), column)
        });
        let written = figures.next().or_else(|| with_count(word).1).or_else(|| {
            // No column for counts: any figure of the line.
            let cells = sheet.rows.get(&row).into_iter().flatten();
            cells
                .filter(|(_, cell)| count.is_none() && cell.text.len() < 8)
                .find_map(|(column, cell)| self.figure(sheet, &cell.text, None, *column))
        });
        let folded = folded(word);
        let is_part = folded.contains("소계") || folded.contains("subtotal") || folded.contains("小計");
        let stripped = ["소계", "합계", "총계", "total", "subtotal"]
            .iter()
            .fold(word.to_owned(), |word, end| word.replace(end, ""));
        let tier = rough.known_tier(stripped.trim());
        let of_tier = tier.and_then(|tier| Some((tier, *self.by_tier.get(tier)?)));
        let since = std::mem::take(&mut self.since);
        let Some(written) = written else { return };
        let found = match of_tier {
            Some((tier, found)) => {
                rough.written.push(Written { scope: Scope::Tier(tier), count: written });
                found
            }
            None if !is_part && (written == self.all || since == 0 || written != since) => {
                rough.written.push(Written { scope: Scope::All, count: written });
                self.all
            }
            None => since,
        };
        if written != found && written != since {
            let about = About::TotalDiffers { written, found };
            let key = format!("total:{}:{}", sheet.name, sheet.line(row));
            doubts.ask(place, Ask::new(key, about, word).choices([Choice::Numbers]));
        }
    }
}
