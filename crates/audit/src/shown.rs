//! Parameters written into their text at once, by the same rules as those that are put together one by one.

use std::borrow::Cow;

use crate::HIDDEN;
use crate::json::write_text;
use crate::listed::is_shown;
use crate::parameters::DEPTH_MAX;

/// A value that a record may have to show.
pub enum Shown<'a> {
    /// One that nobody may see, whatever its name is.
    Hidden,
    /// Text.
    Text(Cow<'a, str>),
    /// A number.
    Integer(i32),
    /// True or false.
    Boolean(bool),
    /// A list.
    List(Vec<Shown<'a>>),
    /// A structure: its members by name, in any order; of two with one name the last counts.
    Structure(Vec<(&'a str, Shown<'a>)>),
}

/// Writes a structure with its members in the order of their names as a record spells them.
pub(crate) fn write_structure(out: &mut String, mut members: Vec<(&str, Shown<'_>)>, depth: usize) {
    // Stable, so that of two with one name the last stays the last.
    members.sort_by(|(one, _), (other, _)| spelling(one).cmp(spelling(other)));
    out.push('{');
    let mut is_first = true;
    let mut members = members.into_iter().peekable();
    while let Some((name, value)) = members.next() {
        if members
            .peek()
            .is_some_and(|(next, _)| spelling(next).eq(spelling(name)))
        {
            continue;
        }
        if !is_first {
            out.push(',');
        }
        is_first = false;
        let at = out.len();
        write_text(out, name);
        // The first letter of the name, behind the quotation mark.
        let letter = at.saturating_add(1);
        if let Some(first) = out.get_mut(letter..letter.saturating_add(1)) {
            first.make_ascii_lowercase();
        }
        let is_listed = out.get(letter..out.len().saturating_sub(1)).is_some_and(is_shown);
        out.push(':');
        if is_listed {
            write(out, value, depth);
        } else {
            write_text(out, HIDDEN);
        }
    }
    out.push('}');
}

fn write(out: &mut String, value: Shown<'_>, depth: usize) {
    // Fails closed: what lies deeper than any shape of the API is hidden rather than searched through.
    if depth > DEPTH_MAX {
        return write_text(out, HIDDEN);
    }
    let depth = depth.saturating_add(1);
    match value {
        Shown::Hidden => write_text(out, HIDDEN),
        Shown::Text(text) => write_text(out, &text),
        Shown::Integer(number) => out.push_str(&number.to_string()),
        Shown::Boolean(flag) => out.push_str(if flag { "true" } else { "false" }),
        Shown::List(items) => {
            out.push('[');
            for (index, item) in items.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item, depth);
            }
            out.push(']');
        }
        Shown::Structure(members) => write_structure(out, members, depth),
    }
}

/// The bytes of a name in CloudTrail's spelling: its first letter is small.
fn spelling(name: &str) -> impl Iterator<Item = u8> {
    let first = name.bytes().next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(name.bytes().skip(1))
}
