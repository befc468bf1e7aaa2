//! People, their sign-in and their sessions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Rev, SessionId, UserId};

/// What someone may do on the whole site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SiteRole {
    /// An ordinary person.
    Member,
    /// Runs the site.
    Admin,
    /// The first account; there is exactly one.
    Owner,
}

/// The public fields of a person: a row of the site stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The id.
    pub id: UserId,
    /// Unique without case.
    pub username: String,
    /// What is shown; the username if nothing was chosen.
    pub display_name: String,
    /// A few words about the person.
    pub bio: String,
    /// What the person is doing.
    pub status_text: String,
    /// Address of a picture; none until files exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// The role on the site.
    pub site_role: SiteRole,
    /// Whether a program uses it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    /// When the account was made.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// Revision in the site stream.
    pub rev: Rev,
}

/// `GET /me`: the public fields and those only oneself sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The public fields.
    #[serde(flatten)]
    pub user: User,
    /// The address for signing in.
    pub email: String,
    /// The session this request was made with.
    pub session_id: SessionId,
}

/// `PATCH /me`: absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// New display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// New bio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
    /// New status text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_text: Option<String>,
}

/// `POST /auth/register`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Register {
    /// `[a-z0-9][a-z0-9._-]{1,31}` without case.
    pub username: String,
    /// For signing in.
    pub email: String,
    /// 8 to 128 characters, not a common one.
    pub password: String,
    /// What is shown; the username if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Code of an invite link; needed while registration is by invite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
    /// Printed at start; needed for the first account when the server listens beyond loopback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_code: Option<String>,
}

/// `POST /auth/sign-in`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// Username or e-mail address.
    pub login: String,
    /// The password.
    pub password: String,
    /// A one-time code; ignored until two-factor sign-in exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<String>,
}

/// `POST /auth/refresh`: without a token in the body the cookie is used.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refresh {
    /// The refresh token; absent for the web app, which holds it in a cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// Answer to register, sign-in and refresh.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Who signed in.
    pub user: User,
    /// JWT, sent as `Authorization: Bearer`.
    pub access_token: String,
    /// Life of the access token, in seconds.
    pub expires_in: i64,
    /// Opaque, good for one refresh; empty for the web app, which gets it as a cookie.
    pub refresh_token: String,
}

/// `POST /me/password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePassword {
    /// The password as it is.
    pub current: String,
    /// The password as it shall be. The other sessions end.
    pub new: String,
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// What the device said it is (its User-Agent), at most 200 characters.
    pub device: String,
    /// The address it last came from.
    pub address: String,
    /// When it signed in.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    #[serde(deserialize_with = "crate::time::moment")]
    pub last_used_at: DateTime<Utc>,
    /// Whether it is the one asking.
    pub current: bool,
}

/// How present someone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PresenceStatus {
    /// A device is connected and in use.
    Online,
    /// Devices are connected, none was used for five minutes.
    Away,
    /// No device is connected.
    Offline,
}

/// The presence of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Presence {
    /// Who.
    pub user_id: UserId,
    /// How present.
    pub status: PresenceStatus,
    /// When the person was last seen; absent if never, and while online or away.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<DateTime<Utc>>,
}
