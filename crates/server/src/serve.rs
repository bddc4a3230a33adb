//! `lanyard serve`: from settings to a running server, and from a signal to a clean end.
//!
//! The order matters. The address is bound before anything is made on disk, so that a mistake in it leaves no
//! trace; the data directory is locked before it is read; the profile is written before the account it opens.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lanyard_gateway::{Mode, UpstreamSettings};
use lanyard_names::AccountId;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::accounts::ADMIN;
use crate::admin::server::AdminServer;
use crate::config::Settings;
use crate::data_dir::DataDir;
use crate::exit::{CommandError, Exit};
use crate::federation;
use crate::first_start::{self, Wanted};
use crate::fronts::{Fronts, Urls};
use crate::listener::Listener;
use crate::lock::{DataDirLock, LockError};
use crate::metrics::Metrics;
use crate::node::Node;
use crate::profile;
use crate::public_url::PublicUrl;
use crate::signals::Signals;
use crate::terminal::Terminal;
use crate::tls::{Tls, TlsReloader};
use crate::upkeep;
use crate::web::Web;

/// Runs the server until it is told to stop.
pub(crate) fn run(settings: Settings) -> Result<(), CommandError> {
    settings.log.start();
    allow_open_files(settings.limits.connections_max);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("lanyard")
        .build()
        .map_err(|error| failed("cannot start", &error))?;
    let result = runtime.block_on(serve(settings));
    // What still runs is past its deadline; it must not hold up the exit.
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

async fn serve(mut settings: Settings) -> Result<(), CommandError> {
    let mut signals = Signals::listen().map_err(|error| failed("cannot start", &error))?;
    let sockets = Sockets::bind(&settings).await?;
    let tls = match settings.tls.clone().map(TlsReloader::load).transpose() {
        Ok(loaded) => loaded,
        Err(error) => return Err(CommandError::usage(error.to_string())),
    };
    let is_new = !DataDir::at(settings.data_dir.clone()).store_file().exists();
    let wanted = match Wanted::check(&settings.first) {
        Err(error) if is_new => return Err(error),
        checked => checked,
    };

    let dir =
        DataDir::prepare(&settings.data_dir).map_err(|error| CommandError::failure(error.to_string()))?;
    let lock = DataDirLock::take(&dir).map_err(locked)?;
    let endpoint = endpoint(&settings, sockets.api.local_addr().unwrap_or(settings.listen));
    let node = Node::open(&dir, federation::open(&settings.oidc, &endpoint)?)
        .await
        .map_err(|error| CommandError::failure(error.to_string()))?;
    let first = first_start::run(&node, &dir, &endpoint, wanted).await?;
    if first.is_none()
        && let Err(error) = profile::follow_endpoint(&dir.aws_config(), &endpoint)
    {
        tracing::warn!(%error, "cannot point the aws profile at this address");
    }

    let upstreams = std::mem::take(&mut settings.upstreams);
    let mut stores: Vec<String> = upstreams.iter().map(store_line).collect();
    let urls = Urls {
        public: settings.public_url.as_ref().map(PublicUrl::to_string),
        endpoint: endpoint.clone(),
    };
    warn_of_upstreams(&node, &upstreams);
    let fronts =
        Fronts::new(&node, upstreams, urls).map_err(|error| CommandError::usage(error.to_string()))?;
    if let Some(gateway) = &fronts.gateway {
        let accounts = gateway.accounts().into_iter();
        stores.extend(accounts.map(|(services, account)| format!("  behind {services}: account {account}")));
    }
    let admin = AdminServer::bind(&dir, node.clone())
        .map_err(|error| failed("cannot open the admin socket", &error))?;
    let metrics = sockets
        .metrics
        .map(|tcp| measure(tcp, &node, &fronts))
        .transpose()?;
    // Announced before the first request is answered, so that whoever waits for an answer finds the announcement.
    announce(&dir, &endpoint, first, &stores);
    let opened = Opened {
        node,
        fronts,
        admin,
        api: sockets.api,
        metrics,
        tls,
    };
    let running = Running::start(&settings, opened, &signals);
    signals.asked_to_stop().await;
    let ended = running.stop(&mut signals).await;
    crate::admin::server::remove_socket(&dir);
    drop(lock);
    ended
}

/// The sockets of a start, bound before anything is made.
struct Sockets {
    api: TcpListener,
    metrics: Option<TcpListener>,
}

impl Sockets {
    async fn bind(settings: &Settings) -> Result<Self, CommandError> {
        let api = bind(settings.listen, "--listen").await?;
        let metrics = match settings.metrics_listen {
            Some(address) => Some(bind(address, "--metrics-listen").await?),
            None => None,
        };
        Ok(Self { api, metrics })
    }
}

/// Everything that is open before a server begins to work.
struct Opened {
    node: Arc<Node>,
    fronts: Fronts,
    admin: AdminServer,
    api: TcpListener,
    metrics: Option<(TcpListener, Arc<Metrics>)>,
    tls: Option<(TlsReloader, Tls)>,
}

/// A server at work.
struct Running {
    node: Arc<Node>,
    web: Arc<Web>,
    stop: watch::Sender<bool>,
    /// Gives the number of connections that were cut at the deadline.
    api: JoinHandle<usize>,
    admin: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    fn start(settings: &Settings, opened: Opened, signals: &Signals) -> Self {
        let Opened {
            node,
            fronts,
            admin,
            api,
            metrics,
            tls,
        } = opened;
        let (stop, stopped) = watch::channel(false);
        let admin = tokio::spawn(admin.run(stopped.clone()));
        let mut tasks = vec![tokio::spawn(upkeep::run(node.clone()))];
        let measured = metrics.is_some();
        if let Some((tcp, metrics)) = metrics {
            tasks.push(tokio::spawn(metrics.clone().keep_up()));
            let listener = Listener::new(tcp, None, settings.limits);
            let serving = listener.run(metrics, stopped.clone(), Duration::ZERO);
            tasks.push(tokio::spawn(async move {
                serving.await;
            }));
        }
        let tls = tls.map(|(reloader, tls)| {
            tasks.push(tokio::spawn(reloader.run(signals.hangups())));
            tls
        });
        let trusted_proxies = settings.trusted_proxies.clone();
        let web = Arc::new(Web::new(node.clone(), fronts, trusted_proxies, measured));
        let listener = Listener::new(api, tls, settings.limits);
        let api = tokio::spawn(listener.run(web.clone(), stopped, settings.stop_after));
        Self {
            node,
            web,
            stop,
            api,
            admin,
            tasks,
        }
    }

    /// Lets requests in flight finish, then closes the node. A second signal cuts it short.
    async fn stop(self, signals: &mut Signals) -> Result<(), CommandError> {
        tracing::info!("stopping: no new connections; requests in flight are finished");
        self.web.stopping();
        self.stop.send_replace(true);
        let closing = async {
            match self.api.await {
                Ok(0) => {}
                Ok(cut) => tracing::warn!(cut, "connections were still open at the deadline and are cut"),
                Err(error) => tracing::error!(%error, "the listener ended badly"),
            }
            if let Err(error) = self.admin.await {
                tracing::error!(%error, "the admin socket ended badly");
            }
            self.tasks.iter().for_each(JoinHandle::abort);
            self.node
                .close()
                .await
                .map_err(|error| failed("cannot close the store", &error))
        };
        tokio::select! {
            closed = closing => closed?,
            () = signals.asked_to_stop() => return Err(CommandError::failure("stopped at once by a second signal")),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Begins to measure what the listener will show.
fn measure(
    tcp: TcpListener,
    node: &Arc<Node>,
    fronts: &Fronts,
) -> Result<(TcpListener, Arc<Metrics>), CommandError> {
    let metrics = Metrics::install(node.clone(), fronts.gateway.clone())
        .map_err(|error| CommandError::failure(error.to_string()))?;
    Ok((tcp, metrics))
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> CommandError {
    CommandError::failure(format!("{what}: {error}"))
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

/// Tells of what can be meant, and most likely is not.
fn warn_of_upstreams(node: &Node, upstreams: &[UpstreamSettings]) {
    let global = node.directory.global();
    for upstream in upstreams {
        let services = upstream.services();
        if let Some(account) = upstream.account().filter(|id| global.account(*id).is_none()) {
            tracing::warn!(
                %services,
                "there is no account {account}, so nobody reaches what is behind; `lanyard account list` shows those \
                 there are, and `lanyard account create NAME --id {account}` makes it"
            );
        }
        for (name, signed) in upstream.mistakable() {
            tracing::warn!(
                %services,
                "requests to the service that clients call {name} are signed for {signed}: they are not sent here; to \
                 stand in front of it, say `{signed}=`"
            );
        }
    }
}

/// How an upstream is announced.
fn store_line(upstream: &UpstreamSettings) -> String {
    let mode = match upstream.mode() {
        Mode::Enforce => "",
        Mode::Observe => {
            tracing::warn!(services = %upstream.services(), upstream = %upstream.origin(), "policies are only observed: what they deny passes");
            " (policies are only observed)"
        }
    };
    format!(
        "  in front of {}: {}{mode}",
        upstream.services(),
        upstream.origin()
    )
}

/// Tells the person at the terminal that the server is ready, and how to use it. Never a secret.
fn announce(dir: &DataDir, endpoint: &str, first: Option<AccountId>, stores: &[String]) {
    tracing::info!(%endpoint, data_dir = %dir.root().display(), version = env!("CARGO_PKG_VERSION"), "ready");
    let terminal = Terminal::stdout();
    let mut lines = vec![format!("{} on {endpoint}", terminal.bold("Lanyard answers"))];
    lines.push(format!("  data directory: {}", dir.root().display()));
    if let Some(account) = first {
        lines.push(format!("  first account:  {account}, administrator \"{ADMIN}\""));
    }
    lines.extend(stores.iter().cloned());
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
