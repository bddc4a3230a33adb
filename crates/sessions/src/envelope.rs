//! What is sealed, as bytes: numbers, and whatever else is preceded by its length.
//!
//! Reading takes exactly what writing makes; bytes left over are refused.

use zeroize::Zeroizing;

/// Writes one part after the other.
#[derive(Default)]
pub(crate) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(crate) fn number(mut self, number: i64) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// Fixed in length, so its length need not be written.
    pub(crate) fn exact(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    // Nothing that is written here is longer than two bytes can say; if it were, it would not be read again.
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// Reads what was written.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn number(&mut self) -> Option<i64> {
        Some(i64::from_be_bytes(self.exact()?))
    }

    pub(crate) fn exact<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(u16::from_be_bytes(self.exact()?));
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// Nothing is left over.
    pub(crate) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let written = Writer::default()
            .number(-7)
            .exact(&[1, 2])
            .bytes(b"carla")
            .finish();
        let read = |bytes: &[u8]| {
            let mut reader = Reader::new(bytes);
            let found = (reader.number()?, reader.exact::<2>()?, reader.bytes()?.to_owned());
            reader.end().map(|()| found)
        };
        assert_eq!(read(&written), Some((-7, [1, 2], b"carla".to_vec())));
        for end in 0..written.len() {
            assert_eq!(read(&written[..end]), None, "{end}");
        }
        let longer = [written.as_slice(), &[0]].concat();
        assert_eq!(read(&longer), None);
    }
}
