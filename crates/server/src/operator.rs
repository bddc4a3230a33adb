//! stand-in
use crate::admin::protocol::*;
use crate::services::Services;
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operator {
    pub(crate) uid: u32,
    pub(crate) process: Option<i32>,
}
pub(crate) async fn obey(_s: &Services, _o: Operator, _r: &AdminRequest) -> Result<Outcome, Refused> {
    Err(Refused::new(Refusal::Failed, ""))
}
