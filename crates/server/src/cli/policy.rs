//! `lanyard policy`: commands that need no server and read no configuration.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

const POLICY_HELP: &str = "\
These work without a server and read no configuration; the same engine decides
as in the server. Exit codes: 0 fine, 1 found something, 2 could not do it.";

/// Decide, test, check, describe and format policies, without a server.
#[derive(Debug, Subcommand)]
#[command(after_help = POLICY_HELP)]
pub(crate) enum PolicyCommand {
    /// Answer questions: may this principal do this, under these policies?
    Decide(DecideFlags),
    /// Run the cases beside your policies
    Test(TestFlags),
    /// Say what is wrong with policies, and where
    Validate(ValidateFlags),
    /// Say in plain English what policies allow and deny
    Describe(DescribeFlags),
    /// Lay out policies in one way
    Fmt(FmtFlags),
}

const DECIDE_HELP: &str = "\
Each line of the input is one JSON object:
  id                    anything you call the question: a string or a number
  principal             an ARN, the name of a service, or null for anonymous
  principal_account     the principal's account
  federating_user       the ARN of who asked for a federated user's session
  action, resource      s3:GetObject, arn:aws:s3:::bucket/key
  resource_account      whose the resource is [null: the account in its ARN]
  wildcard_only_action  whether the action takes no resource [null: looked up]
  partly_known          whether each * of the resource stands for what only its
                        service knows [null: it does not]
  context               condition keys; a list makes a multivalued key
  identity_policies     a list of policies
  boundary, session_policies, endpoint_policies
                        a list of policies [null: there is none]
  scps, rcps            a list of levels, each a list of policies
                        [null: there is no organization]
  resource_policy       a policy; for sts:AssumeRole the role's trust policy

What is missing is null; only action and resource must be there. Other fields
are passed over.

Each line of the output answers one line of the input: id, decision (Allowed,
ExplicitlyDenied or ImplicitlyDenied), layer, statements, and with --explain
the trace. A line that cannot be answered gives {\"line\", \"id\", \"error\"}, and
the exit code is 1 in the end. Empty lines are passed over.

Examples:
  lanyard policy decide questions.jsonl
  lanyard policy decide --explain < questions.jsonl | jq .trace.ChangeInWords";

/// Answer questions: may this principal do this, under these policies?
#[derive(Debug, Args)]
#[command(after_help = DECIDE_HELP)]
pub(crate) struct DecideFlags {
    /// Give the trace: every statement considered, what did not match, the smallest change that would allow
    #[arg(long)]
    pub(crate) explain: bool,
    /// The questions, one JSON object a line; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) input: PathBuf,
}

const TEST_HELP: &str = "\
Cases are in files named *.cases.json anywhere below DIR:

  { \"about\": \"Who may read reports.\",
    \"defaults\": { \"principal\": \"arn:aws:iam::111122223333:user/ann\",
                  \"identity_policies\": [\"reader.json\"] },
    \"cases\": [
      { \"id\": \"ann-reads\",
        \"rule\": \"Ann may read every report.\",
        \"expect\": \"Allowed\",
        \"action\": \"s3:GetObject\",
        \"resource\": \"arn:aws:s3:::reports/may\" },
      { \"id\": \"ann-does-not-delete\",
        \"expect\": { \"decision\": \"ImplicitlyDenied\", \"layer\": \"Identity\" },
        \"action\": \"s3:DeleteObject\",
        \"resource\": \"arn:aws:s3:::reports/may\" } ] }

The other fields of a case are those of `lanyard policy decide`; each replaces
the default. Where a policy may stand, a string is the path of its file,
relative to the case file. \"expect\" can also name the \"statement\" that decides,
by its Sid or its index. Layers are Identity, Boundary, Session, ServiceControl,
ResourceControl, Resource, Trust and Endpoint.

Exit codes: 0 all cases pass, 1 some fail, 2 a file cannot be read or is no case
file, or there is none.

Example:
  lanyard policy test policies/ --junit report.xml";

/// Run the cases beside your policies.
#[derive(Debug, Args)]
#[command(after_help = TEST_HELP)]
pub(crate) struct TestFlags {
    /// Where the case files are
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Write the results as JUnit XML as well
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
}

const VALIDATE_HELP: &str = "\
Findings have the types and issue codes of IAM Access Analyzer: ERROR,
SECURITY_WARNING, WARNING and SUGGESTION. For the types that IAM saves it is
also said what the API would refuse the policy with (MalformedPolicyDocument).

Without --type the type is guessed from each policy: one with principals is a
resource policy, or a trust policy if it only concerns assuming a role; any
other is an identity policy.

Exit codes: 0 nothing found that --fail-on asks for, 1 something found, 2 a file
cannot be read.

Examples:
  lanyard policy validate policies/*.json
  lanyard policy validate --type scp --fail-on warning guardrails.json
  lanyard policy validate --format sarif *.json > findings.sarif";

/// Say what is wrong with policies, and where.
#[derive(Debug, Args)]
#[command(after_help = VALIDATE_HELP)]
pub(crate) struct ValidateFlags {
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: FindingsFormat,
    /// What the policies are for [default: guessed from each]
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) policy_type: Option<PolicyTypeWord>,
    /// The mildest findings that make the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "security-warning")]
    pub(crate) fail_on: Severity,
    /// The policies; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// One line a finding, for people
    Text,
    /// One object with the findings of each file, as ValidatePolicy returns them
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// What a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyTypeWord {
    /// A policy of a user, group or role, or a boundary
    Identity,
    /// A session policy
    Session,
    /// A policy of a resource
    Resource,
    /// The policy of an S3 bucket
    S3Bucket,
    /// The policy of a DynamoDB table
    DynamodbTable,
    /// A role's trust policy
    Trust,
    /// A service control policy
    Scp,
    /// A resource control policy
    Rcp,
}

/// From which findings on the exit code is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Severity {
    /// Errors, and what the API would refuse
    Error,
    /// Security warnings as well
    SecurityWarning,
    /// Warnings as well
    Warning,
    /// Suggestions as well
    Suggestion,
    /// Nothing
    Never,
}

const DESCRIBE_HELP: &str = "\
A sentence for each statement, denials first: what may be done, grouped by
service and by what it does to it, by whom, on what and under which conditions.
It is made by rules from the policy and the catalogue of actions: the same policy
has the same words. Actions, resources and values stand in it as the policy has
them; what there are no words for is quoted.

Exit codes: 0 done, 2 a file cannot be read or is no policy; the others are
described nevertheless.

Examples:
  lanyard policy describe policies/deploy.json
  aws iam get-policy-version … --query PolicyVersion.Document | lanyard policy describe -";

/// Say in plain English what policies allow and deny.
#[derive(Debug, Args)]
#[command(after_help = DESCRIBE_HELP)]
pub(crate) struct DescribeFlags {
    /// The policies; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}

const FMT_HELP: &str = "\
Indents by two blanks, puts the elements in the order of AWS's documentation and
each value of a list on a line of its own. Values, their order and everything
the policy says stay as they are. Files are replaced whole or not at all; - reads
standard input and prints.

Exit codes: 0 done (--check: all are laid out so), 1 --check found others, 2 a
file cannot be read or is no policy; others are formatted nevertheless.

Examples:
  lanyard policy fmt policies/*.json
  lanyard policy fmt --check policies/*.json
  aws iam get-policy-version … --query PolicyVersion.Document | lanyard policy fmt -";

/// Lay out policies in one way.
#[derive(Debug, Args)]
#[command(after_help = FMT_HELP)]
pub(crate) struct FmtFlags {
    /// Change nothing; name the files that are laid out otherwise
    #[arg(long)]
    pub(crate) check: bool,
    /// The policies; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}
