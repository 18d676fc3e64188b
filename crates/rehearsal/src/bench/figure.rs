//! What was measured, beside what it was measured against.

use std::fmt::Write;

use serde::Serialize;

/// One row of the table.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// What was done, with how many clients.
    pub name: String,
    /// The engine's, the median of the rounds.
    pub ours: f64,
    /// The same done by hand, the median of the rounds; none where there is nothing to compare with.
    pub baseline: Option<f64>,
    /// Of both.
    pub unit: &'static str,
    /// Ours ÷ baseline: the median of the rounds' own ratios, since the machine may be busier in one than in the next.
    pub ratio: Option<f64>,
    /// What is wanted; none for a figure that is only shown.
    pub target: Option<Target>,
    /// Whether it is as wanted.
    pub met: Option<bool>,
    #[serde(skip)]
    rounds: usize,
    #[serde(skip)]
    spread: (f64, f64),
}

/// What is wanted of a figure.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// Ours ÷ baseline, at least.
    RatioAtLeast(f64),
    /// Ours ÷ baseline, at most.
    RatioAtMost(f64),
    /// Ours, at most.
    AtMost(f64),
}

/// Ours and, of the same round, the baseline.
pub type Round = (f64, Option<f64>);

impl Figure {
    /// Of at least one round.
    pub fn of(name: impl Into<String>, unit: &'static str, target: Option<Target>, rounds: &[Round]) -> Self {
        let ours: Vec<f64> = rounds.iter().map(|round| round.0).collect();
        let baselines: Vec<f64> = rounds.iter().filter_map(|round| round.1).collect();
        let ratios: Vec<f64> =
            rounds.iter().filter_map(|(ours, baseline)| Some(ours / baseline.filter(|n| *n > 0.0)?)).collect();
        let spread_of = if ratios.is_empty() { &ours } else { &ratios };
        let spread = spread_of.iter().fold((f64::MAX, f64::MIN), |(low, high), n| (low.min(*n), high.max(*n)));
        let (ours, ratio) = (median(&ours).unwrap_or(f64::NAN), median(&ratios));
        let met = target.map(|target| match target {
            Target::RatioAtLeast(wanted) => ratio.is_some_and(|ratio| ratio >= wanted),
            Target::RatioAtMost(wanted) => ratio.is_some_and(|ratio| ratio <= wanted),
            Target::AtMost(wanted) => ours <= wanted,
        });
        Self {
            name: name.into(),
            ours,
            baseline: median(&baselines),
            unit,
            ratio,
            target,
            met,
            rounds: rounds.len(),
            spread,
        }
    }

    /// How far from the target, in words; empty when it is met.
    fn missed_by(&self) -> String {
        let by = |is: f64, wanted: f64| format!("MISSED by {:.1} %", (is / wanted - 1.0).abs() * 100.0);
        match (self.met, self.target, self.ratio) {
            (Some(false), Some(Target::AtMost(wanted)), _) if wanted > 0.0 => by(self.ours, wanted),
            (Some(false), Some(Target::AtMost(_)), _) => format!("MISSED by {} {}", number(self.ours), self.unit),
            (Some(false), Some(Target::RatioAtLeast(wanted) | Target::RatioAtMost(wanted)), Some(ratio)) => {
                by(ratio, wanted)
            }
            (Some(false), ..) => "MISSED: no baseline".into(),
            (Some(true), ..) => "met".into(),
            (None, ..) => String::new(),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RatioAtLeast(wanted) => write!(f, "ratio ≥ {wanted:.1}"),
            Self::RatioAtMost(wanted) => write!(f, "ratio ≤ {wanted:.1}"),
            Self::AtMost(wanted) => write!(f, "≤ {}", number(*wanted)),
        }
    }
}

impl Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// All figures as a table for people.
pub fn table(figures: &[Figure]) -> String {
    let mut rows = vec![["figure", "ours", "by hand", "", "ratio", "spread", "target", ""].map(String::from)];
    for figure in figures {
        let range = |(low, high): (f64, f64)| format!("{}–{}", number(low), number(high));
        rows.push([
            figure.name.clone(),
            number(figure.ours),
            figure.baseline.map(number).unwrap_or_default(),
            figure.unit.into(),
            figure.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            if figure.rounds > 1 { range(figure.spread) } else { String::new() },
            figure.target.map(|target| target.to_string()).unwrap_or_default(),
            figure.missed_by(),
        ]);
    }
    let mut widths = [0; 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            // Numbers to the right.
            let fill = " ".repeat(width - cell.chars().count());
            let written = if matches!(column, 1 | 2 | 4 | 5) {
                write!(line, "{fill}{cell}  ")
            } else {
                write!(line, "{cell}{fill}  ")
            };
            // A string takes whatever is written to it.
            debug_assert!(written.is_ok());
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

/// Three digits that matter.
fn number(n: f64) -> String {
    match n.abs() {
        0.0 => "0".into(),
        100.0.. => format!("{n:.0}"),
        10.0.. => format!("{n:.1}"),
        1.0.. => format!("{n:.2}"),
        _ => format!("{n:.3}"),
    }
}

/// The middle one, or the mean of the two.
pub fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// The number that `percent` of a hundred are not above.
pub fn percentile(numbers: &[f64], percent: usize) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}
