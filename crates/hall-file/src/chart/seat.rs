//! A cell of a chart that is a seat.

/// What stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeatCell {
    /// As a number.
    pub number: Option<u32>,
    /// Its number as a label; none for a mark.
    pub name: Option<String>,
    /// The row that it says itself: `A12`.
    pub row: Option<String>,
    /// None for white as well.
    pub fill: Option<u32>,
}
