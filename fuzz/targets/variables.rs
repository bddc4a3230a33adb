//! See `lanyard_fuzz::variables`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::variables(data));
