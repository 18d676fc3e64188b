//! Files of halls, read.

mod cases;
mod charts;
mod lists;
mod pretix;
mod strangers;
mod support;
mod svg;
mod times;
mod together;
