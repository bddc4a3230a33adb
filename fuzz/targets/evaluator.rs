//! See `lanyard_fuzz::evaluator`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::evaluator(data));
