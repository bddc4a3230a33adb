//! The file of a form as the body of the upstream's request.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use super::content::{ContentError, FileContent};
use crate::body::{Digests, LastWord};
use crate::error::S3Error;

/// Files up to this length are read whole before the upstream hears of them, so that a form that does not end as it
/// must is refused without one.
const READ_AHEAD_BYTES: u64 = 64 << 10;

/// The content of a file that streams, without what surrounds it in the form.
pub(super) struct FileBody<B> {
    source: B,
    content: FileContent,
    /// The checksums that fields give of it; `None` once they are found right.
    digests: Option<Digests>,
    /// Asked before the end is let go.
    last_word: Option<LastWord>,
    /// What may go on.
    ready: VecDeque<Bytes>,
    /// How much is still to be given.
    left: u64,
    is_over: bool,
}

impl<B, E> FileBody<B>
where
    B: Body<Data = Bytes, Error = E> + Unpin,
    S3Error: From<E>,
{
    /// Begins with what has come of the content already.
    pub(super) async fn open(
        source: B,
        content: FileContent,
        rest: Bytes,
        digests: Digests,
    ) -> Result<Self, S3Error> {
        let mut body = Self {
            source,
            left: content.len(),
            content,
            digests: Some(digests),
            last_word: None,
            ready: VecDeque::new(),
            is_over: false,
        };
        body.take(rest)?;
        if body.left <= READ_AHEAD_BYTES {
            body.read_whole().await?;
        }
        Ok(body)
    }

    /// With something that is asked before the end is let go.
    #[must_use]
    pub(super) fn with_last_word(mut self, last_word: LastWord) -> Self {
        self.last_word = Some(last_word);
        self
    }

    /// How long the file is.
    pub(super) fn len(&self) -> u64 {
        self.left
    }

    async fn read_whole(&mut self) -> Result<(), S3Error> {
        while let Some(frame) = self.source.frame().await {
            if let Ok(data) = frame?.into_data() {
                self.take(data)?;
            }
        }
        self.content.end()?;
        self.is_over = true;
        let mut whole = BytesMut::new();
        self.ready
            .drain(..)
            .for_each(|piece| whole.extend_from_slice(&piece));
        self.ready.push_back(whole.freeze());
        Ok(())
    }

    fn take(&mut self, data: Bytes) -> Result<(), S3Error> {
        let pieces = self.content.feed(data)?;
        if let Some(digests) = &mut self.digests {
            pieces.iter().for_each(|piece| digests.update(piece));
        }
        if self.content.is_over()
            && let Some(digests) = self.digests.take()
        {
            digests.check()?;
        }
        self.ready
            .extend(pieces.into_iter().filter(|piece| !piece.is_empty()));
        Ok(())
    }
}

impl<B, E> Body for FileBody<B>
where
    B: Body<Data = Bytes, Error = E> + Unpin,
    S3Error: From<E>,
{
    type Data = Bytes;
    type Error = S3Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, S3Error>>> {
        let this = &mut *self;
        loop {
            if this.content.is_over()
                && let Some(last_word) = this.last_word.take()
                && let Err(error) = last_word()
            {
                this.ready.clear();
                this.is_over = true;
                return Poll::Ready(Some(Err(error.into())));
            }
            if let Some(piece) = this.ready.pop_front() {
                this.left = this.left.saturating_sub(piece.len() as u64);
                if piece.is_empty() {
                    continue;
                }
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            if this.is_over {
                return Poll::Ready(None);
            }
            let taken = match ready!(Pin::new(&mut this.source).poll_frame(context)) {
                Some(Ok(frame)) => frame.into_data().map_or(Ok(()), |data| this.take(data)),
                Some(Err(error)) => Err(error.into()),
                None => {
                    this.is_over = true;
                    this.content.end().map_err(<S3Error as From<ContentError>>::from)
                }
            };
            if let Err(error) = taken {
                this.is_over = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.is_over && self.ready.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
