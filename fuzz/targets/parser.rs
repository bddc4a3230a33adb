//! See `lanyard_fuzz::parser`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::parser(data));
