//! The checks, in the order in which one failing makes the next ones pointless.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use super::finding::Finding;
use super::{certificate, inspection};
use crate::admin::client::ask;
use crate::admin::protocol::{AdminRequest, Status};
use crate::config::TlsFiles;
use crate::data_dir::DataDir;
use crate::lock::DataDirLock;
use crate::tls;

const SERVER: &str = "server";
const STORE: &str = "store";
/// Less free space than this and the next write may fail.
const SPACE_BYTES_MIN: u64 = 64 << 20;
/// Less free space than this and somebody should look.
const SPACE_BYTES_COMFORTABLE: u64 = 1 << 30;
/// A certificate that ends sooner than this should have been renewed.
const CERTIFICATE_DAYS_MIN: i64 = 14;

/// Runs every check that makes sense here.
pub(super) fn all(dir: &DataDir, tls: Option<&TlsFiles>) -> Vec<Finding> {
    let mut findings = vec![data_dir(dir)];
    if dir.root().is_dir() {
        findings.push(secret_file("master key", &dir.master_key(), true));
        findings.push(secret_file("aws profile", &dir.aws_config(), false));
        if DataDirLock::is_held(dir).unwrap_or(false) {
            findings.extend(of_running_server(dir));
        } else {
            findings.push(Finding::good(SERVER, "not running"));
            findings.push(stopped_store(dir));
        }
        findings.push(space(dir));
        findings.push(clock(dir));
    }
    if let Some(files) = tls {
        findings.push(tls_certificate(files));
    }
    findings
}

fn data_dir(dir: &DataDir) -> Finding {
    const NAME: &str = "data directory";
    if !dir.root().exists() {
        let note = format!(
            "{} does not exist yet; the first `lanyard serve` makes it",
            dir.root().display()
        );
        return Finding::bad(NAME, note);
    }
    match dir.check() {
        Ok(()) => Finding::good(
            NAME,
            format!("{}, readable by its owner alone", dir.root().display()),
        ),
        Err(error) => Finding::bad(NAME, error.to_string()),
    }
}

fn secret_file(name: &'static str, path: &Path, required: bool) -> Finding {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            let mode = found.permissions().mode() & 0o777;
            Finding::bad(
                name,
                format!("{shown} is open to others (mode {mode:04o}); run: chmod 600 {shown}"),
            )
        }
        Ok(_) => Finding::good(name, format!("{shown}, readable by its owner alone")),
        Err(_) if required => Finding::bad(
            name,
            format!(
                "{shown} is missing: without it the store cannot be opened. Restore it from where you keep it"
            ),
        ),
        Err(_) => Finding::good(name, "moved away or never made, which is fine"),
    }
}

/// The server checks its own store: it alone may open it.
fn of_running_server(dir: &DataDir) -> Vec<Finding> {
    let own = env!("CARGO_PKG_VERSION");
    match ask::<Status>(dir, &AdminRequest::Status) {
        Ok(Status { version, problems }) => {
            let server = if version == own {
                Finding::good(SERVER, "running, and answering on its admin socket")
            } else {
                Finding::doubtful(
                    SERVER,
                    format!("running version {version}; this command is version {own}"),
                )
            };
            vec![server, store(&problems)]
        }
        Err(error) => vec![Finding::bad(SERVER, error.to_string())],
    }
}

fn stopped_store(dir: &DataDir) -> Finding {
    if !dir.store_file().exists() {
        return Finding::bad(STORE, format!("{} is missing", dir.store_file().display()));
    }
    match inspection::problems(dir) {
        Ok(problems) => store(&problems),
        Err(error) => Finding::bad(STORE, error),
    }
}

fn store(problems: &[String]) -> Finding {
    if problems.is_empty() {
        return Finding::good(STORE, "whole, and opened by the master key");
    }
    Finding::bad(STORE, problems.join("; "))
}

fn space(dir: &DataDir) -> Finding {
    const NAME: &str = "disk space";
    let free = match rustix::fs::statvfs(dir.root()) {
        Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
        Err(error) => return Finding::doubtful(NAME, format!("cannot be told: {error}")),
    };
    let note = format!("{} MiB free for the data directory", free >> 20);
    match free {
        0..SPACE_BYTES_MIN => {
            Finding::bad(NAME, format!("{note}: writes will be refused when it is used up"))
        }
        SPACE_BYTES_MIN..SPACE_BYTES_COMFORTABLE => Finding::doubtful(NAME, note),
        _ => Finding::good(NAME, note),
    }
}

/// Signatures are good for five minutes, so a wrong clock refuses everybody. From one machine alone all that
/// can be told is whether the clock has gone backwards.
fn clock(dir: &DataDir) -> Finding {
    const NAME: &str = "clock";
    let now = SystemTime::now();
    let newest = [dir.store_file(), dir.trail_dir(), dir.lock_file()]
        .iter()
        .filter_map(|path| fs::metadata(path).ok()?.modified().ok())
        .max();
    let shown = Timestamp::try_from(now)
        .map(|now| format!("{now:.0}"))
        .unwrap_or_default();
    match newest.and_then(|newest| newest.duration_since(now).ok()) {
        Some(behind) if behind.as_secs() > 60 => Finding::bad(
            NAME,
            format!(
                "{shown}, which is {} s before files written earlier",
                behind.as_secs()
            ),
        ),
        _ => Finding::good(NAME, format!("{shown}, not before anything written here")),
    }
}

fn tls_certificate(files: &TlsFiles) -> Finding {
    const NAME: &str = "TLS";
    if let Err(error) = tls::TlsReloader::load(files.clone()) {
        return Finding::bad(NAME, error.to_string());
    }
    if let Ok(found) = fs::metadata(&files.key)
        && found.mode() & 0o007 != 0
    {
        return Finding::bad(
            NAME,
            format!("the key {} can be read by everybody", files.key.display()),
        );
    }
    let ends = tls::certificates(files)
        .ok()
        .and_then(|chain| certificate::ends(chain.first()?));
    let Some(ends) = ends else {
        return Finding::doubtful(NAME, "the certificate can be used, but its end cannot be read");
    };
    let left = ends.duration_since(Timestamp::now());
    let note = format!("the certificate ends {ends}");
    if left <= SignedDuration::ZERO {
        return Finding::bad(NAME, format!("{note}, which has passed"));
    }
    if left < SignedDuration::from_hours(24 * CERTIFICATE_DAYS_MIN) {
        return Finding::doubtful(NAME, format!("{note}, in {} days", left.as_hours() / 24));
    }
    Finding::good(NAME, note)
}
