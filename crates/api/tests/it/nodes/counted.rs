//! Tries are counted for all nodes together, and by each for itself while Redis is away.

use api::accounts::Rate;
use types::ErrorCode;

use super::Pair;
use crate::support::{PASSWORD, Refused};

#[tokio::test]
async fn guessing_on_two_nodes_is_guessing_once() {
    let mut pair = Pair::found("joined_limits", Default::default(), |config| {
        config.rate_limits = true;
        config.limit_sign_in_account = Rate::new(3, 600);
    })
    .await;
    let (near, far) = (pair.town.stranger(), pair.david.anonymous());
    for client in [&near, &far, &near] {
        client.sign_in("david", "a wrong guess").await.map(drop).refused(ErrorCode::WrongCredentials);
    }
    for client in [&near, &far] {
        client.sign_in("david", PASSWORD).await.map(drop).refused(ErrorCode::RateLimited);
    }
    far.sign_in("mina", PASSWORD).await.unwrap();
    pair.redis.kill();
    // Each node goes on by its own count: the far one has seen two tries that passed it, the near one three.
    far.sign_in("david", "a wrong guess").await.map(drop).refused(ErrorCode::WrongCredentials);
    far.sign_in("david", "a wrong guess").await.map(drop).refused(ErrorCode::RateLimited);
    near.sign_in("david", PASSWORD).await.map(drop).refused(ErrorCode::RateLimited);
}
