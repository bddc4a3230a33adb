//! See `lanyard_fuzz::mapping`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::mapping(data));
