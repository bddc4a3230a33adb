//! A server in a directory of its own, on a port of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The binary, without the developer's own settings.
pub(crate) fn lanyard() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lanyard"));
    let ours = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LANYARD_"));
    for (name, _) in ours {
        command.env_remove(name);
    }
    command
        .env_remove("XDG_DATA_HOME")
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(words: &[&str]) -> Output {
    lanyard().args(words).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) announced: String,
    pub(crate) data: PathBuf,
    /// Removed when the server is dropped.
    base: Option<TempDir>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(&[], &[])
    }

    /// With flags and variables, on a fresh data directory.
    pub(crate) fn start_with(flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let base = tempfile::tempdir().unwrap();
        let data = base.path().join("data");
        let mut server = Self::start_in(&data, flags, variables);
        server.base = Some(base);
        server
    }

    pub(crate) fn start_in(data: &Path, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = lanyard()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
                data.to_str().unwrap(),
            ])
            .env("LANYARD_LOG", "debug")
            .args(flags)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut announced = String::new();
        while lines.read_line(&mut announced).unwrap() > 0 && !announced.contains("try it:") {}
        if announced.is_empty() {
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            panic!("the server did not start:\n{log}");
        }
        Self {
            child,
            announced,
            data: data.to_owned(),
            base: None,
        }
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> String {
        let url = self
            .announced
            .split_whitespace()
            .find(|word| word.contains("://127.0.0.1:"))
            .unwrap();
        url.split("://").nth(1).unwrap().to_owned()
    }

    /// Status and body of a plain GET.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        get(&self.address(), path)
    }

    /// Runs a command on this server's data directory.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        lanyard()
            .args(words)
            .arg("--data-dir")
            .arg(&self.data)
            .output()
            .unwrap()
    }

    /// Runs a command that must succeed and print one JSON object.
    pub(crate) fn json(&self, words: &[&str]) -> serde_json::Value {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = i32::try_from(self.child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
            .unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for the end; gives exit code and log.
    pub(crate) fn wait(&mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (self.child.wait().unwrap().code(), log)
    }

    /// SIGTERM, then exit code and log.
    pub(crate) fn stop(&mut self) -> (Option<i32>, String) {
        self.signal(rustix::process::Signal::TERM);
        self.wait()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that nobody listens on, at least a moment ago.
pub(crate) fn free_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Status and body of a plain GET.
pub(crate) fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    split_answer(&answer)
}

pub(crate) fn split_answer(answer: &str) -> (u16, String) {
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

/// Waits for a condition, not for a time.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}
