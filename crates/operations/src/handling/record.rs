//! What the trail is told of a request.

use lanyard_access::Caller;
use lanyard_audit::{EventResource, Happening, Parameters, Record, UserIdentity};
use lanyard_aws_api::OperationId;
use lanyard_aws_api::Structure;
use lanyard_aws_api::value::View;
use lanyard_names::AccountId;

use super::call::Call;
use super::elements::parameters;
use crate::error::Refusal;

/// The record of a request that did what it was asked for.
pub(super) fn of_success(
    call: &Call<'_>,
    operation: OperationId,
    input: &dyn Structure,
    output: &dyn Structure,
) -> Record {
    begin(call, operation, input).with_response(parameters(output))
}

/// The record of a request that was refused.
pub(super) fn of_refusal(
    call: &Call<'_>,
    operation: OperationId,
    input: &dyn Structure,
    refusal: &Refusal,
) -> Record {
    // Evidence: published CloudTrail records of IAM name the exception (NoSuchEntityException), not the wire's code.
    let error = refusal.code().exception();
    begin(call, operation, input).with_error(error, refusal.message().unwrap_or_default())
}

fn begin(call: &Call<'_>, operation: OperationId, input: &dyn Structure) -> Record {
    let happening = Happening {
        event_source: operation.service().event_source().into(),
        event_name: operation.name().into(),
        // IAM and the global STS are of this region, wherever the request was signed for.
        aws_region: "us-east-1".into(),
        read_only: operation.is_read_only(),
        time: call.now(),
        request_id: call.request_id.to_owned(),
        recipient: call.caller.account,
    };
    let record = Record::new(happening, UserIdentity::of_caller(call.caller))
        .with_client(
            call.facts.source_ip.map(|ip| ip.to_canonical().to_string()),
            call.facts.user_agent.map(str::to_owned),
        )
        .with_request(asked(call.caller, operation, input))
        .with_api_version(operation.service().version());
    match role_assumed(operation, input) {
        Some(role) => record.with_resource(role),
        None => record,
    }
}

/// The role that AssumeRole names, as what the record is about.
/// Evidence: the records of AssumeRole in the IAM guide's page on CloudTrail.
fn role_assumed(operation: OperationId, input: &dyn Structure) -> Option<EventResource> {
    if operation != OperationId::StsAssumeRole {
        return None;
    }
    let mut members = input.shape().members.iter();
    let View::Text(arn) = input.member(members.position(|member| member.name == "RoleArn")?) else {
        return None;
    };
    let account = AccountId::parse(arn.split(':').nth(4)?).ok()?;
    Some(EventResource::iam_role(arn, account))
}

/// The parameters of the request. Of a role that is assumed in a chain, also the tags that the session inherits.
/// Evidence: the record of a chained AssumeRole in the IAM guide's page on session tags.
fn asked(caller: &Caller, operation: OperationId, input: &dyn Structure) -> Parameters {
    let asked = parameters(input);
    if operation != OperationId::StsAssumeRole {
        return asked;
    }
    let session = caller.session.iter();
    let inherited = session.flat_map(|session| session.transitive_tags());
    asked.with_tags(
        "incomingTransitiveTags",
        inherited.map(|tag| (tag.key.as_str(), tag.value.as_str())),
    )
}

/// The two records of a role assumed across accounts, or the one of a role assumed within.
pub(super) fn split(record: Record, caller: AccountId, owner: AccountId) -> Vec<Record> {
    if caller == owner {
        return vec![record];
    }
    let (own, owners) = record.into_cross_account(owner);
    vec![own, owners]
}
