//! What only the operator may accept from a SAML provider.

use jiff::Timestamp;
use lanyard_audit::Parameters;
use lanyard_directory::{AccountEdit, DirectoryError, SamlProvider, SamlProviderUpdate};
use lanyard_names::AccountId;
use lanyard_names::arn::EntityArn;

use crate::accounts::AccountError;
use crate::admin::protocol::{Outcome, Refusal, Refused};
use crate::admin::saml_provider::{SamlProviderRules, SamlProviderRulesSet};
use crate::node::Node;
use crate::operator::Operator;

/// Sets the rules that are given, or shows those there are.
pub(super) async fn rules(
    node: &Node,
    operator: Operator,
    wish: &SamlProviderRules,
) -> Result<Outcome, Refused> {
    let Some(id) = account_of(&wish.arn) else {
        let message = "that is not the ARN of a SAML provider";
        return Err(Refused::new(Refusal::Invalid, message));
    };
    let account = super::keys::find(node, id).await?;
    let Some(provider) = account.saml_provider(&wish.arn) else {
        return Err(Refused::new(
            Refusal::NotFound,
            format!("account {id} has no such SAML provider"),
        ));
    };
    if wish.is_question() {
        return Ok(answer(provider));
    }
    let record = operator
        .record("SetSAMLProviderRules", id, false, Timestamp::now())
        .with_request(parameters(wish));
    let update = SamlProviderUpdate {
        allows_sha1: wish.sha1,
        allows_aws_recipient: wish.aws_recipient,
        ..SamlProviderUpdate::default()
    };
    let change = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
        let changed = edit.update_saml_provider(&wish.arn, update.clone())?;
        Ok((changed, vec![record.to_outbox()]))
    };
    let written = node.directory.write(id, change).await;
    Ok(answer(&written.map_err(AccountError::from)?.output))
}

/// Whose a provider is, by its ARN.
fn account_of(arn: &str) -> Option<AccountId> {
    match EntityArn::parse(arn) {
        Ok(EntityArn::SamlProvider { account, .. }) => Some(account),
        _ => None,
    }
}

fn answer(provider: &SamlProvider) -> Outcome {
    Outcome::SamlProviderRules(SamlProviderRulesSet {
        arn: provider.arn().to_string(),
        sha1: provider.allows_sha1,
        aws_recipient: provider.allows_aws_recipient,
    })
}

/// What was asked, for the trail.
pub(super) fn parameters(wish: &SamlProviderRules) -> Parameters {
    let given = [
        ("allowsSha1", wish.sha1),
        ("allowsAwsRecipient", wish.aws_recipient),
    ];
    let given = given.into_iter().filter_map(|(name, is_on)| Some((name, is_on?)));
    let named = Parameters::new().with("sAMLProviderArn", wish.arn.as_str());
    given.fold(named, |parameters, (name, is_on)| {
        parameters.with_known(name, is_on)
    })
}
