//! Files of halls, read.

mod cases;
mod charts;
mod lists;
mod pretix;
mod support;
mod together;
