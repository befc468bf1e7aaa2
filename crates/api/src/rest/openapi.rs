//! The OpenAPI document, made from the handlers themselves: a route that is not in it does not exist.

use types::ErrorCode;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{InfoBuilder, OpenApi, PathItem, RefOr};
use utoipa_actix_web::AppExt;

use super::answers;

/// What the parts of the API are about.
const TAGS: [(&str, &str); 12] = [
    ("site", "What anyone may know"),
    ("accounts", "One's own account, signing in and sessions"),
    ("people", "Finding people"),
    ("rooms", "Rooms and the directory"),
    ("members", "Who is in a room"),
    ("invites", "Links that let people in"),
    ("messages", "Posting, reading, editing"),
    ("threads", "Answers to a message, and which of them one follows"),
    ("search", "Finding messages in one's own rooms, and searches that are kept"),
    ("mine", "What is mine alone, on all my devices: drafts, saved and scheduled messages, preferences, blocks"),
    ("bots", "Accounts for programs, and webhooks"),
    ("changes", "The feeds of what changed since a revision: for bots, mirrors and whoever comes back"),
];

/// The document; no server is started for it.
pub fn document() -> OpenApi {
    let (_, mut document) = actix_web::App::new().into_utoipa_app().configure(super::api).split_for_parts();
    document.info = InfoBuilder::new()
        .title("Confab")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A room is a set of versioned rows: a client that knows revision R asks for the rows changed since R. \
             Errors are `application/problem+json` with a stable `code`. The live side, `GET /api/v1/socket`, is \
             described in openapi/socket.md.",
        ))
        .build();
    document.tags =
        Some(TAGS.map(|(name, words)| TagBuilder::new().name(name).description(Some(words)).build()).into());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_default();
    components.security_schemes.insert("bearer".into(), SecurityScheme::Http(bearer).into());
    let (name, schema) = answers::schema();
    components.schemas.insert(name, schema);
    let (name, schema) = (<ErrorCode as utoipa::ToSchema>::name(), <ErrorCode as utoipa::PartialSchema>::schema());
    components.schemas.insert(name.into_owned(), schema);
    let (name, schema) =
        (<types::FieldError as utoipa::ToSchema>::name(), <types::FieldError as utoipa::PartialSchema>::schema());
    components.schemas.insert(name.into_owned(), schema);
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            name_codes(operation);
        }
    }
    document
}

/// Each documented address and its methods.
pub fn routes() -> Vec<(String, Vec<&'static str>)> {
    let methods = |item: &PathItem| {
        let all = [
            ("GET", item.get.is_some()),
            ("PUT", item.put.is_some()),
            ("POST", item.post.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
        ];
        all.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
    };
    document().paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}

/// Lists the codes of each refusal, and takes out those that can't happen to a request without a body.
fn name_codes(operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    operation.responses.responses.retain(|status, _| has_body || !matches!(status.as_str(), "413" | "415"));
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if !response.content.contains_key(super::problem::MEDIA_TYPE) {
            continue;
        }
        let codes: Vec<String> = ErrorCode::ALL
            .iter()
            .filter(|code| code.status().to_string() == *status && **code != ErrorCode::BadFrame)
            .map(|code| format!("`{}`", code.as_str()))
            .collect();
        response.description = format!("{}: {}", response.description, codes.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_operation_has_a_name_of_its_own_a_tag_and_its_refusals() {
        let mut document = document();
        let mut names = HashSet::new();
        for (path, item) in &mut document.paths.paths {
            for operation in operations(item) {
                let name = operation.operation_id.clone().unwrap_or_else(|| panic!("{path} has no operation id"));
                assert!(names.insert(name.clone()), "{name} is there twice");
                assert_eq!(operation.tags.as_ref().map(Vec::len), Some(1), "{name}");
                assert!(TAGS.iter().any(|(tag, _)| operation.tags.as_ref().unwrap().contains(&(*tag).to_owned())));
                assert!(operation.summary.is_some(), "{name} is not described");
                assert!(operation.responses.responses.contains_key("429"), "{name}");
            }
        }
        assert!(names.len() > 25, "{names:?}");
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let text = document().to_json().unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        for part in text.split("\"$ref\":\"#").skip(1) {
            let target = part.split('"').next().unwrap();
            assert!(document.pointer(target).is_some(), "{target}");
        }
    }
}
