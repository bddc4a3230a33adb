//! `lanyard gateway explain`: what a request to the store would mean. No server, no signature, nothing sent.

use lanyard_mapping::{Hosts, explain_s3};

use crate::cli::GatewayExplainFlags;
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Explains and prints. A request that would be refused is a failure, so that scripts notice.
pub(super) fn run(flags: &GatewayExplainFlags) -> Result<(), CommandError> {
    let hosts = Hosts::new(&flags.domains).map_err(|error| CommandError::usage(error.to_string()))?;
    let headers: Vec<(String, String)> = flags
        .headers
        .iter()
        .map(|text| header(text))
        .collect::<Result<_, _>>()?;
    let explanation = explain_s3(&flags.method, &flags.url, &headers, &hosts);
    if flags.json {
        crate::commands::print_json(&explanation)?;
    } else {
        let text = explanation.to_string();
        for line in text.trim_end().lines() {
            crate::commands::printed(Terminal::stdout().line(&printable(line)))?;
        }
    }
    match explanation.refused {
        Some(_) => Err(CommandError::failure("the request would be refused")),
        None => Ok(()),
    }
}

/// `name: value`, as in HTTP.
fn header(text: &str) -> Result<(String, String), CommandError> {
    let wrong = || {
        CommandError::usage(format!(
            "`{}` is not a header such as 'name: value'",
            printable(text)
        ))
    };
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let name = name.trim().to_ascii_lowercase();
    if http::HeaderName::try_from(&name).is_err() {
        return Err(wrong());
    }
    Ok((name, value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let read = |text: &str| header(text).ok();
        let pair = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(read("X-Amz-Acl: private"), pair("x-amz-acl", "private"));
        assert_eq!(read("range:bytes=0-1"), pair("range", "bytes=0-1"));
        assert_eq!(read("range"), None);
        assert_eq!(read("a b: c"), None);
    }
}
