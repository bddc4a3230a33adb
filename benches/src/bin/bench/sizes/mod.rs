//! What every read costs in an account of ten thousand users, as many roles and 1,500 policies, over what it costs in
//! one of a hundred of each; and what it costs to read all of an account by pages.
//!
//! Both accounts are on one server, and the calls alternate between them. Pages are of the same size in both, so a
//! ratio tells what grows with the account rather than with the answer.

mod calls;
mod fill;

use std::error::Error;
use std::time::Instant;

use crate::Outcome;
use crate::client::{self, Caller, Each};
use crate::process::Lanyard;
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request};

use self::calls::{CALLS, Call};

const ROUNDS: usize = 5;
const CALLS_A_ROUND: usize = 200;
const PAGE: &str = "50";
const RATIO_MAX: f64 = 1.5;
/// What a server may take to answer the largest pages, whatever the size of the account.
const PAGING_MEBIBYTES_MAX: f64 = 32.0;

/// An account of a size.
struct Filled {
    identity: Identity,
    entities: usize,
}

pub(crate) fn run() -> Outcome {
    let lanyard = Lanyard::start("sizes")?;
    let small = fill::account(&lanyard, "small", 100, 100)?;
    let begun = Instant::now();
    let large = fill::account(&lanyard, "large", 10_000, 1_500)?;
    line(
        "  filling the large account",
        begun.elapsed().as_secs_f64(),
        "s",
        None,
    );
    reads(&lanyard, &small, &large)?;
    pages(&lanyard, &small, &large)?;
    memory(&lanyard, &small, &large)
}

/// Every read, in both accounts.
fn reads(lanyard: &Lanyard, small: &Filled, large: &Filled) -> Outcome {
    println!("  p50 at {} over p50 at {}", large.entities, small.entities);
    let mut worst = (0.0, "");
    for call in CALLS {
        let (mut ratios, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
        // The first round warms up.
        for round in 0..=ROUNDS {
            let low = p50(lanyard, small, call, round).map_err(|error| format!("{}: {error}", call.name))?;
            let high = p50(lanyard, large, call, round).map_err(|error| format!("{}: {error}", call.name))?;
            if round > 0 {
                ratios.push(high / low);
                lows.push(low);
                highs.push(high);
            }
        }
        let ratio = median(ratios);
        let name = format!(
            "    {} ({:.0} µs, {:.0} µs)",
            call.name,
            median(lows),
            median(highs)
        );
        line(&name, ratio, "", Some(Target::AtMost(RATIO_MAX)));
        if ratio > worst.0 {
            worst = (ratio, call.name);
        }
    }
    let name = format!("  the worst of {}: {}", CALLS.len(), worst.1);
    line(&name, worst.0, "", Some(Target::AtMost(RATIO_MAX)));
    Ok(())
}

fn p50(lanyard: &Lanyard, filled: &Filled, call: &Call, round: usize) -> Result<f64, Box<dyn Error>> {
    let port = lanyard.running.port;
    let numbers = round * CALLS_A_ROUND..(round + 1) * CALLS_A_ROUND;
    // All over the account, as callers are.
    let requests: Vec<Request> = numbers
        .map(|number| call.request(&filled.identity, number * 7_919 % filled.entities, port))
        .collect();
    let run = client::run(port, vec![Box::new(Each(requests.into_iter()))], None)?;
    Ok(run.p50_microseconds())
}

/// The pages of GetAccountAuthorizationDetails, from the first to the last.
fn pages(lanyard: &Lanyard, small: &Filled, large: &Filled) -> Outcome {
    println!("  a page of {PAGE} of GetAccountAuthorizationDetails, all pages of users");
    let (mut ratios, mut lows, mut highs, mut depths) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let mut low = Vec::new();
        // As many pages as the large account has.
        while low.len() * small.entities < large.entities {
            low.extend(walk(lanyard, &small.identity, PAGE, &["User"], |_| Ok(()))?);
        }
        let high = walk(lanyard, &large.identity, PAGE, &["User"], |_| Ok(()))?;
        if round > 0 {
            let half = high.len() / 2;
            let (first, last) = (high.get(..half).unwrap_or(&[]), high.get(half..).unwrap_or(&[]));
            depths.push(median(last.to_vec()) / median(first.to_vec()));
            let (low, high) = (median(low), median(high));
            ratios.push(high / low);
            lows.push(low);
            highs.push(high);
        }
    }
    line("    few", median(lows), "µs", None);
    line("    many", median(highs), "µs", None);
    line(
        "    many over few",
        median(ratios),
        "",
        Some(Target::AtMost(RATIO_MAX)),
    );
    let name = "    later pages over earlier ones";
    line(name, median(depths), "", Some(Target::AtMost(RATIO_MAX)));
    Ok(())
}

/// What the server takes while somebody reads everything by the largest pages.
fn memory(lanyard: &Lanyard, small: &Filled, large: &Filled) -> Outcome {
    println!("  resident memory while everything is read by pages of 1000");
    // What the first answers take once is not what paging takes.
    for _ in 0..3 {
        walk(lanyard, &small.identity, "1000", &[], |_| Ok(()))?;
    }
    let before = lanyard.running.resident_bytes()?;
    let (mut most, mut count) = (before, 0_u32);
    for _ in 0..3 {
        walk(lanyard, &large.identity, "1000", &[], |_| {
            count += 1;
            most = most.max(lanyard.running.resident_bytes()?);
            Ok(())
        })?;
    }
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    line("    before", mebibytes(before), "MiB", None);
    line("    pages", f64::from(count), "", None);
    let name = "    most, over before";
    let more = mebibytes(most.saturating_sub(before));
    line(name, more, "MiB", Some(Target::AtMost(PAGING_MEBIBYTES_MAX)));
    Ok(())
}

/// Reads all pages; the time of each in microseconds.
fn walk(
    lanyard: &Lanyard,
    identity: &Identity,
    page: &str,
    filters: &[&str],
    mut after_each: impl FnMut(&str) -> Outcome,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let port = lanyard.running.port;
    let mut caller = Caller::connect(port)?;
    let (mut times, mut marker) = (Vec::new(), None::<String>);
    loop {
        let filters: Vec<(String, &str)> = (1..)
            .zip(filters)
            .map(|(number, filter)| (format!("Filter.member.{number}"), *filter))
            .collect();
        let mut parameters = vec![("MaxItems", page)];
        parameters.extend(filters.iter().map(|(name, filter)| (name.as_str(), *filter)));
        parameters.extend(marker.iter().map(|marker| ("Marker", marker.as_str())));
        let request = requests::iam(identity, "GetAccountAuthorizationDetails", &parameters, port);
        let begun = Instant::now();
        let answer = caller.call(&request)?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
        after_each(&answer)?;
        marker = between(&answer, "<Marker>", "</Marker>").map(str::to_owned);
        if marker.is_none() {
            return Ok(times);
        }
    }
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(begin)?.1.split_once(end)?.0)
}
