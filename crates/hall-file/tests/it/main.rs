//! Files of halls, read.

mod cases;
mod lists;
mod pretix;
mod support;
