//! See `lanyard_fuzz::saml`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::saml(data));
