//! The server's end of the admin socket.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::UCred;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};

use super::acts;
use super::protocol::{AdminReply, AdminRequest, Outcome, Refusal, Refused};
use crate::data_dir::{DataDir, own_uid};
use crate::listener::{self, told};
use crate::node::Node;
use crate::operator::Operator;
use crate::socket_path;

/// Longest request line. The longest is one with a policy, whose text may double when it is quoted.
const REQUEST_BYTES_MAX: u64 = 128 * 1024;
/// How long a connection may idle between requests.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);
/// How long a stop waits for requests that were begun.
const FINISH_WITHIN: Duration = Duration::from_secs(2);
/// Connections served at the same time.
const CONNECTIONS_MAX: usize = 64;

/// The open socket.
pub(crate) struct AdminServer {
    socket: UnixListener,
    node: Arc<Node>,
    own_uid: u32,
}

impl AdminServer {
    /// Opens the socket. The caller holds the data directory's lock, so a socket already there is left over.
    pub(crate) fn bind(dir: &DataDir, node: Arc<Node>) -> io::Result<Self> {
        let private = dir.admin_dir();
        match DirBuilder::new().mode(0o700).create(&private) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        fs::set_permissions(&private, fs::Permissions::from_mode(0o700))?;
        remove_socket(dir);
        let socket = socket_path::reach(&dir.admin_socket(), |path| UnixListener::bind(path))?;
        fs::set_permissions(dir.admin_socket(), fs::Permissions::from_mode(0o600))?;
        Ok(Self {
            socket,
            node,
            own_uid: own_uid(),
        })
    }

    /// Answers until told to stop, then lets what was begun finish.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        tokio::select! {
            () = self.accept(&permits) => {}
            () = told(&mut stop) => {}
        }
        listener::permits_back(&permits, CONNECTIONS_MAX, FINISH_WITHIN).await;
    }

    async fn accept(&self, permits: &Arc<Semaphore>) {
        loop {
            let Ok(permit) = permits.clone().acquire_owned().await else {
                return;
            };
            let accepted = self.socket.accept().await;
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept on the admin socket");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let (node, own_uid) = (self.node.clone(), self.own_uid);
            tokio::spawn(async move {
                let _permit = permit;
                if let Err(error) = converse(stream, &node, own_uid).await {
                    tracing::debug!(%error, "admin connection ended early");
                }
            });
        }
    }
}

/// Removes the socket, if it is there.
pub(crate) fn remove_socket(dir: &DataDir) {
    match fs::remove_file(dir.admin_socket()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "cannot remove the admin socket");
        }
        _ => {}
    }
}

async fn converse(stream: UnixStream, node: &Node, own_uid: u32) -> io::Result<()> {
    let peer = stream.peer_cred()?;
    if !is_admitted(&peer, own_uid) {
        tracing::warn!(uid = peer.uid(), "a stranger on the admin socket is turned away");
        return Ok(());
    }
    let operator = Operator::User(peer.uid());
    let (read, mut write) = stream.into_split();
    let mut reader = BufReader::new(read);
    loop {
        // It may have a seed in it.
        let mut line = zeroize::Zeroizing::new(Vec::new());
        let mut bounded = (&mut reader).take(REQUEST_BYTES_MAX);
        let read = tokio::time::timeout(REQUEST_WITHIN, bounded.read_until(b'\n', &mut line)).await??;
        if read == 0 {
            return Ok(());
        }
        let whole = line.ends_with(b"\n");
        let reply = if whole {
            answer(node, operator, &line).await
        } else {
            unreadable()
        };
        let mut text = zeroize::Zeroizing::new(serde_json::to_vec(&reply)?);
        text.push(b'\n');
        write.write_all(&text).await?;
        if !whole {
            return Ok(());
        }
    }
}

/// Fails closed: only the server's own user and root, by the kernel's word.
fn is_admitted(peer: &UCred, own_uid: u32) -> bool {
    peer.uid() == own_uid || peer.uid() == 0
}

async fn answer(node: &Node, operator: Operator, line: &[u8]) -> AdminReply<Outcome> {
    let Ok(request) = serde_json::from_slice::<AdminRequest>(line) else {
        return unreadable();
    };
    match acts::obey(node, operator, &request).await {
        Ok(outcome) => AdminReply::Done(outcome),
        Err(refused) => AdminReply::Refused(refused),
    }
}

fn unreadable() -> AdminReply<Outcome> {
    AdminReply::Refused(Refused::new(Refusal::Invalid, "the request cannot be understood"))
}
