//! Bodies on the way back.

use http_body_util::BodyExt;

use super::{Act, IDLE_MAX, Script, send};
use crate::body::{BodyError, TimedBody};

/// What a client gets of an upstream's answer.
async fn answer(acts: impl IntoIterator<Item = Act>) -> Result<Vec<u8>, BodyError> {
    let body = TimedBody::new(Script::new(acts), IDLE_MAX);
    body.collect().await.map(|whole| whole.to_bytes().to_vec())
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_come_slowly_but_not_stop() {
    let slow = [
        Act::Wait(29),
        send("he"),
        Act::Wait(29),
        send("llo"),
        Act::Wait(29),
    ];
    assert_eq!(answer(slow).await, Ok(b"hello".to_vec()));
    assert_eq!(
        answer([send("he"), Act::Wait(31), send("llo")]).await,
        Err(BodyError::TooSlow)
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    assert_eq!(answer([send("he"), Act::Break]).await, Err(BodyError::Broken));
}
