//! The managers' desktop program.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    maepyo_lib::run();
}
