//! The policy of a form: until when it may be used, and what its fields and its file have to be.
//!
//! Evidence for the texts: answers of S3 that users and an emulator's recorded tests show; the S3 API reference's
//! page on form policies for what they mean.

use data_encoding::BASE64;
use jiff::Timestamp;

use super::condition::{Bound, Condition};
use super::{FormError, FormFields};

/// Fields that need no condition: they carry the signature, or are passed over.
const UNCOVERED: [&str; 3] = ["x-amz-signature", "policy", "file"];
const UNCOVERED_PREFIX: &str = "x-ignore-";
/// Not a field that has to be sent, but one that has to be covered: without, a form that was signed for one bucket
/// could be sent to another one of the signer's.
const BUCKET: &str = "bucket";

/// A policy as a form carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormPolicy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

impl FormPolicy {
    /// Reads the policy out of its field.
    pub(crate) fn read(field: &str) -> Result<Self, FormError> {
        let invalid = |reason: &str| FormError::InvalidPolicy(reason.to_owned());
        // Some clients break the lines of Base64.
        let text: Vec<u8> = field
            .bytes()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .collect();
        let json = BASE64
            .decode(&text)
            .map_err(|_| invalid("invalid Base64 encoding."))?;
        let json: serde_json::Value = serde_json::from_slice(&json).map_err(|_| invalid("Invalid JSON."))?;
        let serde_json::Value::Object(mut members) = json else {
            return Err(invalid("Invalid JSON."));
        };
        let expiration = members.remove("expiration");
        let conditions = members.remove("conditions");
        if let Some(other) = members.keys().next() {
            let other = other.to_lowercase();
            return Err(FormError::InvalidPolicy(format!("Unexpected: '{other}'")));
        }
        let expiration = expiration.ok_or_else(|| invalid("Policy missing expiration."))?;
        let expiration = read_expiration(&expiration)?;
        let conditions = match conditions {
            None => return Err(invalid("Policy missing conditions.")),
            Some(serde_json::Value::Array(conditions)) => conditions,
            Some(_) => return Err(invalid("Invalid 'conditions' value: must be a List.")),
        };
        let conditions = conditions
            .into_iter()
            .map(read_condition)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            expiration,
            conditions,
        })
    }

    /// Checks a form for a bucket, with a file of so many bytes.
    pub(crate) fn check(
        &self,
        fields: &FormFields,
        bucket: &str,
        length: u64,
        now: Timestamp,
    ) -> Result<(), FormError> {
        if now >= self.expiration {
            return Err(FormError::NotAllowed("Policy expired.".to_owned()));
        }
        for condition in &self.conditions {
            self.check_condition(condition, fields, bucket)?;
        }
        self.check_coverage(fields)?;
        // Last: the others say whether the form may be used at all.
        self.conditions
            .iter()
            .try_for_each(|condition| check_length(condition, length))
    }

    fn check_condition(
        &self,
        condition: &Condition,
        fields: &FormFields,
        bucket: &str,
    ) -> Result<(), FormError> {
        if matches!(condition, Condition::Length(Bound::Bytes(_), Bound::Bytes(_))) {
            return Ok(());
        }
        let found = condition.field().and_then(|name| {
            if name.eq_ignore_ascii_case(BUCKET) {
                Some(bucket)
            } else {
                fields.get(name)
            }
        });
        // A field that is not there begins with nothing, not even with the empty text.
        if found.is_some_and(|found| condition.holds(found)) {
            return Ok(());
        }
        Err(FormError::NotAllowed(format!(
            "Policy Condition failed: {condition}"
        )))
    }

    fn check_coverage(&self, fields: &FormFields) -> Result<(), FormError> {
        let is_covered = |name: &str| {
            let mut covered = self.conditions.iter().filter_map(Condition::field);
            covered.any(|field| field.eq_ignore_ascii_case(name))
        };
        let names = std::iter::once(BUCKET).chain(fields.iter().map(|(name, _)| name));
        for name in names {
            let lower = name.to_ascii_lowercase();
            let needs_none = UNCOVERED.contains(&lower.as_str()) || lower.starts_with(UNCOVERED_PREFIX);
            if !needs_none && !is_covered(name) {
                return Err(FormError::NotAllowed(format!("Extra input fields: {name}")));
            }
        }
        Ok(())
    }
}

fn read_expiration(value: &serde_json::Value) -> Result<Timestamp, FormError> {
    let text = value.as_str().unwrap_or_default();
    // Evidence: answers of S3: neither another zone nor a space in place of the `T` is taken.
    let is_utc = text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T');
    let time: Option<Timestamp> = text.parse().ok().filter(|_| is_utc);
    time.ok_or_else(|| FormError::InvalidPolicy(format!("Invalid 'expiration' value: '{text}'")))
}

fn read_condition(value: serde_json::Value) -> Result<Condition, FormError> {
    if !value.is_array() && !value.is_object() {
        let reason = "Invalid condition test: must be a List or Object.";
        return Err(FormError::InvalidPolicy(reason.to_owned()));
    }
    serde_json::from_value(value).map_err(|error| {
        let reason = error.to_string();
        // Ours begin like this; the others are about the kinds of values.
        let is_ours = reason.starts_with("Invalid ");
        FormError::InvalidPolicy(if is_ours {
            reason
        } else {
            "Invalid JSON.".to_owned()
        })
    })
}

fn check_length(condition: &Condition, proposed: u64) -> Result<(), FormError> {
    match *condition {
        Condition::Length(Bound::Bytes(least), _) if proposed < least => Err(FormError::TooSmall {
            proposed,
            allowed: least,
        }),
        Condition::Length(_, Bound::Bytes(most)) if proposed > most => Err(FormError::TooLarge {
            proposed,
            allowed: most,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::super::FormError;
    use super::super::head::FormHeadReader;
    use super::FormPolicy;

    const NOW: &str = "2026-01-01T12:00:00Z";
    const UNTIL: &str = "2026-01-01T12:00:01.000Z";

    fn policy(conditions: &str) -> String {
        format!("{{\"expiration\":\"{UNTIL}\",\"conditions\":[{{\"bucket\":\"reports\"}}{conditions}]}}")
    }

    fn fields(fields: &[(&str, &str)]) -> super::FormFields {
        let mut body: String = fields
            .iter()
            .map(|(name, value)| {
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        body.push_str("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n");
        let mut reader = FormHeadReader::new("multipart/form-data; boundary=b").unwrap();
        reader.feed(body.as_bytes()).unwrap().unwrap().fields
    }

    fn judge(policy: &str, given: &[(&str, &str)], length: u64) -> Result<(), FormError> {
        let policy = FormPolicy::read(&BASE64.encode(policy.as_bytes()))?;
        policy.check(&fields(given), "reports", length, NOW.parse().unwrap())
    }

    fn check(conditions: &str, given: &[(&str, &str)], expected: &str) {
        let found = judge(&policy(conditions), given, 10);
        let found = found.map_or_else(|error| error.to_string(), |()| "allowed".to_owned());
        assert_eq!(found, expected, "{conditions} {given:?}");
    }

    fn check_policy(policy: &str, expected: &str) {
        let found = judge(policy, &[], 10);
        let found = found.map_or_else(|error| error.to_string(), |()| "allowed".to_owned());
        assert_eq!(found, expected, "{policy}");
    }

    #[test]
    fn conditions_of_both_forms() {
        check(",{\"key\":\"a\"}", &[("key", "a")], "allowed");
        check(",[\"eq\",\"$key\",\"a\"]", &[("Key", "a")], "allowed");
        check(",[\"eq\",\"$KEY\",\"a\"]", &[("key", "a")], "allowed");
        check(",[\"StArTs-WiTh\",\"$key\",\"u/\"]", &[("key", "u/a")], "allowed");
        check(",[\"starts-with\",\"$key\",\"\"]", &[("key", "u/a")], "allowed");
        check(
            ",[\"starts-with\",\"$Content-Type\",\"image/\"]",
            &[("Content-Type", "image/png, image/gif")],
            "allowed",
        );
    }

    #[test]
    fn a_condition_that_fails_is_named() {
        let failed =
            |condition: &str| format!("Invalid according to Policy: Policy Condition failed: {condition}");
        check(
            ",{\"key\":\"a\"}",
            &[("key", "A")],
            &failed("[\"eq\", \"$key\", \"a\"]"),
        );
        check(",{\"key\":\"a\"}", &[], &failed("[\"eq\", \"$key\", \"a\"]"));
        check(
            ",[\"starts-with\",\"$x\",\"\"]",
            &[],
            &failed("[\"starts-with\", \"$x\", \"\"]"),
        );
        check(
            ",[\"eq\",\"key\",\"a\\\"b\"]",
            &[("key", "a\"b")],
            &failed("[\"eq\", \"key\", \"a\\\"b\"]"),
        );
        check(
            ",[\"starts-with\",\"$Content-Type\",\"image/\"]",
            &[("Content-Type", "image/png,text/html")],
            &failed("[\"starts-with\", \"$Content-Type\", \"image/\"]"),
        );
        check(
            ",[\"content-length-range\",\"test\",\"10\"]",
            &[],
            &failed("[\"content-length-range\", \"test\", 10]"),
        );
    }

    #[test]
    fn each_field_needs_a_condition_but_the_usual_ones() {
        check(
            "",
            &[("key", "a")],
            "Invalid according to Policy: Extra input fields: key",
        );
        check(
            "",
            &[("Policy", "x"), ("X-Amz-Signature", "x"), ("x-ignore-me", "x")],
            "allowed",
        );
        let without_bucket = format!("{{\"expiration\":\"{UNTIL}\",\"conditions\":[]}}");
        check_policy(
            &without_bucket,
            "Invalid according to Policy: Extra input fields: bucket",
        );
    }

    #[test]
    fn the_bucket_is_the_one_of_the_request() {
        let other = format!("{{\"expiration\":\"{UNTIL}\",\"conditions\":[{{\"bucket\":\"other\"}}]}}");
        check_policy(
            &other,
            "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$bucket\", \"other\"]",
        );
    }

    #[test]
    fn the_size_of_the_file_is_bounded_on_both_sides() {
        let judge = |range: &str, length| {
            judge(
                &policy(&format!(",[\"content-length-range\",{range}]")),
                &[],
                length,
            )
        };
        assert_eq!(judge("5,10", 5), Ok(()));
        assert_eq!(judge("\"5\",\"10\"", 10), Ok(()));
        assert_eq!(
            judge("5,10", 4),
            Err(FormError::TooSmall {
                proposed: 4,
                allowed: 5
            })
        );
        assert_eq!(
            judge("5,10", 11),
            Err(FormError::TooLarge {
                proposed: 11,
                allowed: 10
            })
        );
    }

    #[test]
    fn a_policy_that_is_over_or_none_is_refused() {
        let with = |members: &str| format!("{{{members}}}");
        check_policy(
            &with("\"expiration\":\"2026-01-01T12:00:00Z\",\"conditions\":[]"),
            "Invalid according to Policy: Policy expired.",
        );
        check_policy("nothing", "Invalid Policy: Invalid JSON.");
        check_policy("[]", "Invalid Policy: Invalid JSON.");
        check_policy(
            &with("\"conditions\":[]"),
            "Invalid Policy: Policy missing expiration.",
        );
        check_policy(
            &with("\"EXPIRATION\":\"x\",\"conditions\":[]"),
            "Invalid Policy: Unexpected: 'expiration'",
        );
        check_policy(
            &with(&format!("\"expiration\":\"{UNTIL}\"")),
            "Invalid Policy: Policy missing conditions.",
        );
        for expiration in ["2026-01-01 12:00:01Z", "2026-01-01T12:00:01+02:00", "soon"] {
            check_policy(
                &with(&format!("\"expiration\":\"{expiration}\",\"conditions\":[]")),
                &format!("Invalid Policy: Invalid 'expiration' value: '{expiration}'"),
            );
        }
    }

    #[test]
    fn a_condition_that_is_none_is_refused() {
        check(
            ",1",
            &[],
            "Invalid Policy: Invalid condition test: must be a List or Object.",
        );
        check(
            ",[]",
            &[],
            "Invalid Policy: Invalid Condition: missing operation identifier.",
        );
        check(
            ",[\"ends-with\",\"$key\",\"a\"]",
            &[],
            "Invalid Policy: Invalid Condition: unknown operation 'ends-with'.",
        );
        check(
            ",[\"eq\",\"$key\"]",
            &[],
            "Invalid Policy: Invalid eq: wrong number of arguments.",
        );
        check(
            ",[\"content-length-range\",0]",
            &[],
            "Invalid Policy: Invalid content-length-range: wrong number of arguments.",
        );
        check(
            ",[\"content-length-range\",-1,0]",
            &[],
            "Invalid Policy: Invalid JSON.",
        );
        check(
            ",{}",
            &[],
            "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
        );
        check(
            ",{\"a\":\"b\",\"c\":\"d\"}",
            &[],
            "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
        );
        check(
            ",{\"key\":1}",
            &[],
            "Invalid Policy: Invalid Simple-Condition: value must be a string.",
        );
        assert_eq!(
            FormPolicy::read("%").map(|_| ()),
            Err(FormError::InvalidPolicy("invalid Base64 encoding.".to_owned()))
        );
    }
}
