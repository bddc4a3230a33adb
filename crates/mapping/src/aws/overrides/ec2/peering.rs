//! AcceptVpcPeeringConnection: the connection, and the VPC of the side that accepts, which EC2 is asked for.
//!
//! Between which VPCs a connection is, it says for good; so the condition keys of both are known.
//!
//! Evidence: the peering guide's policies for accepting.

use super::found::{self, answer};
use super::{Decided, asked, existing, ids, is_listed};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::described::Described;
use crate::aws::request::{Request, Resolved};

const MEMBER: &str = "VpcPeeringConnectionId";

pub(super) fn accept(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let id = request.required(MEMBER)?;
    ids::check("vpc-peering-connection", id, MEMBER)?;
    let mut decided = Decided::default();
    if let Err(lookup) = found::add_of_id(request, &asked::ACCEPTER_VPC, id, &mut decided)? {
        return Ok(Resolved::Needs(lookup));
    }
    let told = match answer(request, asked::ACCEPTER_VPC.asked.question(request, id)?) {
        Ok(told) => told,
        Err(lookup) => return Ok(Resolved::Needs(lookup)),
    };
    let connection = existing(request, "vpc-peering-connection", id)?;
    let told = told
        .iter()
        .find(|told| told.text("vpcPeeringConnectionId") == Some(id));
    let connection = told.into_iter().fold(connection, |connection, told| {
        let connection = with_side(request, connection, "ec2:AccepterVpc", told, "accepterVpcInfo");
        with_side(request, connection, "ec2:RequesterVpc", told, "requesterVpcInfo")
    });
    decided.permissions.insert(0, connection);
    Ok(decided.resolved())
}

/// Enters the VPC of one side, if the answer tells it whole.
fn with_side(
    request: &Request<'_>,
    permission: Permission,
    key: &'static str,
    told: &Described,
    side: &str,
) -> Permission {
    let vpc = told.only(side).and_then(|side| {
        let (owner, vpc) = (side.text("ownerId")?, side.text("vpcId")?);
        let region = side.text("region").unwrap_or(request.scope.region);
        let is_id = ids::resource_type(vpc) == Some("vpc");
        let is_plain = [owner, region].iter().all(|text| {
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        });
        // The account behind has another id there.
        let owner = match request.scope.upstream_account {
            Some((theirs, here)) if theirs.to_string() == owner => here.to_string(),
            _ => owner.to_owned(),
        };
        (is_id && is_plain).then(|| format!("arn:aws:ec2:{region}:{owner}:vpc/{vpc}"))
    });
    match vpc {
        Some(vpc) if is_listed(&permission, key) => permission.with(key, &vpc),
        _ => permission,
    }
}
