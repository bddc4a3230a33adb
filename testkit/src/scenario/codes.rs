//! The one-time codes of MFA devices, as their owners would read them off.

use aws_lc_rs::hmac;
use data_encoding::{BASE32, BASE64};
use jiff::Timestamp;

use crate::answer::Answer;

/// How far away from the present a code can be named, in steps.
const STEPS: i64 = 30;

/// The devices whose seeds were shown. Their clocks stand still, so that it is told which codes are the same.
pub(super) struct Codes {
    step: i64,
    devices: Vec<(String, Vec<u8>)>,
}

impl Codes {
    /// No devices, at this time.
    pub(super) fn at(now: Timestamp) -> Self {
        Codes {
            step: now.as_second().div_euclid(30),
            devices: Vec::new(),
        }
    }

    /// Takes note of the seed in an answer, if there is one.
    pub(super) fn learn(&mut self, answer: &Answer) {
        let (Some(serial), Some(seed)) = (answer.element("SerialNumber"), answer.element("Base32StringSeed"))
        else {
            return;
        };
        let (_, name) = serial.split_once(":mfa/").expect("a virtual device");
        let base32 = BASE64.decode(seed.as_bytes()).expect("base64");
        let seed = BASE32.decode(&base32).expect("base32");
        self.devices.insert(0, (format!("mfa/{name}"), seed));
    }

    /// Takes note of a hardware MFA device.
    pub(super) fn know(&mut self, serial: &str, seed: Vec<u8>) {
        self.devices.insert(0, (serial.to_owned(), seed));
    }

    /// A value with every `{mfa/phone+1}` replaced by the code.
    pub(super) fn read_off(&self, value: &str) -> String {
        let is_named = |(name, _): &(String, Vec<u8>)| value.contains(name.as_str());
        if !value.contains('{') || !self.devices.iter().any(is_named) {
            return value.to_owned();
        }
        let mut value = value.to_owned();
        for (name, seed) in &self.devices {
            for offset in -STEPS..=STEPS {
                let place = format!("{{{name}{offset:+}}}");
                value = value.replace(&place, &code(seed, self.step + offset));
            }
        }
        value
    }
}

fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let bits = u32::from_be_bytes(tag.as_ref()[start..start + 4].try_into().expect("four bytes"));
    format!("{:06}", (bits & 0x7fff_ffff) % 1_000_000)
}
