//! Packs AWS's managed policies for the program: documents in compressed blocks, the rest in a static table.
//!
//! The data set stays readable in the repository, and the program holds a seventh of its size and reads none
//! of it at start. A block holds several documents because they resemble each other.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{env, fs};

use flate2::Compression;
use flate2::write::ZlibEncoder;

const DATA: &str = "../../data/aws-managed-policies.tsv";
const BLOCK_BYTES_MIN: usize = 48 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DATA}");
    println!("cargo::rerun-if-changed=build.rs");
    let text = fs::read_to_string(DATA)?;
    let out = env::var("OUT_DIR")?;
    let mut rows = String::from("[\n");
    let mut packed: Vec<u8> = Vec::new();
    let mut blocks = String::from("[\n");
    let mut block = String::new();
    let mut block_index = 0_usize;
    for line in text.lines() {
        let mut fields = line.split('\t');
        let mut field = || fields.next().ok_or("a line of the data set has too few fields");
        let (name, path, version) = (field()?, field()?, field()?);
        let (created, updated, document) = (seconds(field()?)?, seconds(field()?)?, field()?);
        let version: u32 = version.trim_start_matches('v').parse()?;
        let start = block.len();
        block.push_str(document);
        writeln!(
            rows,
            "Row {{ name: {name:?}, path: {path:?}, version: {version}, created: {created}, updated: {updated}, \
             block: {block_index}, start: {start}, end: {} }},",
            block.len()
        )?;
        if block.len() >= BLOCK_BYTES_MIN {
            close_block(&mut block, &mut packed, &mut blocks)?;
            block_index += 1;
        }
    }
    if !block.is_empty() {
        close_block(&mut block, &mut packed, &mut blocks)?;
    }
    rows.push(']');
    blocks.push(']');
    let out = Path::new(&out);
    fs::write(out.join("managed_policy_rows.rs"), format!("&{rows}"))?;
    fs::write(out.join("managed_policy_blocks.rs"), format!("&{blocks}"))?;
    fs::write(out.join("managed_policy_blocks.bin"), packed)?;
    Ok(())
}

/// Compresses what is in `block`, appends it, and notes where it lies.
fn close_block(block: &mut String, packed: &mut Vec<u8>, blocks: &mut String) -> Result<(), Box<dyn Error>> {
    let start = packed.len();
    let mut encoder = ZlibEncoder::new(&mut *packed, Compression::new(6));
    encoder.write_all(block.as_bytes())?;
    encoder.finish()?;
    writeln!(
        blocks,
        "Block {{ start: {start}, end: {}, bytes: {} }},",
        packed.len(),
        block.len()
    )?;
    block.clear();
    Ok(())
}

/// The seconds since 1970 of `2015-02-06T18:39:46Z`.
fn seconds(text: &str) -> Result<i64, Box<dyn Error>> {
    let parts: Vec<i64> = text
        .trim_end_matches('Z')
        .split(['-', 'T', ':'])
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let [year, month, day, hour, minute, second] = parts[..] else {
        return Err("a date of the data set is not of the expected form".into());
    };
    // Days from civil date, with years that begin in March.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Ok(days * 86_400 + hour * 3_600 + minute * 60 + second)
}
