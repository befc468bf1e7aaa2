//! The load tool at toy size, against the server that the suite builds: every scenario runs and says what it should. No
//! figure is judged here; a machine that runs tests is no place to measure.

use std::process::Command;

use serde_json::Value;

#[test]
fn every_scenario_runs_and_reports_its_figures() {
    let bench = env!("CARGO_BIN_EXE_bench");
    let server = std::path::Path::new(bench).with_file_name("confab");
    assert!(
        server.is_file(),
        "{} is not there: `cargo nextest run --workspace` builds it, as does `cargo build --package api`",
        server.display()
    );
    let sizes = "--runs 1 --readers 12 --writers 3 --idle 8 --messages 300 --history-clients 2 --seconds 0.4 --window 4 --search-messages 2000";
    let output = Command::new(bench).arg("load").args(sizes.split(' ')).arg("--server").arg(server).output().unwrap();
    let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{told}");
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (scenario, subject, phases) in [
        ("fan-out", "confab", 2),
        ("fan-out", "floor-coalescing", 3),
        ("fan-out", "floor-actix-ws", 3),
        ("send", "confab", 4),
        ("send", "floor-pgbench", 1),
        ("idle", "confab", 1),
        ("idle", "floor-actix-ws", 1),
        ("history", "confab", 2),
        ("history", "floor-pgbench", 1),
        ("storm", "confab", 2),
    ] {
        let of = |line: &&Value| line["scenario"] == scenario && line["subject"] == subject;
        let found: Vec<&Value> = lines.iter().filter(of).collect();
        assert_eq!(found.len(), phases, "{scenario} of {subject}: {said}");
        assert!(found.iter().all(|line| line["per_second"].as_f64().unwrap() > 0.0), "{scenario} of {subject}: {said}");
    }
    let times = |line: &Value| (line["p50_ms"].as_f64().unwrap(), line["p99_ms"].as_f64().unwrap());
    for line in lines.iter().filter(|line| line["p50_ms"].is_number()) {
        let (half, most) = times(line);
        assert!(0.0 < half && half <= most && most < 30_000.0, "{line}");
    }
    assert!(told.contains("storm: statements per client beyond the changes"), "{told}");
}
