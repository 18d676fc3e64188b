//! The benchmark, with so little of everything that its figures mean nothing.

use std::process::Command;

#[test]
fn a_quick_bench_writes_every_row_of_the_table_in_the_agreed_shape() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_rehearsal"))
        .args(["bench", "--quick", "--large", "--json"])
        .arg(file.path())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(file.path()).expect("it wrote the file")).expect("it is JSON");
    assert_eq!(json.as_object().expect("an object").keys().collect::<Vec<_>>(), ["figures"]);
    let figures = json["figures"].as_array().expect("a list");
    let table = String::from_utf8_lossy(&output.stdout);
    for figure in figures {
        let keys: Vec<_> = figure.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["baseline", "met", "name", "ours", "ratio", "target", "unit"]);
        assert!(figure["ours"].is_number(), "{figure}");
        assert_eq!(figure["met"].is_boolean(), figure["target"].is_string(), "{figure}");
        assert_eq!(figure["baseline"].as_f64().is_some_and(|n| n > 0.0), figure["ratio"].is_number(), "{figure}");
        assert!(table.contains(figure["name"].as_str().expect("a name")), "{figure} is not in the table");
    }
    let names: Vec<_> = figures.iter().filter_map(|figure| figure["name"].as_str()).collect();
    for deed in ["hold", "confirm", "cancel"] {
        for clients in ["1 client", "8 clients", "32 clients"] {
            assert!(names.contains(&format!("{deed}, {clients}").as_str()), "{deed}, {clients}: {names:?}");
        }
    }
    for row in [
        "processor time of a hold, client and server",
        "four of 200 hot seats, 64 clients",
        "deadlocks on hot seats",
        "a loser is told, p99, 64 clients",
        "sweep of 250 expired holds",
        "p99 of a sale during the sweep ÷ before",
        "home, 3 concerts of 200 seats",
        "status of a stadium of 500 seats",
        "argon2id of one password, on the counter's PC",
        "p50 of a hold with 20000 seats in the database ÷ with 10000",
        "p50 of a cancel with 2000 past sales ÷ with none",
    ] {
        assert!(names.contains(&row), "{row} is not in {names:?}");
    }
}
