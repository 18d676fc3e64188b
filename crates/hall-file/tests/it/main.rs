//! Files of halls, read.

mod cases;
mod support;
