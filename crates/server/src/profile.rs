//! The ready-made `aws` profile that the first start leaves in the data directory.
//!
//! One file in the format of `~/.aws/config`, with the credentials inside, so that a single variable
//! (`AWS_CONFIG_FILE`) is enough to use it. The endpoint follows the server: when a later start listens
//! elsewhere, that one line is rewritten and the rest stays as it is.

use std::io;
use std::path::Path;

use crate::data_dir::write_private;

/// The name of the profile.
pub(crate) const PROFILE: &str = "lanyard";

/// The region of the profile. Every region is answered; clients need one to sign.
pub(crate) const REGION: &str = "us-east-1";

/// What goes into the file.
pub(crate) struct Profile<'a> {
    /// The administrator's access key id.
    pub(crate) access_key_id: &'a str,
    /// The administrator's secret.
    pub(crate) secret_access_key: &'a str,
    /// Where the server answers.
    pub(crate) endpoint: &'a str,
}

impl Profile<'_> {
    /// Writes the file, readable by its owner alone. Version 1 of the `aws` command line still presigns URLs in the
    /// form before SigV4, which is not taken here, unless it is told otherwise.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let text = zeroize::Zeroizing::new(format!(
            "# The administrator's credentials, made at the first start. Keep this file to yourself.\n\
             # AWS_CONFIG_FILE={path} AWS_PROFILE={PROFILE} aws sts get-caller-identity\n\
             [profile {PROFILE}]\n\
             aws_access_key_id = {}\n\
             aws_secret_access_key = {}\n\
             region = {REGION}\n\
             endpoint_url = {}\n\
             s3 =\n  signature_version = s3v4\n",
            self.access_key_id,
            self.secret_access_key,
            self.endpoint,
            path = path.display(),
        ));
        write_private(path, text.as_bytes())
    }
}

/// Points an existing profile file at the endpoint of this start. A file that is gone stays gone.
pub(crate) fn follow_endpoint(path: &Path, endpoint: &str) -> io::Result<()> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => zeroize::Zeroizing::new(text),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(cause),
    };
    let wanted = format!("endpoint_url = {endpoint}");
    let mut lines: Vec<&str> = text.lines().collect();
    let Some(line) = lines.iter_mut().find(|line| line.starts_with("endpoint_url")) else {
        return Ok(());
    };
    if *line == wanted {
        return Ok(());
    }
    *line = &wanted;
    let mut changed = zeroize::Zeroizing::new(lines.join("\n"));
    changed.push('\n');
    write_private(path, changed.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_endpoint_follows_the_server() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("aws-config");
        follow_endpoint(&path, "http://127.0.0.1:1").unwrap();
        assert!(!path.exists());
        let profile = Profile {
            access_key_id: "AKIA",
            secret_access_key: "secret",
            endpoint: "http://127.0.0.1:1",
        };
        profile.write(&path).unwrap();
        let before = std::fs::read_to_string(&path).unwrap();
        follow_endpoint(&path, "http://127.0.0.1:2").unwrap();
        let after = std::fs::read_to_string(&path).unwrap();
        assert_eq!(after, before.replace("127.0.0.1:1", "127.0.0.1:2"));
        assert!(after.contains("[profile lanyard]\n"));
    }
}
