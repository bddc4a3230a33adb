//! The lines of a credential report.
//!
//! Evidence for the columns and what stands in them: the IAM user guide, and a report recorded in 2026: lines end with a
//! line feed, the last one with nothing; keys and certificates that are not active keep their dates. Until July 2024 dates
//! ended with `+00:00`; since then with `Z`, as public issues of programs tell that read them.

use jiff::{SignedDuration, Timestamp};
use lanyard_directory::{AccessKey, Account, Directory, KeyOwner, KeyStatus, SigningCertificate, User};
use lanyard_names::arn;

/// The first line.
pub(super) const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,\
    password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
    access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,\
    access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,\
    access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// How many access keys and how many certificates of a user the report tells of: the oldest.
const OF_EACH: usize = 2;

/// What does not apply.
const NOT_APPLICABLE: &str = "N/A";
/// What would apply, but nothing is known.
const NO_INFORMATION: &str = "no_information";
/// What is not told of the root user.
const NOT_SUPPORTED: &str = "not_supported";

/// Writes the lines of one account.
pub(super) struct Lines<'a> {
    pub(super) directory: &'a Directory,
    pub(super) account: &'a Account,
}

impl Lines<'_> {
    /// Adds the line of the root user.
    pub(super) fn root(&self, out: &mut String) {
        let mut line = Line(out);
        line.start("<root_account>");
        line.text(&arn::root(self.account.id()));
        line.date(self.account.info().created);
        // The root user has no password here: as that of a user without one, but for what is never told of it.
        line.flag(false);
        line.text(NOT_APPLICABLE);
        line.text(NOT_APPLICABLE);
        line.text(NOT_SUPPORTED);
        self.other_credentials(&mut line, KeyOwner::Root);
    }

    /// Adds the line of a user.
    pub(super) fn user(&self, user: &User, out: &mut String) {
        let mut line = Line(out);
        line.start(user.name.as_str());
        line.text(user.arn());
        line.date(user.created);
        self.password(&mut line, user);
        self.other_credentials(&mut line, KeyOwner::User(user.id));
    }

    fn password(&self, line: &mut Line<'_>, user: &User) {
        let Some(profile) = self.account.login_profile(user.id) else {
            line.flag(false);
            line.text(NOT_APPLICABLE);
            line.text(NOT_APPLICABLE);
            line.text(NOT_APPLICABLE);
            return;
        };
        line.flag(true);
        match self.directory.password_last_used(self.account.id(), user.id) {
            Some(used) => line.date(used),
            None => line.text(NO_INFORMATION),
        }
        line.date(profile.changed);
        let policy = self.account.info().password_policy;
        let expires = policy.and_then(|policy| expiry(profile.changed, policy.age_days_max?));
        line.date_if_any(expires);
    }

    fn other_credentials(&self, line: &mut Line<'_>, owner: KeyOwner) {
        line.flag(self.account.mfa_devices_of(owner).next().is_some());
        let keys = self.account.access_keys_of(owner);
        for number in 0..OF_EACH {
            self.key(line, keys.get(number).map(|key| &***key));
        }
        let certificates = self.account.signing_certificates_of(owner);
        for number in 0..OF_EACH {
            certificate(line, certificates.get(number).map(|certificate| &***certificate));
        }
    }

    fn key(&self, line: &mut Line<'_>, key: Option<&AccessKey>) {
        line.flag(key.is_some_and(AccessKey::is_active));
        line.date_if_any(key.map(|key| key.created));
        let used = key.and_then(|key| self.directory.key_last_used(key.id));
        line.date_if_any(used.as_ref().map(|used| used.at));
        let text = |text: Option<&str>| text.unwrap_or(NOT_APPLICABLE).to_owned();
        line.text(&text(used.as_ref().map(|used| &*used.region)));
        line.text(&text(used.as_ref().map(|used| &*used.service)));
    }
}

fn certificate(line: &mut Line<'_>, certificate: Option<&SigningCertificate>) {
    line.flag(certificate.is_some_and(|certificate| certificate.status == KeyStatus::Active));
    line.date_if_any(certificate.map(|certificate| certificate.uploaded));
}

/// When a password has to be replaced. A time that cannot be told is none.
fn expiry(changed: Timestamp, days: u32) -> Option<Timestamp> {
    changed
        .checked_add(SignedDuration::from_hours(24 * i64::from(days)))
        .ok()
}

/// A line of which the fields are added one after another.
struct Line<'a>(&'a mut String);

impl Line<'_> {
    /// The first field, behind the line before.
    fn start(&mut self, text: &str) {
        self.0.push('\n');
        self.field(text);
    }

    fn text(&mut self, text: &str) {
        self.0.push(',');
        self.field(text);
    }

    fn flag(&mut self, is_so: bool) {
        self.text(if is_so { "true" } else { "false" });
    }

    fn date_if_any(&mut self, time: Option<Timestamp>) {
        match time {
            Some(time) => self.date(time),
            None => self.text(NOT_APPLICABLE),
        }
    }

    fn date(&mut self, time: Timestamp) {
        let seconds = Timestamp::from_second(time.as_second()).unwrap_or(time);
        self.text(&seconds.to_string());
    }

    /// Names and paths can have commas, and paths quotation marks.
    fn field(&mut self, text: &str) {
        if !text.contains([',', '"']) {
            self.0.push_str(text);
            return;
        }
        self.0.push('"');
        self.0.push_str(&text.replace('"', "\"\""));
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_commas_and_quotation_marks_are_quoted() {
        let mut out = String::new();
        let mut line = Line(&mut out);
        line.start("anna,maria");
        line.text("/a\"b/");
        line.text("plain");
        assert_eq!(out, "\n\"anna,maria\",\"/a\"\"b/\",plain");
    }

    #[test]
    fn dates_are_in_utc_without_a_fraction() {
        let mut out = String::new();
        Line(&mut out).date("2015-04-22T10:00:00.75Z".parse().unwrap());
        assert_eq!(out, ",2015-04-22T10:00:00Z");
    }

    #[test]
    fn a_password_has_to_be_replaced_so_many_days_after_it_was_set() {
        let changed: Timestamp = "2026-02-27T12:00:00Z".parse().unwrap();
        assert_eq!(expiry(changed, 90), Some("2026-05-28T12:00:00Z".parse().unwrap()));
        assert_eq!(HEADER.split(',').count(), 22);
    }
}
