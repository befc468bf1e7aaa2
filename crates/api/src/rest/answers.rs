//! The refusals every operation may answer with, once for the whole document.

use std::collections::BTreeMap;

use types::Problem;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

/// Adds each refusal to an operation's responses: `responses((status = 200, …), Problems)`.
pub struct Problems;

/// Status and when it is answered.
const REFUSALS: [(&str, &str); 13] = [
    ("400", "The request could not be read"),
    ("401", "Not signed in, or the session has ended"),
    ("403", "Seen, but not allowed"),
    ("404", "There is no such thing, or the asker may not know of it"),
    ("405", "The method does not exist here"),
    ("409", "It conflicts with what is there"),
    ("413", "Larger than allowed"),
    ("415", "Not application/json"),
    ("422", "Invalid fields"),
    ("429", "Too much too quickly"),
    ("500", "A fault of the server"),
    ("503", "The database is away or the server is stopping"),
    ("507", "The disk is full"),
];

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let schema = RefOr::Ref(Ref::from_schema_name(Problem::name()));
        let response = |words: &str| {
            let content = Content::new(Some(schema.clone()));
            RefOr::T(ResponseBuilder::new().description(words).content("application/problem+json", content).build())
        };
        REFUSALS.iter().map(|(status, words)| ((*status).to_owned(), response(words))).collect()
    }
}

/// The schema those answers refer to, for the document's components.
pub fn schema() -> (String, RefOr<utoipa::openapi::Schema>) {
    (Problem::name().into_owned(), Problem::schema())
}
