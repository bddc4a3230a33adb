//! Figures with their spread, and whether they are what they should be.

/// Which side of the bar is good.
#[derive(Clone, Copy)]
pub enum Bar {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

/// What several rounds have shown.
pub struct Figures(Vec<f64>);

impl Figures {
    /// The figures of the rounds, in any order.
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The middle.
    pub fn median(&self) -> f64 {
        self.at(2)
    }

    fn at(&self, quarter: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * quarter / 4).copied().unwrap_or(f64::NAN)
    }
}

/// One line: what, the median, the middle half of the rounds, and whether the median meets the bar.
pub fn line(what: &str, figures: &Figures, unit: &str, bar: Option<Bar>) {
    let median = figures.median();
    let verdict = match bar {
        None => String::new(),
        Some(Bar::AtLeast(bound)) => format!("at least {bound}: {}", met(median >= bound)),
        Some(Bar::AtMost(bound)) => format!("at most {bound}: {}", met(median <= bound)),
    };
    let spread = match figures.0.len() {
        ..2 => String::new(),
        _ => format!("({} to {})", short(figures.at(1)), short(figures.at(3))),
    };
    println!(
        "  {what:<42} {:>9} {unit:<5} {spread:<20} {verdict}",
        short(median)
    );
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

/// Three digits, about.
fn short(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}
