//! Where an object is that was put together from parts, in the store's own document.
//!
//! The store knows its own address only, which no client can use and which is nobody's business. It is replaced by
//! the address that the client used, and nothing else of the document is.
//!
//! Stores begin this answer early and send white space while they work, so that nobody gives up on them. That is
//! passed on as it comes; the document itself is small and waited for.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::Event;

/// The longest document that is looked into. A longer one is broken off.
const BYTES_MAX: usize = 64 << 10;
/// How deep `Location` stands: in the root element.
const DEPTH: usize = 1;

/// A body in whose document the location is replaced.
pub(crate) struct Relocated<B> {
    source: B,
    address: String,
    /// The document as far as it has come, from its first element on.
    document: BytesMut,
    is_over: bool,
}

/// Why the document cannot be passed on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RelocationError<E> {
    /// The body broke off.
    #[error(transparent)]
    Source(E),
    /// It is larger than any document of this kind.
    #[error("the store's document is larger than any of its kind")]
    TooLarge,
}

impl<B> Relocated<B> {
    pub(crate) fn new(source: B, address: String) -> Self {
        Self {
            source,
            address,
            document: BytesMut::new(),
            is_over: false,
        }
    }
}

impl<B> Body for Relocated<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = RelocationError<B::Error>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        while !this.is_over {
            let frame = match ready!(Pin::new(&mut this.source).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(RelocationError::Source(error))));
                }
                None => {
                    this.is_over = true;
                    let document = relocated(&this.document, &this.address);
                    return Poll::Ready((!document.is_empty()).then(|| Ok(Frame::data(document))));
                }
            };
            let Ok(data) = frame.into_data() else { continue };
            let is_nothing = this.document.is_empty() && data.iter().all(u8::is_ascii_whitespace);
            if is_nothing && !data.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            if this.document.len().saturating_add(data.len()) > BYTES_MAX {
                this.is_over = true;
                return Poll::Ready(Some(Err(RelocationError::TooLarge)));
            }
            this.document.extend_from_slice(&data);
            if is_prologue(&this.document) {
                return Poll::Ready(Some(Ok(Frame::data(this.document.split().freeze()))));
            }
        }
        Poll::Ready(None)
    }
}

/// Whether this is the declaration of XML and white space, and no more.
fn is_prologue(document: &[u8]) -> bool {
    let document = document.trim_ascii();
    document.starts_with(b"<?xml")
        && document.ends_with(b"?>")
        && document.iter().filter(|byte| **byte == b'<').count() == 1
}

/// The document with another location in it; one without a location as it is.
fn relocated(document: &[u8], address: &str) -> Bytes {
    let Some((start, end)) = location(document) else {
        return Bytes::copy_from_slice(document);
    };
    let (before, after) = (document.get(..start), document.get(end..));
    [
        before.unwrap_or_default(),
        escape(address).as_bytes(),
        after.unwrap_or_default(),
    ]
    .concat()
    .into()
}

/// Where the text of the location begins and ends.
fn location(document: &[u8]) -> Option<(usize, usize)> {
    let mut reader = Reader::from_reader(document);
    let mut depth = 0_usize;
    let mut start = None;
    // Bounded by the document: each event takes some of it.
    loop {
        let before = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Start(element) => {
                if depth == DEPTH && start.is_none() && element.local_name().as_ref() == "Location" {
                    start = Some(usize::try_from(reader.buffer_position()).ok()?);
                }
                depth += 1;
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                if depth == DEPTH
                    && let Some(start) = start
                {
                    return Some((start, before));
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use http_body_util::BodyExt;

    use super::{Bytes, Frame, Relocated};

    /// What is passed on of pieces, one by one.
    async fn check(pieces: &[&'static str], expected: &[&str]) {
        let frames: VecDeque<_> = pieces
            .iter()
            .map(|piece| Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(piece.as_bytes()))))
            .collect();
        let source = Scripted(frames);
        let mut body = Relocated::new(source, "http://here/b/a&b".to_owned());
        let mut found = Vec::new();
        while let Some(frame) = body.frame().await {
            found.push(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap());
        }
        assert_eq!(found, expected);
    }

    struct Scripted(VecDeque<Result<Frame<Bytes>, std::io::Error>>);

    impl http_body::Body for Scripted {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
            std::task::Poll::Ready(self.0.pop_front())
        }
    }

    #[tokio::test]
    async fn the_location_is_the_clients_and_all_else_the_stores() {
        check(
            &[
                "<?xml version=\"1.0\"?>\n<R><Location>http://store:9",
                "000/b/k</Location><Key>k</Key></R>",
            ],
            &["<?xml version=\"1.0\"?>\n<R><Location>http://here/b/a&amp;b</Location><Key>k</Key></R>"],
        )
        .await;
        // Neither in a comment, nor deeper, nor twice.
        check(
            &["<r:R><!--<Location>c</Location>--><X><Location>d</Location></X><r:Location>s</r:Location></r:R>"],
            &["<r:R><!--<Location>c</Location>--><X><Location>d</Location></X>\
               <r:Location>http://here/b/a&amp;b</r:Location></r:R>"],
        )
        .await;
        check(
            &["<Error><Code>X</Code></Error>"],
            &["<Error><Code>X</Code></Error>"],
        )
        .await;
        check(&["no XML"], &["no XML"]).await;
    }

    #[tokio::test]
    async fn what_keeps_clients_waiting_is_passed_on_as_it_comes() {
        check(
            &[
                "<?xml version=\"1.0\"?>",
                " ",
                "\n",
                "<R><Location>s</Location></R>",
            ],
            &[
                "<?xml version=\"1.0\"?>",
                " ",
                "\n",
                "<R><Location>http://here/b/a&amp;b</Location></R>",
            ],
        )
        .await;
    }
}
