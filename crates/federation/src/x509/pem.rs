//! PEM, as strict as IAM is: blocks and white space, and nothing else. Line breaks may stand anywhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One block.
pub(super) struct Block<'a> {
    /// What it says it is.
    pub(super) label: &'a str,
    /// What it contains: perhaps a private key.
    pub(super) content: Zeroizing<Vec<u8>>,
}

/// The blocks of a text, in order; `Err` carries nothing, because what cannot be read may be a secret.
pub(super) fn blocks(text: &str) -> impl Iterator<Item = Result<Block<'_>, ()>> {
    let mut rest = text.trim_ascii();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some((block, after)) = block(rest) else {
            rest = "";
            return Some(Err(()));
        };
        rest = after;
        Some(Ok(block))
    })
}

fn block(text: &str) -> Option<(Block<'_>, &str)> {
    let (label, after) = text.strip_prefix(BEGIN)?.split_once(DASHES)?;
    let (inside, after) = after.split_once(END)?;
    let after = after.strip_prefix(label)?.strip_prefix(DASHES)?;
    // White space goes; it is written into a buffer that is large enough, so that nothing is left behind elsewhere.
    let mut base64 = Zeroizing::new(Vec::with_capacity(inside.len()));
    base64.extend(inside.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut content = Zeroizing::new(vec![0; base64.len() / 4 * 3]);
    let length = STANDARD.decode_slice(&*base64, &mut content).ok()?;
    content.truncate(length);
    Some((Block { label, content }, after.trim_ascii_start()))
}
