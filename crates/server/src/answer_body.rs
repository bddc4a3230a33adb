//! What is sent in answer: whole, as the API answers, streamed from an upstream, or a message with trailers.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use lanyard_decision_point::GrpcBody;
use lanyard_gateway::{GatewayBody, GatewayBodyError};

use crate::listener::OpenRequest;
use crate::traffic::Passage;

/// The body of an answer. One type for all kinds, so that the API's answers need no box.
pub(crate) struct AnswerBody {
    content: Content,
    /// The request it answers, over HTTP/2.
    open: Option<Arc<OpenRequest>>,
    /// Where its bytes are counted, if they are.
    passage: Option<Arc<Passage>>,
}

enum Content {
    Whole(Full<Bytes>),
    Streamed(GatewayBody),
    Call(GrpcBody),
}

impl AnswerBody {
    /// A body that is there already.
    pub(crate) fn whole(text: impl Into<Bytes>) -> Self {
        Full::new(text.into()).into()
    }

    /// The same, for an answer over HTTP/2.
    pub(crate) fn of_stream(mut self, open: Arc<OpenRequest>) -> Self {
        self.open = Some(open);
        self
    }

    /// The same, counted.
    pub(crate) fn counted(mut self, passage: Option<Arc<Passage>>) -> Self {
        self.passage = passage;
        self
    }
}

impl From<Full<Bytes>> for AnswerBody {
    fn from(whole: Full<Bytes>) -> Self {
        Self {
            content: Content::Whole(whole),
            open: None,
            passage: None,
        }
    }
}

impl From<GatewayBody> for AnswerBody {
    fn from(streamed: GatewayBody) -> Self {
        Self {
            content: Content::Streamed(streamed),
            open: None,
            passage: None,
        }
    }
}

impl From<GrpcBody> for AnswerBody {
    fn from(call: GrpcBody) -> Self {
        Self {
            content: Content::Call(call),
            open: None,
            passage: None,
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = GatewayBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, GatewayBodyError>>> {
        if let Some(open) = &self.open {
            open.moved();
        }
        let frame = match &mut self.content {
            Content::Whole(whole) => Pin::new(whole)
                .poll_frame(cx)
                .map_err(|impossible| match impossible {}),
            Content::Streamed(streamed) => Pin::new(streamed).poll_frame(cx),
            Content::Call(call) => Pin::new(call)
                .poll_frame(cx)
                .map_err(|impossible| match impossible {}),
        };
        if let (Some(passage), Poll::Ready(Some(Ok(frame)))) = (&self.passage, &frame) {
            passage.sent(frame.data_ref().map_or(0, Bytes::len));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Whole(whole) => whole.is_end_stream(),
            Content::Streamed(streamed) => streamed.is_end_stream(),
            Content::Call(call) => call.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(whole) => whole.size_hint(),
            Content::Streamed(streamed) => streamed.size_hint(),
            Content::Call(call) => call.size_hint(),
        }
    }
}
