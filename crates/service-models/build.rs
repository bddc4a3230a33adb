//! Packs the models of all services for the program: an index, and a compressed block for each service.
//!
//! The data set stays readable in the repository. Each service is a block of its own, so that a program which asks
//! for three services reads three. `src/decode.rs` reads what this writes.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{env, fs};

use flate2::Compression;
use flate2::write::ZlibEncoder;

const DATA: &str = "../../data/aws-services.tsv";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={DATA}");
    let data = fs::read_to_string(DATA)?;
    let (mut blocks, mut index) = (Vec::new(), String::new());
    // The first service has no line before it.
    let lines = format!("\n{data}");
    for service in lines.split("\nservice\t").skip(1) {
        let (head, block) = service.split_once('\n').ok_or("a service without lines")?;
        let start = blocks.len();
        let mut encoder = ZlibEncoder::new(&mut blocks, Compression::best());
        encoder.write_all(block.as_bytes())?;
        encoder.finish()?;
        writeln!(index, "{start}\t{}\t{}\t{head}", blocks.len(), block.len())?;
    }
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("blocks.bin"), blocks)?;
    fs::write(out.join("index.tsv"), index)?;
    Ok(())
}
