//! From a setting's text to its value. An error names what was expected, to follow "is not".

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use crate::public_url::PublicUrl;

pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric
        .parse()
        .map_err(|_| "an address and port such as 127.0.0.1:4260 or [::1]:4260")
}

pub(super) fn path(text: &str) -> Result<PathBuf, &'static str> {
    if text.is_empty() {
        Err("a path")
    } else {
        Ok(PathBuf::from(text))
    }
}

pub(super) fn boolean(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("true or false"),
    }
}

/// Networks, separated by commas. A bare address is a network of one.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, &'static str> {
    let pieces = text.split(',').map(str::trim).filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| match piece.parse::<std::net::IpAddr>() {
            Ok(address) => Ok(IpNet::from(address)),
            Err(_) => piece
                .parse()
                .map_err(|_| "a list of networks such as 10.0.0.0/8, 192.0.2.7"),
        })
        .collect()
}

/// Issuers and the files of their authorities, a pair a line.
pub(super) fn authorities(text: &str) -> Result<Vec<(String, PathBuf)>, &'static str> {
    let lines = text
        .split(['\n', ';'])
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let pair = |line: &str| {
        let (issuer, file) = line.split_once('=')?;
        let is_whole = issuer.starts_with("https://") && !file.is_empty();
        is_whole.then(|| (issuer.to_owned(), PathBuf::from(file)))
    };
    lines
        .map(|line| {
            pair(line).ok_or("an issuer and a PEM file such as https://issuer.example=/etc/lanyard/ca.pem")
        })
        .collect()
}

pub(super) fn public_url(text: &str) -> Result<PublicUrl, &'static str> {
    PublicUrl::parse(text)
}

pub(super) fn connections(text: &str) -> Result<usize, &'static str> {
    bounded(text, 1, 1_000_000).ok_or("a number of connections from 1 to 1000000")
}

pub(super) fn head_bytes(text: &str) -> Result<usize, &'static str> {
    bounded(text, 8 * 1024, 1024 * 1024).ok_or("a number of bytes from 8192 to 1048576")
}

pub(super) fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = bounded(text, 1, 3600).ok_or("a number of seconds from 1 to 3600")?;
    Ok(Duration::from_secs(seconds as u64))
}

fn bounded(text: &str, min: usize, max: usize) -> Option<usize> {
    text.parse().ok().filter(|number| (min..=max).contains(number))
}
