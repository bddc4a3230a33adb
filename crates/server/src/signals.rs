//! Signals: SIGTERM and SIGINT stop, SIGHUP reads the TLS files again.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The signals of this process, counted from the moment this is made.
pub(crate) struct Signals {
    stops: watch::Receiver<u64>,
    hangups: watch::Receiver<u64>,
}

impl Signals {
    /// Takes over the signals. From here on they no longer end the process by themselves.
    pub(crate) fn listen() -> io::Result<Self> {
        let mut term = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let (stop, stops) = watch::channel(0);
        let (hang, hangups) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = term.recv() => stop.send_modify(|count| *count += 1),
                    _ = interrupt.recv() => stop.send_modify(|count| *count += 1),
                    _ = hangup.recv() => hang.send_modify(|count| *count += 1),
                }
            }
        });
        Ok(Self { stops, hangups })
    }

    /// Resolves at the next request to stop, each time it is called.
    pub(crate) async fn asked_to_stop(&mut self) {
        if self.stops.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Changes at every SIGHUP.
    pub(crate) fn hangups(&self) -> watch::Receiver<u64> {
        self.hangups.clone()
    }
}
