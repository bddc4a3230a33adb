//! The words of `lanyard saml-provider`.

use clap::{Args, Subcommand};

use super::Place;

/// SAML providers: what only the operator may accept from one of them.
#[derive(Debug, Subcommand)]
pub(crate) enum SamlProviderCommand {
    /// Say what is accepted from one SAML provider beside the rule
    Rules(SamlProviderRulesFlags),
}

const RULES_HELP: &str = "\
Assertions are signed with SHA-256 or better, and are addressed to this server.
--sha1 accepts signatures with SHA-1 as well, for an identity provider that can
do no better: such signatures can be forged at great cost.
--aws-recipient accepts assertions that are addressed to AWS's own sign-in page
as well, for one that cannot be told another: whoever gets hold of an assertion
for AWS can use it here.

Only what is given changes. Without any, the rules there are are printed.

Examples:
  lanyard saml-provider rules arn:aws:iam::111122223333:saml-provider/Company
  lanyard saml-provider rules arn:aws:iam::111122223333:saml-provider/Company --sha1 on";

/// Say what is accepted from one SAML provider beside the rule.
#[derive(Debug, Args)]
#[command(after_help = RULES_HELP)]
pub(crate) struct SamlProviderRulesFlags {
    /// ARN of the provider
    pub(crate) arn: String,
    /// Accept signatures with SHA-1
    #[arg(long, value_name = "on|off", value_parser = switch)]
    pub(crate) sha1: Option<bool>,
    /// Accept assertions that are addressed to AWS
    #[arg(long, value_name = "on|off", value_parser = switch)]
    pub(crate) aws_recipient: Option<bool>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

fn switch(text: &str) -> Result<bool, &'static str> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("`on` or `off` is expected"),
    }
}
