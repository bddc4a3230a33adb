//! Results of cases as JUnit XML, which every CI can show.

use std::io::{self, Write};
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::case_report::{CaseReport, FileReport};
use crate::terminal::printable;

/// Writes a test suite for each file.
pub(super) fn write(out: impl Write, reports: &[FileReport]) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(io::BufWriter::new(out), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<Numbers> = reports.iter().map(Numbers::of).collect();
    let sum = |number: fn(&Numbers) -> usize| all.iter().map(number).sum::<usize>().to_string();
    let (tests, failures, errors) = (sum(|n| n.tests), sum(|n| n.failures), sum(|n| n.errors));
    let time = seconds(all.iter().map(|numbers| numbers.time).sum());
    xml.create_element("testsuites")
        .with_attributes([
            ("name", "lanyard policy test"),
            ("tests", &tests),
            ("failures", &failures),
            ("errors", &errors),
            ("time", &time),
        ])
        .write_inner_content(|xml| {
            let mut suites = reports.iter().zip(&all);
            suites.try_for_each(|(report, numbers)| suite(xml, report, numbers))
        })?;
    let mut out = xml.into_inner();
    out.write_all(b"\n")?;
    out.flush()
}

struct Numbers {
    tests: usize,
    failures: usize,
    errors: usize,
    time: Duration,
}

impl Numbers {
    fn of(report: &FileReport) -> Self {
        match &report.cases {
            // A file that cannot be read is one test that could not be run.
            Err(_) => Self {
                tests: 1,
                failures: 0,
                errors: 1,
                time: Duration::ZERO,
            },
            Ok(cases) => Self {
                tests: cases.len(),
                failures: cases.iter().filter(|case| case.failure.is_some()).count(),
                errors: 0,
                time: cases.iter().map(|case| case.time).sum(),
            },
        }
    }
}

fn suite<W: Write>(xml: &mut Writer<W>, report: &FileReport, numbers: &Numbers) -> io::Result<()> {
    let name = writable(&report.name);
    let class = name.strip_suffix(".cases.json").unwrap_or(&name);
    xml.create_element("testsuite")
        .with_attributes([
            ("name", name.as_str()),
            ("tests", &numbers.tests.to_string()),
            ("failures", &numbers.failures.to_string()),
            ("errors", &numbers.errors.to_string()),
            ("skipped", "0"),
            ("time", &seconds(numbers.time)),
        ])
        .write_inner_content(|xml| match &report.cases {
            Err(problems) => {
                let test = xml.create_element("testcase");
                let test = test.with_attributes([
                    ("classname", class),
                    ("name", "the file can be read"),
                    ("time", &seconds(numbers.time)),
                ]);
                test.write_inner_content(|xml| outcome(xml, "error", "the file cannot be read", problems))?;
                Ok(())
            }
            Ok(cases) => cases.iter().try_for_each(|case| test(xml, class, case)),
        })?;
    Ok(())
}

fn test<W: Write>(xml: &mut Writer<W>, class: &str, case: &CaseReport) -> io::Result<()> {
    let (name, time) = (writable(&case.id), seconds(case.time));
    let element = xml.create_element("testcase");
    let element = element.with_attributes([("classname", class), ("name", &name), ("time", &time)]);
    let Some(failure) = &case.failure else {
        element.write_empty()?;
        return Ok(());
    };
    let message = format!("expected {}, decided {}", failure.expected, failure.decided);
    let details: Vec<String> = case.rule.iter().chain([&failure.why]).cloned().collect();
    element.write_inner_content(|xml| outcome(xml, "failure", &message, &details))?;
    Ok(())
}

fn outcome<W: Write>(xml: &mut Writer<W>, kind: &str, message: &str, details: &[String]) -> io::Result<()> {
    let details: Vec<String> = details.iter().map(|detail| writable(detail)).collect();
    xml.create_element(kind)
        .with_attributes([("message", writable(message).as_str()), ("type", kind)])
        .write_text_content(BytesText::new(&details.join("\n")))?;
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.6}", time.as_secs_f64())
}

/// A text with what XML has no way to write made visible: most control characters and two code points that are
/// characters in no text.
fn writable(text: &str) -> String {
    printable(text)
        .replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}")
}
