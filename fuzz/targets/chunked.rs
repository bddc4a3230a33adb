//! See `lanyard_fuzz::chunked`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lanyard_fuzz::chunked(data));
