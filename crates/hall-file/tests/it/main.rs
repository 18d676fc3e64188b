//! Files of halls, read.

mod cases;
mod pretix;
mod support;
