//! Starting what is measured: pinned to core 0, with its data in a directory that goes away.

use std::error::Error;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::requests::Identity;

/// Clock ticks a second in `/proc/PID/stat`; Linux has fixed it at 100 for user space.
const TICKS_PER_SECOND: f64 = 100.0;

/// A program that answers on a port, ended when this is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) port: u16,
}

impl Running {
    /// Seconds of processor time used so far.
    pub(crate) fn cpu_seconds(&self) -> Result<f64, Box<dyn Error>> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit_once(')').ok_or("no name in stat")?.1;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        Ok((ticks(11).ok_or("no user time")? + ticks(12).ok_or("no system time")?) / TICKS_PER_SECOND)
    }

    /// Resident memory in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64, Box<dyn Error>> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .ok_or("no VmRSS")?;
        Ok(line.split_whitespace().nth(1).ok_or("no size")?.parse::<u64>()? * 1024)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A directory below the one that holds the builds: a real disk, as the product would have it.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Result<Self, Box<dyn Error>> {
        let path = std::env::current_exe()?.with_file_name(format!("scratch-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Lanyard with its data directory.
pub(crate) struct Lanyard {
    pub(crate) running: Running,
    data: PathBuf,
    _scratch: Scratch,
}

impl Lanyard {
    /// On an empty directory; waits until it is ready.
    pub(crate) fn start(name: &str) -> Result<Self, Box<dyn Error>> {
        Self::start_with(name, &[])
    }

    /// The same in front of a store on this port of this machine.
    pub(crate) fn start_before(name: &str, upstream: &Running) -> Result<Self, Box<dyn Error>> {
        let upstream = format!("s3=http://127.0.0.1:{}", upstream.port);
        Self::start_with(name, &["--upstream", &upstream])
    }

    fn start_with(name: &str, words: &[&str]) -> Result<Self, Box<dyn Error>> {
        let scratch = Scratch::new(name)?;
        let data = scratch.path().join("data");
        let running = Self::launch_with(&data, words)?;
        wait_for(running.port)?;
        wait_until_ready(running.port)?;
        Ok(Self {
            running,
            data,
            _scratch: scratch,
        })
    }

    /// Starts it and waits for nothing.
    pub(crate) fn launch(data: &Path) -> Result<Running, Box<dyn Error>> {
        Self::launch_with(data, &[])
    }

    fn launch_with(data: &Path, words: &[&str]) -> Result<Running, Box<dyn Error>> {
        let port = free_port()?;
        let mut command = on_core_zero(&lanyard()?);
        // Whoever measures a gateway has it sign for the upstream, as it does in earnest.
        command.env("LANYARD_S3_ACCESS_KEY_ID", "AKIAUPSTREAMEXAMPLE0");
        command.env(
            "LANYARD_S3_SECRET_ACCESS_KEY",
            "not-a-secret-of-anybody-at-all-0123456789",
        );
        command.args([
            "serve",
            "--log",
            "warn",
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--data-dir",
        ]);
        Ok(Running {
            child: command
                .arg(data)
                .args(words)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?,
            port,
        })
    }

    /// A new account; its root user signs the requests.
    pub(crate) fn account(&self, name: &str) -> Result<Identity, Box<dyn Error>> {
        self.create_account(&["account", "create", name, "--root-access-key", "--json"])
    }

    /// A new account; its first user, who may do everything, signs the requests.
    pub(crate) fn administrator(&self, name: &str) -> Result<Identity, Box<dyn Error>> {
        self.create_account(&["account", "create", name, "--json"])
    }

    fn create_account(&self, words: &[&str]) -> Result<Identity, Box<dyn Error>> {
        let made = self.operator(words)?;
        let made: serde_json::Value = serde_json::from_str(&made)?;
        let text = |key: &str| made.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        Ok(Identity {
            account: text("AccountId").ok_or("no AccountId")?,
            access_key_id: text("AccessKeyId").ok_or("no AccessKeyId")?,
            secret_access_key: text("SecretAccessKey").ok_or("no SecretAccessKey")?,
        })
    }

    /// Raises the number of users that an account may have.
    pub(crate) fn allow_users(&self, identity: &Identity, count: usize) -> Result<(), Box<dyn Error>> {
        self.set_quota(identity, "UsersPerAccount", count)
    }

    /// Sets how much of something an account may have.
    pub(crate) fn set_quota(
        &self,
        identity: &Identity,
        quota: &str,
        count: usize,
    ) -> Result<(), Box<dyn Error>> {
        let count = count.to_string();
        self.operator(&["account", "set-quota", &identity.account, quota, &count])?;
        Ok(())
    }

    /// Gives a bucket of the upstream to an account.
    pub(crate) fn adopt(&self, bucket: &str, identity: &Identity) -> Result<(), Box<dyn Error>> {
        self.operator(&["gateway", "adopt", bucket, "--account", &identity.account])?;
        Ok(())
    }

    fn operator(&self, words: &[&str]) -> Result<String, Box<dyn Error>> {
        let output = Command::new(lanyard()?)
            .args(words)
            .arg("--data-dir")
            .arg(&self.data)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// The baseline of reads.
pub(crate) fn bare_axum(bytes: usize) -> Result<Running, Box<dyn Error>> {
    let port = free_port()?;
    let mut command = on_core_zero(&sibling("bare-axum")?);
    let child = command.args([port.to_string(), bytes.to_string()]).spawn()?;
    wait_for(port)?;
    Ok(Running { child, port })
}

/// What stands behind the gateway. It shares core 1 with the client.
pub(crate) fn upstream() -> Result<Running, Box<dyn Error>> {
    let port = free_port()?;
    let child = Command::new(sibling("upstream")?).arg(port.to_string()).spawn()?;
    wait_for(port)?;
    Ok(Running { child, port })
}

/// The baseline of the gateway.
pub(crate) fn bare_proxy(upstream: &Running) -> Result<Running, Box<dyn Error>> {
    let port = free_port()?;
    let mut command = on_core_zero(&sibling("bare-proxy")?);
    let child = command
        .args([port.to_string(), upstream.port.to_string()])
        .spawn()?;
    wait_for(port)?;
    Ok(Running { child, port })
}

/// The baseline of durable writes: appends per second.
pub(crate) fn raw_append(writers: usize, bytes: usize, seconds: f64) -> Result<f64, Box<dyn Error>> {
    let scratch = Scratch::new("raw-append")?;
    let mut command = on_core_zero(&sibling("raw-append")?);
    command.arg(scratch.path().join("log"));
    let output = command
        .args([writers.to_string(), bytes.to_string(), seconds.to_string()])
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// This process starts itself again under `taskset`, once.
pub(crate) fn move_to_core_one() -> Result<(), Box<dyn Error>> {
    const MOVED: &str = "LANYARD_BENCH_IS_PINNED";
    if std::env::var_os(MOVED).is_some() {
        return Ok(());
    }
    let mut command = Command::new("taskset");
    command
        .args(["--cpu-list", "1"])
        .arg(std::env::current_exe()?)
        .args(std::env::args_os().skip(1));
    let status = command.env(MOVED, "1").status()?;
    std::process::exit(status.code().unwrap_or(1));
}

fn on_core_zero(program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", "0"]).arg(program);
    command
}

fn lanyard() -> Result<PathBuf, Box<dyn Error>> {
    std::env::var_os("LANYARD_BIN")
        .map(PathBuf::from)
        .ok_or_else(|| "LANYARD_BIN is not set".into())
}

fn sibling(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

fn free_port() -> Result<u16, Box<dyn Error>> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Lanyard binds its address before it makes anything: a connection alone says nothing.
fn wait_until_ready(port: u16) -> Result<(), Box<dyn Error>> {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(answer.into())
    }
}

fn wait_for(port: u16) -> Result<(), Box<dyn Error>> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > deadline {
            return Err("the server never answered".into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
