//! The walk in docs/integrations.md, run as it stands.

use std::process::Stdio;

use crate::support::Town;

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_of_the_document_runs_as_written() {
    let town = Town::found("integrations_walk").await;
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/integrations.md")).unwrap();
    let walk = text.split("```bash\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the walk");
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
    let [message, history] = lines.as_slice() else { panic!("two answers: {said}") };
    assert_eq!(message["body"], "Hello from a *bot*");
    let bodies: Vec<_> = history["items"].as_array().unwrap().iter().map(|item| item["body"].clone()).collect();
    assert_eq!(bodies, ["Hello from a *bot*", "**Build 7** [passed](https://ci.example.org/7)"]);
}
