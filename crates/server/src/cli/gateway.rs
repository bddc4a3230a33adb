//! The words of `lanyard gateway` and `lanyard resource-policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Place;

/// What stands behind the gateway, and whose it is.
#[derive(Debug, Subcommand)]
pub(crate) enum GatewayCommand {
    /// Say how a request to a service would be understood, without a server
    Explain(GatewayExplainFlags),
    /// Say which operations of a service are mapped, and how, without a server
    Coverage(GatewayCoverageFlags),
    /// Make the least policy that would have allowed what somebody was seen to do
    Suggest(super::GatewaySuggestFlags),
    /// Give a bucket that exists in the store to an account
    Adopt(AdoptFlags),
    /// Take a bucket away from its account; the store keeps its objects
    Release(ReleaseFlags),
    /// List the buckets and whose they are
    Buckets(BucketsFlags),
}

const EXPLAIN_HELP: &str = "\
Prints the operation, every permission that is asked for with its resource and
condition keys, and what would be sent upstream. Nothing is sent and nobody is
authenticated. A request that cannot be understood is refused, here as in the
server, and the exit code is 1.

Which service is meant is read off the credential in the Authorization header or
in the query; --service says it for a request that is not signed. Without either
it is S3.

What only the upstream knows, such as the key attributes of a table, is named and
then taken for absent. Headers are written as in HTTP, one word each. A body needs
its Content-Type, as it does on the way to the service.

Examples:
  lanyard gateway explain GET http://localhost:4260/reports/may.csv
  lanyard gateway explain GET 'http://localhost:4260/reports?list-type=2&prefix=team/'
  lanyard gateway explain PUT http://localhost:4260/copies/may.csv \\
    'x-amz-copy-source: /reports/may.csv'
  lanyard gateway explain GET http://reports.s3.example.com/may.csv --domain s3.example.com
  echo '{\"QueueName\": \"jobs\"}' | lanyard gateway explain POST http://localhost:4260/ \\
    'X-Amz-Target: AmazonSQS.CreateQueue' 'Content-Type: application/x-amz-json-1.0' \\
    --service sqs --body -";

/// Say how a request to a service would be understood, without a server.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_HELP)]
pub(crate) struct GatewayExplainFlags {
    /// The method: GET, PUT, …
    pub(crate) method: String,
    /// The whole URL, as a client would ask for it
    pub(crate) url: String,
    /// Headers, each as 'name: value'
    #[arg(value_name = "HEADER")]
    pub(crate) headers: Vec<String>,
    /// The service, by the name for which requests are signed: sqs, monitoring, …
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// The body; - is standard input (not for S3)
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,
    /// The caller's account, to which names without one belong (not for S3)
    #[arg(long, value_name = "12DIGITS", default_value = "111122223333")]
    pub(crate) account: String,
    /// The region, unless the credential names one; us-east-1 without either (not for S3)
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// A domain in front of which the bucket may stand: BUCKET.s3.example.com (repeatable)
    #[arg(long = "domain", value_name = "DOMAIN")]
    pub(crate) domains: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

const COVERAGE_HELP: &str = "\
For each operation: how it is mapped, the actions that are asked for, and the
resources they are asked on. Members of the request that fill an ARN stand in
braces in it; of what is found by code of its own, a sentence says what that is.
The last line counts:

  rule       the public models and the catalogue of actions say it
  override   a table or code written by hand says it
  wildcard   the action takes no resource, so it is asked on *
  refused    nobody can say it; the operation is refused in every mode

Without a service there is a line for each, and one for all together.

Examples:
  lanyard gateway coverage sqs
  lanyard gateway coverage elasticloadbalancing --json
  lanyard gateway coverage";

/// Say which operations of a service are mapped, and how, without a server.
#[derive(Debug, Args)]
#[command(after_help = COVERAGE_HELP)]
pub(crate) struct GatewayCoverageFlags {
    /// The name for which requests are signed: sqs, monitoring, …; without it, a line for each
    pub(crate) service: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

const ADOPT_HELP: &str = "\
A bucket belongs to the account whose caller made it through the gateway. One
that was in the store before belongs to nobody and is not reached until it is
adopted. The store is not asked: the bucket may also be made there later.

Adopting again for the same account changes nothing. A bucket of another account
is refused; release it first.

Examples:
  lanyard gateway adopt reports --account 111122223333
  lanyard gateway buckets";

/// Give a bucket that exists in the store to an account.
#[derive(Debug, Args)]
#[command(after_help = ADOPT_HELP)]
pub(crate) struct AdoptFlags {
    /// Name of the bucket
    pub(crate) bucket: String,
    /// The account it belongs to from now on
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: String,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const RELEASE_HELP: &str = "\
From then on nobody reaches the bucket through the gateway, until it is adopted
or made again. Its policy and its settings in Lanyard are removed; the objects in
the store are not touched.

Example:
  lanyard gateway release reports";

/// Take a bucket away from its account; the store keeps its objects.
#[derive(Debug, Args)]
#[command(after_help = RELEASE_HELP)]
pub(crate) struct ReleaseFlags {
    /// Name of the bucket
    pub(crate) bucket: String,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// List the buckets and whose they are.
///
/// One line a bucket: account, when it was made or adopted, name.
#[derive(Debug, Args)]
pub(crate) struct BucketsFlags {
    /// Only those of this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Print one JSON object with the list
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Policies of resources: of buckets, and of anything a program asks `POST /authorize` about.
#[derive(Debug, Subcommand)]
pub(crate) enum ResourcePolicyCommand {
    /// Set the policy of a resource
    Put(PolicyPutFlags),
    /// Print the policy of a resource
    Get(PolicyGetFlags),
    /// Remove the policy of a resource
    Delete(PolicyDeleteFlags),
    /// List the resources that have a policy
    List(PolicyListFlags),
}

const PUT_HELP: &str = "\
The policy replaces the one before. It is checked as the API checks a policy, and
its principals are bound to the users and roles that exist now, by id: one made
anew under an old name does not match.

The policy belongs to the account in the ARN; for a bucket, whose ARN names none,
to the account that owns the bucket. Other ARNs without an account, and those with
wildcards, can have no policy: nobody could tell whose they are.

Examples:
  lanyard resource-policy put arn:aws:s3:::reports policy.json
  lanyard resource-policy put arn:aws:sqs:us-east-1:111122223333:jobs - < policy.json
  lanyard resource-policy get arn:aws:s3:::reports";

/// Set the policy of a resource.
#[derive(Debug, Args)]
#[command(after_help = PUT_HELP)]
pub(crate) struct PolicyPutFlags {
    /// ARN of the resource
    pub(crate) arn: String,
    /// The policy; - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Refuse unless the resource belongs to this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const GET_HELP: &str = "\
Prints the text as it was saved, but with principals under the names they have now;
one that is gone shows as its id.

Example:
  lanyard resource-policy get arn:aws:s3:::reports | lanyard policy validate -";

/// Print the policy of a resource.
#[derive(Debug, Args)]
#[command(after_help = GET_HELP)]
pub(crate) struct PolicyGetFlags {
    /// ARN of the resource
    pub(crate) arn: String,
    /// Refuse unless the resource belongs to this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const DELETE_HELP: &str = "\
Example:
  lanyard resource-policy delete arn:aws:s3:::reports";

/// Remove the policy of a resource.
#[derive(Debug, Args)]
#[command(after_help = DELETE_HELP)]
pub(crate) struct PolicyDeleteFlags {
    /// ARN of the resource
    pub(crate) arn: String,
    /// Refuse unless the resource belongs to this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// List the resources that have a policy.
///
/// One line a resource: account, ARN.
#[derive(Debug, Args)]
pub(crate) struct PolicyListFlags {
    /// Only those of this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Print one JSON object with the list
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const BEARER_KEY_HELP: &str = "\
MinIO's authorization webhook and nginx's auth_request cannot sign requests. They
send a bearer key instead, which is made from an access key and stops working
with it. It does not reveal the secret access key, but it is a secret itself.

A key is for one purpose. Without a flag it asks: it can do what the decision
point lets this access key do, and nothing else. With --for-person it is what a
person shows to applications behind nginx, to be let in as themselves; it asks
nothing.

The access key is read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as the
aws command line reads it. No server is needed. The bearer key is printed alone
on one line.

Example:
  lanyard bearer-key > bearer.key
  lanyard bearer-key --for-person > carla.key";

/// Make the bearer key of an access key, for programs that cannot sign.
#[derive(Debug, Args)]
#[command(after_help = BEARER_KEY_HELP)]
pub(crate) struct BearerKeyFlags {
    /// Make the key that a person shows to applications behind nginx
    #[arg(long)]
    pub(crate) for_person: bool,
    /// Print one JSON object: AccessKeyId, BearerKey
    #[arg(long)]
    pub(crate) json: bool,
}
