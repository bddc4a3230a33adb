//! Ratios, and whether they are what they should be.

/// Which side of the target is good.
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// One line: what, how much, and whether that meets the target.
pub(crate) fn line(what: &str, value: f64, unit: &str, target: Option<Target>) {
    let verdict = match target {
        None => String::new(),
        Some(Target::AtLeast(bound)) => format!("at least {bound}: {}", met(value >= bound)),
        Some(Target::AtMost(bound)) => format!("at most {bound}: {}", met(value <= bound)),
    };
    println!("  {what:<58} {value:>10.2} {unit:<6} {verdict}");
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

/// The middle of what several rounds have shown.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
