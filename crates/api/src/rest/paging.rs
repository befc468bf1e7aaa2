//! Which page of a list is asked for.

use serde::Deserialize;
use types::limits;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::db::Cursor;

/// Of a list in the order of ids.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// `next` of the page before.
    pub(super) cursor: Option<Uuid>,
}

impl Paging {
    /// The rows asked for, or as many as usual.
    pub(super) fn limit(&self) -> i64 {
        self.limit.unwrap_or(limits::PAGE_DEFAULT)
    }
}

/// Of a list in the order of time.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TimePaging {
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub(super) cursor: Option<Cursor>,
}

impl TimePaging {
    /// The rows asked for, or as many as usual.
    pub(super) fn limit(&self) -> i64 {
        self.limit.unwrap_or(limits::PAGE_DEFAULT)
    }
}
