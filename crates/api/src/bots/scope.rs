//! What a bot's token may ask for. A route that is not named here is not for bots.

use types::socket::ClientFrame;
use types::{ErrorCode, Scope};

use crate::error::Error;

/// The scopes of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// These.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Scopes {
        Scopes(scopes.into_iter().fold(0, |all, scope| all | bit(scope)))
    }

    /// Refuses what was not given.
    pub fn check(self, needed: Option<Scope>) -> Result<(), Error> {
        match needed {
            Some(scope) if self.0 & bit(scope) != 0 => Ok(()),
            Some(scope) => {
                let scope = scope_text(scope);
                Err(Error::with(ErrorCode::MissingScope, format!("This token lacks the scope {scope}.")))
            }
            None => Err(Error::with(ErrorCode::MissingScope, "No token of a bot may do this.")),
        }
    }
}

fn bit(scope: Scope) -> u8 {
    match scope {
        Scope::Read => 1,
        Scope::Write => 2,
        Scope::Manage => 4,
        Scope::Unknown => 0,
    }
}

/// A scope out of the table; what is not known lets nothing be done.
pub(super) fn scope(text: &str) -> Scope {
    match text {
        "read" => Scope::Read,
        "write" => Scope::Write,
        "manage" => Scope::Manage,
        _ => Scope::Unknown,
    }
}

/// A scope as the table has it.
pub(super) fn scope_text(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read",
        Scope::Write => "write",
        Scope::Manage => "manage",
        Scope::Unknown => "unknown",
    }
}

/// Reading that shows more than the bot's own rooms and people: how somebody is signed in, who may post how.
const NOT_READ: [&str; 6] = [
    "/me/sessions",
    "/bots",
    "/bots/{id}/tokens",
    "/rooms/{id}/hooks/incoming",
    "/rooms/{id}/hooks/outgoing",
    "/rooms/{id}/hooks/outgoing/{hook_id}/deliveries",
];

const WRITTEN: [&str; 24] = [
    "/direct",
    "/me",
    "/me/commands",
    "/me/preferences",
    "/me/read-all",
    "/me/scheduled/{id}",
    "/me/scheduled/{id}/send",
    "/messages/{id}",
    "/messages/{id}/close",
    "/messages/{id}/forward",
    "/messages/{id}/pin",
    "/messages/{id}/reactions/{emoji}",
    "/messages/{id}/saved",
    "/messages/{id}/votes",
    "/rooms/{id}/commands/{name}",
    "/rooms/{id}/draft",
    "/rooms/{id}/mark",
    "/rooms/{id}/messages",
    "/rooms/{id}/notes",
    "/rooms/{id}/polls",
    "/rooms/{id}/read",
    "/rooms/{id}/scheduled",
    "/threads/{id}/following",
    "/threads/{id}/read",
];

const MANAGED: [&str; 9] = [
    "/rooms",
    "/rooms/{id}",
    "/rooms/{id}/invites",
    "/rooms/{id}/invites/{invite_id}",
    "/rooms/{id}/join",
    "/rooms/{id}/leave",
    "/rooms/{id}/members",
    "/rooms/{id}/members/{user_id}",
    "/invites/{code}/accept",
];

/// What a request needs; none if it is for no bot. The path is the route's, with its parameters' names.
pub fn needed(method: &str, route: &str) -> Option<Scope> {
    let path = route.strip_prefix("/api/v1")?;
    if matches!(method, "GET" | "HEAD") {
        return (!NOT_READ.contains(&path)).then_some(Scope::Read);
    }
    if WRITTEN.contains(&path) {
        return Some(Scope::Write);
    }
    MANAGED.contains(&path).then_some(Scope::Manage)
}

/// What a frame of a socket needs; opening one needs `read`.
pub fn needed_by(frame: &ClientFrame) -> Scope {
    match frame {
        ClientFrame::Post { .. } | ClientFrame::Typing { .. } | ClientFrame::Read { .. } => Scope::Write,
        ClientFrame::Authenticate { .. }
        | ClientFrame::Presence { .. }
        | ClientFrame::Watch { .. }
        | ClientFrame::Unwatch { .. }
        | ClientFrame::Observe { .. } => Scope::Read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_that_is_named_exists() {
        let routes = crate::rest::openapi::routes();
        let exists = |path: &&str| routes.iter().any(|(route, _)| route.strip_prefix("/api/v1") == Some(*path));
        let named: Vec<&str> = NOT_READ.into_iter().chain(WRITTEN).chain(MANAGED).collect();
        let missing: Vec<&&str> = named.iter().filter(|path| !exists(path)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn no_token_signs_in_changes_a_password_or_makes_bots() {
        for path in ["/auth/sign-in", "/auth/sign-out", "/me/password", "/me/sessions/{id}", "/bots", "/bots/{id}"] {
            assert_eq!(needed("POST", &format!("/api/v1{path}")), None, "{path}");
            assert_eq!(needed("DELETE", &format!("/api/v1{path}")), None, "{path}");
        }
        assert_eq!(needed("GET", "/health/live"), None);
    }

    #[test]
    fn no_scope_includes_another() {
        let read = Scopes::of([Scope::Read]);
        assert!(read.check(Some(Scope::Read)).is_ok());
        assert_eq!(read.check(Some(Scope::Write)).unwrap_err().code, ErrorCode::MissingScope);
        assert_eq!(Scopes::of([Scope::Manage]).check(Some(Scope::Write)).unwrap_err().code, ErrorCode::MissingScope);
        assert_eq!(read.check(None).unwrap_err().code, ErrorCode::MissingScope);
        assert!(Scopes::of([Scope::Unknown]).check(Some(Scope::Read)).is_err());
    }
}
