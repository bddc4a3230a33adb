//! Work that takes long, where it keeps nobody waiting: on a thread for such work, one piece at a time in the whole
//! process.
//!
//! The threads that answer requests are few, and what runs on one of them runs until it waits for something. A second
//! of computing there is a second for which others are not answered; and as many such threads as there are requests
//! for it would leave no processor to the others. So pieces take turns, in the order in which they came. A piece whose
//! request was given up keeps its turn until it has ended.

use tokio::sync::Semaphore;

use crate::error::Refusal;

static TURN: Semaphore = Semaphore::const_new(1);

/// Does it when it is its turn.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let turn = TURN.acquire().await.map_err(Refusal::failure)?;
    let done = tokio::task::spawn_blocking(move || {
        let answer = work();
        drop(turn);
        answer
    });
    done.await.map_err(Refusal::failure)
}
