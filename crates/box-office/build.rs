//! The migrations and verbs are in the program, so it is built again when a file of them comes, goes or changes.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
