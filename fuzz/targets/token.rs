//! See `lanyard_fuzz::token`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::token(data));
