//! See `lanyard_fuzz::services`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::services(data));
