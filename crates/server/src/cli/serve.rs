//! `lanyard serve`.

use clap::Args;

use super::Place;

const SERVE_HELP: &str = "\
The first start makes the data directory with a master key, one account with
its root user (without access keys), and one administrator: user \"admin\" in
group \"Administrators\". The administrator's credentials are left in
DIR/aws-config, a profile file readable by you alone, never on the terminal:

  AWS_CONFIG_FILE=DIR/aws-config AWS_PROFILE=lanyard aws sts get-caller-identity

For containers and CI the first start takes them from the environment instead:
LANYARD_ACCOUNT_ID, LANYARD_ADMIN_ACCESS_KEY_ID and
LANYARD_ADMIN_SECRET_ACCESS_KEY (`lanyard keygen` makes a valid set).

Every flag is also a configuration key (--tls-cert is tls_cert) and an
environment variable (LANYARD_TLS_CERT). Flags win over the environment, the
environment over the file. SIGTERM or Ctrl-C stops gracefully; SIGHUP reads the
TLS files again.

With --upstream the server stands in front of an S3 store (s3=URL), of other
services by the names that requests are signed for (dynamodb,sqs=URL), or of every
one that no other line names (aws=URL): a user's policies decide what reaches it.
Its own access key comes from the environment, never from the command line:
LANYARD_S3_ACCESS_KEY_ID and LANYARD_S3_SECRET_ACCESS_KEY, with DYNAMODB (the first
name) or AWS for S3. Or a file holds it. The words that may follow the URL:

  credentials=FILE|none  access key of the upstream, as `aws` keeps it; none: unsigned
  profile=NAME           which profile of that file
  mode=enforce|observe   observe lets pass what policies deny, and records it
  domain=DOMAIN          s3: buckets in the host name as well: BUCKET.DOMAIN (repeatable)
  region=REGION          the region the upstream is signed for; else the caller's
  account=ID             others: whose the resources are; else the first account's
  upstream-account=ID    others: the account that the upstream writes into its ARNs
  tags=registry|upstream|none   others: where the tags of resources are found out
  forward-access=PRINCIPAL      others: hands the service credentials of its caller
  ca=FILE                authority of the upstream's TLS certificate, PEM
  data-events=none|denials|sampled:N|all   what the trail keeps of what passes
  connect-seconds=N, answer-seconds=N, idle-seconds=N   how long it may take

Examples:
  lanyard serve
  lanyard serve --data-dir ./data --log debug
  lanyard serve --upstream 's3=http://127.0.0.1:9000'
  lanyard serve --upstream 'aws=http://127.0.0.1:5000 upstream-account=123456789012'
  lanyard serve --listen 0.0.0.0:4260 --tls-cert server.pem --tls-key server.key";

/// Start the server.
///
/// It runs in the foreground, prints its address when it is ready, and logs to standard error.
#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub(crate) struct ServeFlags {
    /// Where the data directory and the configuration are.
    #[command(flatten)]
    pub(crate) place: Place,
    /// Address and port to answer on [default: 127.0.0.1:4260]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// Log level (error, warn, info, debug, trace), or json, or both: debug,json [default: info]
    #[arg(long, value_name = "LEVEL|json")]
    pub(crate) log: Option<String>,
    /// TLS certificate chain, PEM; read again when it changes
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<String>,
    /// Private key of the TLS certificate, PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<String>,
    /// Serve Prometheus metrics on this address (plain HTTP, no authentication) [default: off]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) metrics_listen: Option<String>,
    /// The URL under which clients reach the server, if it is not the address listened on
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Believe X-Forwarded-For and X-Forwarded-Proto from these addresses (comma-separated CIDRs)
    #[arg(long, value_name = "CIDRS")]
    pub(crate) trusted_proxies: Option<String>,
    /// Stand in front of a store or of services: 's3=URL', 'sqs,sns=URL', 'aws=URL' [WORD=VALUE …]' (repeatable) [default: none]
    #[arg(long = "upstream", value_name = "UPSTREAM")]
    pub(crate) upstreams: Vec<String>,
    /// Fetch OpenID Connect keys from this network too, though it is not public (repeatable) [default: none]
    #[arg(long, value_name = "CIDR")]
    pub(crate) oidc_allow: Vec<String>,
    /// Authorities of one issuer's TLS certificates, PEM: 'ISSUER=FILE' (repeatable) [default: the system's]
    #[arg(long, value_name = "ISSUER=FILE")]
    pub(crate) oidc_ca: Vec<String>,
    /// Answer plain HTTP on addresses other than loopback: everyone on the path can read the traffic
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
}
