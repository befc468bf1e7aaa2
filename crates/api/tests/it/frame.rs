//! What every answer has in common, whatever it is about: its headers, its id, its form when something is refused.

use client::{Answer, Client, Method};
use types::{ErrorCode, Problem};

use crate::support::{Refused, Town};

async fn ask(client: &Client, method: Method, path: &str) -> Answer {
    client.raw(method, path, Default::default(), vec![]).await.unwrap()
}

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

#[tokio::test]
async fn every_answer_tells_the_browser_what_is_not_allowed() {
    let town = Town::found("security_headers").await;
    let client = town.stranger();
    let answers = [
        ("/", 200),
        ("/room/somewhere", 200),
        ("/assets/nothing.js", 404),
        ("/api/v1/site", 200),
        ("/api/v1/me", 401),
        ("/api/v1/nothing", 404),
        ("/api/v1/auth/sign-in", 405),
        ("/api/v1/socket", 400),
        ("/api/docs", 200),
        ("/api/docs/swagger-ui.css", 200),
        ("/api/docs/nothing", 404),
        ("/api/v1/openapi.json", 200),
        ("/health/live", 200),
        ("/metrics", 200),
    ];
    for (path, status) in answers {
        let answer = ask(&client, Method::GET, path).await;
        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        if path.starts_with("/api/docs") && status == 200 {
            assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{path}");
        } else {
            assert_eq!(policy, POLICY, "{path}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(answer.header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")), "{path}");
        assert_eq!(answer.header("x-request-id").map(str::len), Some(32), "{path}");
        assert_eq!(answer.header("strict-transport-security"), None, "plain http must not be told to insist: {path}");
        if status >= 400 {
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
            let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(Some(problem.request_id.as_str()), answer.header("x-request-id"), "{path}");
            assert_eq!((problem.status, problem.code.status()), (status, status), "{path}");
        }
    }
}

#[tokio::test]
async fn a_fault_of_the_server_tells_its_id_and_nothing_else() {
    let town = Town::found("fault").await;
    let ada = town.person("ada").await;
    town.execute("ALTER TABLE users RENAME COLUMN bio TO gone").await;
    let answer = ada.raw(Method::GET, "/api/v1/me", ada.headers(), vec![]).await.unwrap();
    assert_eq!(answer.header("content-security-policy"), Some(POLICY));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let id = answer.header("x-request-id").unwrap();
    assert!(text.contains(id), "{text}");
    assert!(!text.contains("bio") && !text.contains("column"), "{text}");
    answer.json::<()>().refused(ErrorCode::Internal);
}

#[tokio::test]
async fn json_is_compressed_for_whoever_reads_it_so() {
    let town = Town::found("compression").await;
    for (accepted, encoding) in [("br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let headers = [("accept-encoding".parse().unwrap(), accepted.parse().unwrap())].into_iter().collect();
        let answer = town.stranger().raw(Method::GET, "/api/v1/openapi.json", headers, vec![]).await.unwrap();
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
    }
}

#[tokio::test]
async fn a_request_id_from_outside_is_not_taken_over() {
    let town = Town::found("request_id").await;
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-request-id", "mine".parse().unwrap());
    let answer = town.stranger().raw(Method::GET, "/api/v1/me", headers, vec![]).await.unwrap();
    assert_ne!(answer.header("x-request-id"), Some("mine"));
}

/// An address of a documented route, with an id that nobody has.
fn address(path: &str) -> String {
    let id = uuid::Uuid::now_v7().to_string();
    let parts: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { &id } else { part }).collect();
    parts.join("/")
}

fn fits(path: &str, address: &str) -> bool {
    let (path, address): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), address.split('/').collect());
    path.len() == address.len() && path.iter().zip(&address).all(|(part, word)| part == word || part.starts_with('{'))
}

#[tokio::test]
async fn the_document_and_the_router_know_the_same_routes() {
    let town = Town::found("openapi_equals_router").await;
    let client = town.stranger();
    let served: serde_json::Value = ask(&client, Method::GET, "/api/v1/openapi.json").await.json().unwrap();
    let printed = serde_json::to_value(api::rest::openapi::document()).unwrap();
    assert_eq!(served, printed);
    let documented = api::rest::openapi::routes();
    assert!(documented.len() > 20, "{documented:?}");
    let all = [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE];
    for (path, methods) in &documented {
        let address = address(path);
        // PATCH /rooms/directory is that of /rooms/{id}, which then refuses what is not an id.
        let others: Vec<&str> =
            documented.iter().filter(|(p, _)| fits(p, &address)).flat_map(|(_, m)| m.clone()).collect();
        for method in &all {
            let answer = ask(&client, method.clone(), &address).await;
            let there = others.contains(&method.as_str());
            assert_eq!(answer.status != 405, there, "{method} {path}: {}", answer.status);
            if there {
                assert!(answer.status < 500, "{method} {path}: {}", answer.status);
            } else {
                assert_eq!(answer.header("allow"), Some(methods.join(", ").as_str()), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn without_a_token_no_documented_route_gives_anything_but_what_anyone_may_know() {
    let town = Town::found("deny_by_default").await;
    town.person("ada").await;
    let client = town.stranger();
    let public = ["/api/v1/site", "/api/v1/invites/{code}"];
    for (path, methods) in api::rest::openapi::routes() {
        if public.contains(&path.as_str()) || path.starts_with("/api/v1/auth/") {
            continue;
        }
        for method in methods {
            let method: Method = method.parse().unwrap();
            let headers =
                [("content-type".parse().unwrap(), "application/json".parse().unwrap())].into_iter().collect();
            let answer = client.raw(method.clone(), &address(&path), headers, b"{}".to_vec()).await.unwrap();
            assert_eq!(answer.status, 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_stopping_server_is_alive_but_not_ready() {
    let town = Town::found("readiness").await;
    let client = town.stranger();
    assert_eq!(ask(&client, Method::GET, "/health/ready").await.status, 200);
    town.node.app.drain();
    let answer = ask(&client, Method::GET, "/health/ready").await;
    assert!(answer.header("retry-after").is_some());
    answer.json::<()>().refused(ErrorCode::Stopping);
    assert_eq!(ask(&client, Method::GET, "/health/live").await.status, 200);
}

#[tokio::test]
async fn metrics_are_for_loopback_or_the_token_and_name_nobody() {
    let choose = |config: &mut api::Config| config.metrics_token = Some("the operator's".into());
    let town = Town::found_with("metrics", Default::default(), choose).await;
    let ada = town.person("ada").await;
    let room = ada.my_rooms().await.unwrap().items.remove(0).room.id;
    ada.say(room, "hello").await;
    let text = String::from_utf8(ask(&ada, Method::GET, "/metrics").await.body).unwrap();
    assert!(text.contains("confab_messages_posted_total 1"), "{text}");
    assert!(text.contains("route=\"/api/v1/rooms/{id}/messages\""), "{text}");
    assert!(!text.contains(&room.to_string()) && !text.contains("ada"), "{text}");
    // What a proxy hands on is not loopback's own asking.
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
    let refused = ada.raw(Method::GET, "/metrics", headers.clone(), vec![]).await.unwrap();
    refused.json::<()>().refused(ErrorCode::NotSignedIn);
    headers.insert("authorization", "Bearer the operator's".parse().unwrap());
    assert_eq!(ada.raw(Method::GET, "/metrics", headers, vec![]).await.unwrap().status, 200);
}
