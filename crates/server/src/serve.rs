//! `lanyard serve`: from settings to a running server, and from a signal to a clean end.
//!
//! The order matters. The address is bound before anything is made on disk, so that a mistake in it leaves no
//! trace; the data directory is locked before it is read; the profile is written before the account it opens.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::admin;
use crate::config::Settings;
use crate::data_dir::DataDir;
use crate::exit::{CommandError, Exit};
use crate::first_start;
use crate::listener::Listener;
use crate::lock::{DataDirLock, LockError};
use crate::metrics::Metrics;
use crate::profile;
use crate::public_url::PublicUrl;
use crate::services::Services;
use crate::signals::Signals;
use crate::terminal::Terminal;
use crate::tls::TlsReloader;
use crate::web::Web;

/// Runs the server until it is told to stop.
pub(crate) fn run(settings: Settings) -> Result<(), CommandError> {
    settings.log.start();
    allow_open_files(settings.limits.connections_max);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("lanyard")
        .build()
        .map_err(|error| CommandError::failure(format!("cannot start: {error}")))?;
    let result = runtime.block_on(serve(settings));
    // What still runs is past its deadline; it must not hold up the exit.
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

async fn serve(settings: Settings) -> Result<(), CommandError> {
    let mut signals =
        Signals::listen().map_err(|error| CommandError::failure(format!("cannot start: {error}")))?;
    let tcp = bind(settings.listen, "--listen").await?;
    let metrics_tcp = match settings.metrics_listen {
        Some(address) => Some(bind(address, "--metrics-listen").await?),
        None => None,
    };
    let (reloader, tls) = match settings.tls.clone().map(TlsReloader::load).transpose() {
        Ok(Some((reloader, tls))) => (Some(reloader), Some(tls)),
        Ok(None) => (None, None),
        Err(error) => return Err(CommandError::usage(error.to_string())),
    };

    let dir =
        DataDir::prepare(&settings.data_dir).map_err(|error| CommandError::failure(error.to_string()))?;
    let lock = DataDirLock::take(&dir).map_err(locked)?;
    let endpoint = endpoint(&settings, tcp.local_addr().unwrap_or(settings.listen));
    let services = Services::open(&dir)
        .await
        .map_err(|error| CommandError::failure(error.to_string()))?;
    let first = first_start::run(&services, &dir, &endpoint, &settings.first).await?;
    if first.is_none()
        && let Err(error) = profile::follow_endpoint(&dir.aws_config(), &endpoint)
    {
        tracing::warn!(%error, "cannot point the aws profile at this address");
    }

    let metrics = match &metrics_tcp {
        Some(_) => Some(Metrics::install().map_err(|error| CommandError::failure(error.to_string()))?),
        None => None,
    };
    let web = Arc::new(Web::new(
        services.clone(),
        settings.trusted_proxies.clone(),
        metrics.is_some(),
    ));
    let admin = admin::server::AdminServer::bind(&dir, services.clone())
        .map_err(|error| CommandError::failure(format!("cannot open the admin socket: {error}")))?;

    let (stop, stopped) = watch::channel(false);
    let mut tasks = Tasks::default();
    tasks.spawn(admin.run(stopped.clone()));
    if let Some(reloader) = reloader {
        tasks.spawn(reloader.run(signals.hangups()));
    }
    if let (Some(metrics), Some(tcp)) = (metrics, metrics_tcp) {
        tasks.spawn(metrics.clone().keep_up());
        let listener = Listener::new(tcp, None, settings.limits);
        let stopped = stopped.clone();
        tasks.spawn(async move {
            listener.run(metrics, stopped, Duration::from_secs(1)).await;
        });
    }
    let listener = Listener::new(tcp, tls, settings.limits);
    let api = tokio::spawn(listener.run(web.clone(), stopped, settings.stop_after));
    announce(&dir, &endpoint, first.as_ref());

    signals.asked_to_stop().await;
    tracing::info!("stopping: no new connections; requests in flight are finished");
    web.stopping();
    stop.send_replace(true);
    let ended = tokio::select! {
        abandoned = api => stop_services(&services, abandoned.unwrap_or(0)).await,
        () = signals.asked_to_stop() => Err(CommandError::failure("stopped at once by a second signal")),
    };
    tasks.abort();
    admin::server::remove_socket(&dir);
    drop(lock);
    ended
}

/// Every connection is a file descriptor, and many systems allow 1,024 unless a process asks for more.
fn allow_open_files(connections_max: usize) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    const BESIDE_CONNECTIONS: u64 = 256;
    let wanted = (connections_max as u64).saturating_add(BESIDE_CONNECTIONS);
    let mut limit = getrlimit(Resource::Nofile);
    let (Some(current), most) = (limit.current, limit.maximum.unwrap_or(u64::MAX)) else {
        return;
    };
    if current >= wanted {
        return;
    }
    limit.current = Some(wanted.min(most));
    if setrlimit(Resource::Nofile, limit).is_err() || most < wanted {
        tracing::warn!(
            allowed = current.max(wanted.min(most)),
            wanted,
            "few open files are allowed (ulimit -n)"
        );
    }
}

async fn stop_services(services: &Services, abandoned: usize) -> Result<(), CommandError> {
    if abandoned > 0 {
        tracing::warn!(
            abandoned,
            "connections were still open at the deadline and are cut"
        );
    }
    services
        .close()
        .await
        .map_err(|error| CommandError::failure(format!("cannot close the store: {error}")))?;
    tracing::info!("stopped");
    Ok(())
}

async fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address).await.map_err(|error| {
        let failure = CommandError::failure(format!("cannot listen on {address}: {error}"));
        match error.kind() {
            io::ErrorKind::AddrInUse => failure.hint(format!(
                "another program uses this address; give another one with {flag}"
            )),
            _ => failure,
        }
    })
}

fn locked(error: LockError) -> CommandError {
    let exit = match error {
        LockError::Held { .. } => Exit::Busy,
        LockError::Io { .. } => Exit::Failure,
    };
    CommandError::new(exit, error.to_string())
        .hint("stop the other server, or give this one a directory of its own with --data-dir")
}

/// The URL to put into the profile and to print.
fn endpoint(settings: &Settings, bound: SocketAddr) -> String {
    if let Some(url) = &settings.public_url {
        return PublicUrl::to_string(url);
    }
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let mut reachable = bound;
    if reachable.ip().is_unspecified() {
        reachable.set_ip(match reachable.ip() {
            std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("{scheme}://{reachable}")
}

/// Tells the person at the terminal that the server is ready, and how to use it. Never a secret.
fn announce(dir: &DataDir, endpoint: &str, first: Option<&first_start::FirstStart>) {
    tracing::info!(%endpoint, data_dir = %dir.root().display(), version = env!("CARGO_PKG_VERSION"), "ready");
    let terminal = Terminal::stdout();
    let mut lines = vec![format!("{} on {endpoint}", terminal.bold("Lanyard answers"))];
    lines.push(format!("  data directory: {}", dir.root().display()));
    if let Some(first) = first {
        lines.push(format!(
            "  first account:  {}, administrator \"admin\"",
            first.account
        ));
    }
    let profile = dir.aws_config();
    if profile.exists() {
        lines.push(format!("  aws profile:    {}", profile.display()));
        lines.push(format!(
            "  try it:         AWS_CONFIG_FILE={} AWS_PROFILE={} aws sts get-caller-identity",
            profile.display(),
            profile::PROFILE
        ));
    }
    // Whoever started the server may have closed its standard output.
    if terminal.line(&lines.join("\n")).is_err() {
        tracing::debug!("standard output is closed");
    }
}

/// Tasks that live as long as the server.
#[derive(Default)]
struct Tasks(Vec<JoinHandle<()>>);

impl Tasks {
    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.push(tokio::spawn(task));
    }

    fn abort(&self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}
