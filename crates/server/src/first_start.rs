//! stand-in
use crate::config::FirstCredentials;
use crate::data_dir::DataDir;
use crate::exit::CommandError;
use crate::services::Services;
pub(crate) struct FirstStart {
    pub(crate) account: lanyard_names::AccountId,
}
pub(crate) async fn run(
    _s: &Services,
    _d: &DataDir,
    _e: &str,
    _f: &FirstCredentials,
) -> Result<Option<FirstStart>, CommandError> {
    Ok(None)
}
