//! A short run of the torture tool, as it would be called by hand, and a few of the faults that its checker must catch.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking, in what its tests share too")]

use std::process::{Command, Output};
use std::sync::Mutex;

/// One run at a time: each takes the whole machine.
static TURN: Mutex<()> = Mutex::new(());

fn torture(arguments: &[&str]) -> Output {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let server = std::path::Path::new(env!("CARGO_BIN_EXE_bench")).with_file_name("confab");
    assert!(server.is_file(), "{} is not there: cargo build --package api", server.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.arg("torture").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn nothing_acknowledged_is_lost_doubled_or_reordered_while_nodes_and_postgres_are_killed() {
    let arguments = ["--seconds", "65", "--rate", "150", "--kills", "12", "--postgres-kills", "2"];
    let output = torture(&arguments);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn while_redis_is_lossy_stopped_or_silent_no_post_fails_and_nothing_is_lost() {
    let output = torture(&["--redis-away", "5", "--rate", "100"]);
    let said = said(&output);
    let lines = said.lines().filter(|line| line.starts_with("{\"part\""));
    let parts: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parts.len(), 8, "{said}");
    for part in &parts {
        let count = |name: &str| part[name].as_u64().unwrap();
        assert!(count("send_errors") == 0 && count("acknowledged") > 0 && count("delivered_across") > 0, "{said}");
    }
    // How late things come is not judged here; a machine that runs tests is no place to measure.
    assert!(!said.contains("broken"), "{said}");
}

#[test]
fn the_checker_catches_faults_put_into_the_server() {
    let faults = ["ack-before-commit", "sequence-as-cursor", "removal-inside-a-frame", "no-tail-sweep"];
    let output = torture(&faults.map(|fault| ["--fault", fault]).concat());
    assert!(output.status.success() && said(&output).contains("4 of 4 caught"), "{}", said(&output));
}
