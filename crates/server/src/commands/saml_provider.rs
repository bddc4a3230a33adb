//! `lanyard saml-provider …`: what only the operator may accept from a SAML provider, by way of the running server.

use crate::admin::client::ask;
use crate::admin::protocol::AdminRequest;
use crate::admin::saml_provider::{SamlProviderRules, SamlProviderRulesSet};
use crate::cli::{SamlProviderCommand, SamlProviderRulesFlags};
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Runs one of the commands.
pub(crate) fn run(command: &SamlProviderCommand) -> Result<(), CommandError> {
    match command {
        SamlProviderCommand::Rules(flags) => rules(flags),
    }
}

fn rules(flags: &SamlProviderRulesFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let request = AdminRequest::SamlProviderRules(SamlProviderRules {
        arn: flags.arn.clone(),
        sha1: flags.sha1,
        aws_recipient: flags.aws_recipient,
    });
    let set: SamlProviderRulesSet = ask(&dir, &request)?;
    if flags.json {
        return super::print_json(&set);
    }
    let switch = |is_on: bool| if is_on { "accepted" } else { "refused" };
    let text = format!(
        "{}: signatures with SHA-1 are {}, assertions addressed to AWS are {}",
        printable(&set.arn),
        switch(set.sha1),
        switch(set.aws_recipient),
    );
    super::printed(Terminal::stdout().line(&text))
}
