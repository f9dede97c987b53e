//! A snapshot as one long body: pieces with their lengths, the first of them the leader's vote, and
//! an empty one at the end, so that a body that was cut short is never taken for a whole.

use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::Stream;
use futures_util::StreamExt as _;

use crate::codec::{self, Vote, decode_vote, encode_vote};

/// Bytes of one piece. The machine makes pieces of about 1 MiB, or of one row that alone is larger.
const PIECE_BYTES_MAX: usize = 20 << 20;

/// Bytes before each piece.
const LENGTH_BYTES: usize = 4;

/// The first piece.
pub(super) fn head(vote: Vote) -> Bytes {
    frame(&encode_vote(&vote).expect("a vote fits into its record"))
}

/// One piece.
pub(super) fn frame(piece: &[u8]) -> Bytes {
    Bytes::from(codec::piece(piece))
}

/// What comes last.
pub(super) fn end() -> Bytes {
    Bytes::from_static(&[0; LENGTH_BYTES])
}

/// Takes a body apart again.
pub(super) struct Pieces<S> {
    body: S,
    /// What has come and is not taken yet; at most one piece and what came with its end.
    buffer: BytesMut,
}

impl<S, E> Pieces<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    /// Reads from a body as it arrives.
    pub(super) fn new(body: S) -> Pieces<S> {
        Pieces { body, buffer: BytesMut::new() }
    }

    /// The vote that comes first.
    ///
    /// # Errors
    /// There is none.
    pub(super) async fn head(&mut self) -> Result<Vote, String> {
        let piece = self.next().await?.ok_or("the snapshot has no head")?;
        decode_vote(&piece).map_err(|error| error.to_string())
    }

    /// The next piece; `None` at the proper end.
    ///
    /// # Errors
    /// The body is cut short, or claims a piece that is too large.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, String> {
        self.fill(LENGTH_BYTES).await?;
        let length = usize::try_from(self.buffer.get_u32_le()).unwrap_or(usize::MAX);
        if length == 0 {
            return Ok(None);
        }
        if length > PIECE_BYTES_MAX {
            return Err(format!("a piece of {length} bytes is too large"));
        }
        self.fill(length).await?;
        Ok(Some(self.buffer.split_to(length).freeze()))
    }

    /// Waits for so many bytes.
    async fn fill(&mut self, bytes: usize) -> Result<(), String> {
        while self.buffer.len() < bytes {
            match self.body.next().await {
                Some(Ok(more)) => self.buffer.extend_from_slice(&more),
                Some(Err(error)) => return Err(format!("the snapshot broke off: {error}")),
                None => return Err("the snapshot was cut short".to_owned()),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    const VOTE: Vote = Vote { term: 3, node: 2, committed: true };

    fn pieces(
        bytes: &[u8],
        at_once: usize,
    ) -> Pieces<impl Stream<Item = Result<Bytes, Infallible>>> {
        let parts: Vec<_> =
            bytes.chunks(at_once).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
        Pieces::new(stream::iter(parts))
    }

    fn whole() -> Vec<u8> {
        [&head(VOTE)[..], &frame(b"one"), &frame(&[7; 1000]), &end()].concat()
    }

    /// Pieces come out as they went in, however the body was cut up on its way.
    #[tokio::test]
    async fn a_round_trip() {
        for at_once in [1, 3, 4, 5, 100, 10_000] {
            let whole = whole();
            let mut body = pieces(&whole, at_once);
            assert_eq!(body.head().await, Ok(VOTE));
            assert_eq!(body.next().await, Ok(Some(Bytes::from_static(b"one"))));
            assert_eq!(body.next().await, Ok(Some(Bytes::from_static(&[7; 1000]))));
            assert_eq!(body.next().await, Ok(None));
        }
    }

    /// A body cut at any byte is an error, never a shorter snapshot.
    #[tokio::test]
    async fn a_cut_body_is_an_error() {
        let whole = whole();
        for cut in 0..whole.len() {
            let mut body = pieces(&whole[..cut], 64);
            let mut result = body.head().await.map(|_| Some(Bytes::new()));
            while let Ok(Some(_)) = result {
                result = body.next().await;
            }
            assert!(result.is_err(), "cut at {cut}");
        }
    }

    /// A claimed length that no piece has is refused before anything is allocated for it.
    #[tokio::test]
    async fn an_oversized_piece_is_refused() {
        let mut body = pieces(&[0xff, 0xff, 0xff, 0xff, 1, 2, 3], 7);
        assert!(body.next().await.unwrap_err().contains("too large"));
    }
}
