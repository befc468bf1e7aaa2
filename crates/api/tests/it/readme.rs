//! The walk in the README, run as it stands.

use std::process::Stdio;

use crate::support::Town;

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_of_the_readme_runs_as_written() {
    let town = Town::found("readme").await;
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let walk = readme.split("```bash\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the walk");
    let output = tokio::process::Command::new("bash")
        .args(["-euo", "pipefail", "-c", walk])
        .env("CONFAB_URL", &town.node.url)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [message, history, changes] = lines.as_slice() else { panic!("three answers: {said}") };
    assert_eq!(message["body"], "Hello, **world**");
    assert_eq!(history["items"][0]["id"], message["id"]);
    assert_eq!(changes["messages"][0]["id"], message["id"]);
}
