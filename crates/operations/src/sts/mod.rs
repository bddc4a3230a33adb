//! (being written)
use crate::{error::Refusal, operation::*, services::Services, subject::Subject, view::View};
use lanyard_aws_api::Operation;
macro_rules! stub { ($($n:ident $t:ident),*) => { $(pub(crate) struct $n; impl Described for $n { type Model = lanyard_aws_api::sts::$n; fn subject(_: &InputOf<Self>, _: &View<'_>) -> Result<Subject, Refusal> { Ok(Subject::open()) } } stub!{@$t $n})* };
 (@Read $n:ident) => { impl Read for $n { fn run(_: &InputOf<Self>, _: &View<'_>) -> Result<OutputOf<Self>, Refusal> { Err(Refusal::not_implemented(<<$n as Described>::Model as Operation>::ID)) } } };
 (@Issue $n:ident) => { impl Issue for $n { fn run(_: &InputOf<Self>, _: &View<'_>, _: &Services) -> Result<OutputOf<Self>, Refusal> { Err(Refusal::not_implemented(<<$n as Described>::Model as Operation>::ID)) } } }; }
stub!(AssumeRole Issue, GetAccessKeyInfo Read, GetCallerIdentity Read, GetFederationToken Issue, GetSessionToken Issue);
