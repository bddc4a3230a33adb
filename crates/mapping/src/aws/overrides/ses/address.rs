//! Addresses of senders, and the identities that they may be verified by.

use super::encoded_word::decoded;
use crate::MappingError;

/// Evidence: the service's reference.
const BYTES_MAX: usize = 320;

/// The address, from a text that may have a name before it: `Anna <anna@example.com>`.
///
/// Fails closed: what is written in another way than most addresses could be read in two. No name has an `@`, an angle
/// bracket or a quote in it, however it is written, so that nobody finds another address there.
pub(super) fn address<'a>(member: &str, text: &'a str) -> Result<&'a str, MappingError> {
    let address = match text.strip_suffix('>') {
        Some(rest) => rest
            .split_once('<')
            .filter(|(name, _)| is_name(name))
            .map(|(_, rest)| rest),
        None => Some(text),
    };
    address
        .filter(|address| is_address(address))
        .ok_or_else(|| MappingError::InvalidMember {
            member: member.to_owned(),
            reason: "a sender is taken as one plain address in lower case, in angle brackets if a name stands before it",
        })
}

/// The address, its domain, and the domains above it but for the topmost.
pub(super) fn identities(address: &str) -> impl Iterator<Item = &str> {
    let domain = address.split_once('@').map(|(_, domain)| domain);
    let domains = std::iter::successors(domain, |domain| domain.split_once('.').map(|(_, above)| above));
    std::iter::once(address).chain(domains.filter(|domain| domain.contains('.')))
}

fn is_address(address: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_local = |byte| is_letter(byte) || matches!(byte, b'.' | b'_' | b'+' | b'-');
    let is_domain = |byte| is_letter(byte) || matches!(byte, b'.' | b'-');
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    address.len() <= BYTES_MAX
        && !local.is_empty()
        && local.bytes().all(is_local)
        && domain.bytes().all(is_domain)
        && domain.split('.').all(|label| !label.is_empty())
}

/// Plain words, one quoted text, or words of which some are encoded.
fn is_name(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t']);
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(quoted) => quoted.chars().all(is_harmless),
        None => text.split([' ', '\t']).all(is_word),
    }
}

fn is_word(word: &str) -> bool {
    word.chars().all(is_plain)
        || decoded(word).is_some_and(|text| {
            let mut letters = text.chars();
            letters.all(|letter| is_harmless(letter) && !matches!(letter, ',' | ';' | ':'))
        })
}

/// What no reader takes for the start, the end or a part of an address, or for an encoded word, be it in quotes or not.
fn is_harmless(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '<' | '>' | '@' | '"' | '\\' | '=')
}

/// What means nothing in a list of addresses either.
pub(super) fn is_plain(letter: char) -> bool {
    is_harmless(letter) && !matches!(letter, '(' | ')' | '[' | ']' | ',' | ';' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(address("From", text).ok(), expected, "{text}");
    }

    #[test]
    fn an_address_may_have_a_name_that_nobody_takes_for_another_address() {
        for text in [
            "a@b.c",
            "<a@b.c>",
            "Anna<a@b.c>",
            "Anna B. Smith <a@b.c>",
            "\"Shop, Inc. (support)\" <a@b.c>",
            "=?utf-8?q?J=C3=BCrg?= <a@b.c>",
            "=?UTF-8?B?SsO8cmc=?= Meier <a@b.c>",
            "=?iso-8859-1?Q?J=FCrg_Meier?= <a@b.c>",
        ] {
            check(text, Some("a@b.c"));
        }
    }

    #[test]
    fn what_could_be_read_as_another_address_is_none() {
        for text in [
            "",
            "a",
            "A@b.c",
            "a@B.c",
            "a@b..c",
            "a@b@c",
            "a@b.c, d@b.c",
            "a@b.c,",
            "<a@b.c>, <d@b.c>",
            "<d@b.c> <a@b.c>",
            "d@b.c <a@b.c>",
            "shop: a@b.c;",
            "shop: <a@b.c>",
            "a@b.c (Anna)",
            "(d) <a@b.c>",
            "<a@b.c> (d)",
            "\"d@b.c\" <a@b.c>",
            "\"<d\" <a@b.c>",
            "\"a\" \"b\" <a@b.c>",
            "\"a\\\" <a@b.c>",
            "\"=?utf-8?q?a?=\" <a@b.c>",
            "\" <a@b.c>",
            "a@b.c ,d@b.c",
            "a@b. c",
            "Anna <a@b .c>",
            "A\r\n <a@b.c>",
            "=?utf-8?q?=3Cd=40b.c=3E?= <a@b.c>",
            "=?utf-8?q?d,?= <a@b.c>",
            "=?utf-8?b?PGRAYi5jPg==?= <a@b.c>",
            "=?utf-8?q?a?==?utf-8?q?b?= <a@b.c>",
            "=?utf-8?q?=C0=BC?= <a@b.c>",
            "=?utf-8?q?a(?= <a@b.c>",
            "=?utf-8?q?=0D=0AFrom:?= <a@b.c>",
            "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?= <a@b.c>",
            "=?utf-7?q?+ADw-?= <a@b.c>",
            "=?utf-8?x?a?= <a@b.c>",
            "=?utf-8?q?=4?= <a@b.c>",
            "=?utf-8?b?SsO8cmc?= <a@b.c>",
            "=?utf-8?q?a?= a@b.c",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn an_address_has_an_end_and_so_have_the_domains_of_one() {
        check(&format!("a@{}b", "a.".repeat(200)), None);
        let domains: Vec<_> = identities("a@b.c.d").collect();
        assert_eq!(domains, ["a@b.c.d", "b.c.d", "c.d"]);
    }
}
