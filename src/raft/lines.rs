//! Connections that stay open between two members, on which calls follow each other in frames.
//!
//! A line begins as an HTTP request with the secret and the papers of its caller, which both ends
//! check, and is a plain stream of bytes from then on (an upgrade, RFC 9110, section 7.8). With a
//! request of HTTP/2 for each call, a tenth of a millisecond of processor went into every one of
//! them, and a hold needs five.
//!
//! All numbers are little-endian. A call is its length (`u32`, of what follows), its number
//! (`u64`), and its body. An answer is its length, the number of its call, what it is (`u8`), the
//! wall clock of the answering node (`u64`), and its body, or the reason why there is none.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, WriteHalf, split};
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout};

use super::transport::{CallError, Papers, Reply};
use super::wire;
use crate::seats::Millis;
use crate::tasks;

/// What the upgrade is to.
pub(super) const PROTOCOL: &str = "usher-line";

/// Bytes of a frame beside a message.
const HEAD_BYTES: usize = 17;

/// Bytes that are made room for at a time: a length is only a claim.
const ROOM_BYTES: usize = 64 << 10;

/// A line that nobody has used for this long is not used again: the other end closes it some time
/// later, and a call that it loses has an unknown outcome.
const UNUSED_MAX: Duration = Duration::from_secs(20);

/// A line on which calls were sent and no answer came for this long leads nowhere any more. Shorter
/// stalls are those of a busy machine, and would cost every call on the line.
const UNANSWERED_MAX: Duration = Duration::from_secs(1);

/// A line on which nothing has come for this long is closed by the end that answers.
pub(super) const SILENT_MAX: Duration = Duration::from_mins(1);

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An answer.
    Answer,
    /// The call was refused before anything was done.
    Refused,
    /// It could not be answered; something may have been done.
    Failed,
}

/// Reads frames.
pub(super) struct Frames<R> {
    from: R,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(super) fn new(from: R) -> Frames<R> {
        Frames { from, buffer: BytesMut::new() }
    }

    /// The next frame, without its length; `None` at the end. Nothing is lost if this is dropped
    /// before it is done.
    ///
    /// # Errors
    /// The connection broke, or it speaks of something else.
    pub(super) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let mut missing = ROOM_BYTES;
            if let Some(length) = self.buffer.first_chunk::<4>() {
                let length = u32::from_le_bytes(*length) as usize;
                if wire::BYTES_MAX + HEAD_BYTES < length {
                    let reason = format!("a frame of {length} bytes");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
                }
                if 4 + length <= self.buffer.len() {
                    self.buffer.advance(4);
                    return Ok(Some(self.buffer.split_to(length).freeze()));
                }
                missing = (4 + length - self.buffer.len()).min(ROOM_BYTES);
            }
            self.buffer.reserve(missing);
            if self.from.read_buf(&mut self.buffer).await? == 0 {
                let is_whole = self.buffer.is_empty();
                return if is_whole { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        }
    }
}

/// A call as it is sent.
fn call_frame(number: u64, body: &[u8]) -> BytesMut {
    let mut frame = frame(8 + body.len());
    frame.put_u64_le(number);
    frame.put_slice(body);
    frame
}

/// The number and the body of a call.
pub(super) fn read_call(mut frame: Bytes) -> Option<(u64, Bytes)> {
    let number = frame.try_get_u64_le().ok()?;
    Some((number, frame))
}

/// An answer as it is sent.
pub(super) fn answer_frame(number: u64, kind: Kind, clock: Millis, body: &[u8]) -> BytesMut {
    let mut frame = frame(HEAD_BYTES + body.len());
    frame.put_u64_le(number);
    frame.put_u8(match kind {
        Kind::Answer => 0,
        Kind::Refused => 1,
        Kind::Failed => 2,
    });
    frame.put_u64_le(clock.0);
    frame.put_slice(body);
    frame
}

fn frame(length: usize) -> BytesMut {
    let mut frame = BytesMut::with_capacity(4 + length);
    frame.put_u32_le(u32::try_from(length).expect("messages are bounded"));
    frame
}

/// An answer as it arrived.
struct Answered {
    kind: Kind,
    clock: Millis,
    body: Bytes,
}

fn read_answer(mut frame: Bytes) -> Option<(u64, Answered)> {
    let number = frame.try_get_u64_le().ok()?;
    let kind = match frame.try_get_u8().ok()? {
        0 => Kind::Answer,
        1 => Kind::Refused,
        2 => Kind::Failed,
        _ => return None,
    };
    let clock = Millis(frame.try_get_u64_le().ok()?);
    Some((number, Answered { kind, clock, body: frame }))
}

/// The calling end of a line.
pub(super) struct Line {
    writer: tokio::sync::Mutex<Box<dyn AsyncWrite + Send + Unpin>>,
    /// Whoever waits, by the numbers of their calls; `None` once the line is closed.
    waiting: Mutex<Option<HashMap<u64, oneshot::Sender<Answered>>>>,
    calls: AtomicU64,
    /// Since when calls wait without any answer.
    unanswered: Mutex<Option<Instant>>,
    used: Mutex<Instant>,
    closing: Notify,
    /// What the other end showed when the line began.
    theirs: Papers,
}

impl Line {
    /// A line over a connection on which both ends have shown their papers.
    pub(super) fn new<C>(connection: C, theirs: Papers) -> Arc<Line>
    where
        C: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (reader, writer) = split(connection);
        let line = Arc::new(Line {
            writer: tokio::sync::Mutex::new(boxed(writer)),
            waiting: Mutex::new(Some(HashMap::new())),
            calls: AtomicU64::new(0),
            unanswered: Mutex::default(),
            used: Mutex::new(Instant::now()),
            closing: Notify::new(),
            theirs,
        });
        tasks::spawn(Arc::clone(&line).listen(Frames::new(Box::pin(reader))));
        line
    }

    /// Whether a call may be sent.
    pub(super) fn is_fit(&self) -> bool {
        let used = *self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting().is_some() && used.elapsed() < UNUSED_MAX
    }

    /// Sends a call and waits for its answer.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) async fn call(&self, body: &[u8], patience: Duration) -> Result<Reply, CallError> {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        self.unanswered().get_or_insert_with(Instant::now);
        let (sender, answered) = oneshot::channel();
        match &mut *self.waiting() {
            Some(waiting) => _ = waiting.insert(number, sender),
            None => return Err(CallError::NotSent("the connection was closed".to_owned())),
        }
        let _waits = Waits { line: self, number };
        let whole = async {
            self.send(&call_frame(number, body)).await.map_err(|error| error.to_string())?;
            answered.await.map_err(|_closed| "the connection broke".to_owned())
        };
        let answered = match timeout(patience, whole).await {
            Ok(answered) => answered.map_err(CallError::Lost)?,
            Err(_elapsed) => {
                // Nobody may be there any more, and nothing would ever say so.
                if self.unanswered().is_some_and(|since| UNANSWERED_MAX <= since.elapsed()) {
                    self.close();
                }
                return Err(CallError::Lost(format!("no answer within {patience:?}")));
            }
        };
        let Answered { kind, clock, body } = answered;
        let reason = || String::from_utf8_lossy(&body).into_owned();
        match kind {
            Kind::Answer => Ok(Reply { papers: self.theirs, clock, body }),
            Kind::Refused => Err(CallError::Refused(reason())),
            Kind::Failed => Err(CallError::Lost(reason())),
        }
    }

    async fn send(&self, frame: &[u8]) -> io::Result<()> {
        let mut writer = self.writer.lock().await;
        // A frame that is cut short by whoever waits no longer spoils all that follow.
        let mut writing = Writing { line: self, is_whole: false };
        writer.write_all(frame).await?;
        writer.flush().await?;
        writing.is_whole = true;
        Ok(())
    }

    /// Takes answers in until the line is closed.
    async fn listen(self: Arc<Line>, mut frames: Frames<impl AsyncRead + Unpin>) {
        loop {
            let frame = tokio::select! {
                frame = frames.next() => frame,
                () = self.closing.notified() => break,
            };
            let answer = match frame {
                Ok(Some(frame)) => read_answer(frame),
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!(%error, "a line broke");
                    break;
                }
            };
            let Some((number, answered)) = answer else {
                tracing::warn!("a peer answers with what is no answer");
                break;
            };
            *self.unanswered() = None;
            let waits = self.waiting().as_mut().and_then(|waiting| waiting.remove(&number));
            if let Some(waits) = waits {
                // Whoever waited may have gone away, which is their right.
                let _gone = waits.send(answered);
            }
        }
        self.close();
    }

    /// Whoever still waits is told that the connection broke.
    fn close(&self) {
        self.waiting().take();
        self.closing.notify_one();
    }

    fn unanswered(&self) -> MutexGuard<'_, Option<Instant>> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Option<HashMap<u64, oneshot::Sender<Answered>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn boxed<C: AsyncWrite + Send + 'static>(
    writer: WriteHalf<C>,
) -> Box<dyn AsyncWrite + Send + Unpin> {
    Box::new(writer)
}

/// Forgets a call that nobody waits for any more.
struct Waits<'a> {
    line: &'a Line,
    number: u64,
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        if let Some(waiting) = &mut *self.line.waiting() {
            waiting.remove(&self.number);
        }
    }
}

/// Closes the line unless a frame was written whole.
struct Writing<'a> {
    line: &'a Line,
    is_whole: bool,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        if !self.is_whole {
            self.line.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;
    use crate::raft::transport::Party;

    const SOON: Duration = Duration::from_secs(10);

    fn line() -> (Arc<Line>, DuplexStream) {
        let party = Party { node: 2, disk: Some(5) };
        let theirs = Papers { cluster: Some(7), from: party, to: Party { node: 1, disk: None } };
        let (ours, other) = duplex(64);
        (Line::new(ours, theirs), other)
    }

    /// Answers so many calls with their own bodies, the last first.
    async fn echo(other: &mut DuplexStream, calls: usize) {
        let (reader, mut writer) = split(other);
        let mut frames = Frames::new(reader);
        let mut taken = Vec::new();
        while taken.len() < calls {
            let frame = frames.next().await.unwrap().expect("a call comes");
            taken.push(read_call(frame).expect("it is a call"));
        }
        for (number, body) in taken.into_iter().rev() {
            let frame = answer_frame(number, Kind::Answer, Millis(9), &body);
            writer.write_all(&frame).await.unwrap();
        }
    }

    /// Each call gets its own answer, in whatever order they come and however small the pieces are.
    #[tokio::test]
    async fn every_call_gets_its_answer() {
        let (line, mut other) = line();
        let (long, short) = (vec![7; 3000], vec![8; 3]);
        let (first, second, ()) =
            tokio::join!(line.call(&long, SOON), line.call(&short, SOON), echo(&mut other, 2));
        assert_eq!(first.unwrap().body, long);
        let second = second.unwrap();
        assert_eq!(
            (second.body, second.clock, second.papers.cluster),
            (short.into(), Millis(9), Some(7))
        );
        assert!(line.is_fit());
    }

    /// What the other end refuses or cannot answer comes with its reason.
    #[tokio::test]
    async fn reasons_come_back() {
        for (kind, due) in [
            (Kind::Refused, CallError::Refused("because".to_owned())),
            (Kind::Failed, CallError::Lost("because".to_owned())),
        ] {
            let (line, mut other) = line();
            let answer = answer_frame(0, kind, Millis(1), b"because");
            other.write_all(&answer).await.unwrap();
            assert_eq!(line.call(b"why", SOON).await.unwrap_err(), due);
        }
    }

    /// A line that breaks, or on which nothing comes, takes its calls with it and no new ones: who
    /// is told that a call was not sent may send it again.
    #[tokio::test(start_paused = true)]
    async fn a_broken_line_is_not_used_again() {
        let (broken, other) = line();
        drop(other);
        assert!(matches!(broken.call(b"lost", SOON).await, Err(CallError::Lost(_))));
        assert!(!broken.is_fit());
        assert!(matches!(broken.call(b"late", SOON).await, Err(CallError::NotSent(_))));
        let (silent, _other) = line();
        // A stall costs those whose patience is short, and nobody else.
        assert!(silent.call(b"a", Duration::from_millis(200)).await.is_err());
        assert!(silent.is_fit());
        let (short, long) =
            tokio::join!(silent.call(b"b", UNANSWERED_MAX), silent.call(b"c", SOON));
        assert!(matches!((short, long), (Err(CallError::Lost(_)), Err(CallError::Lost(_)))));
        assert!(!silent.is_fit(), "nothing was heard on it");
    }

    /// A slow call on a line on which others are answered costs itself alone.
    #[tokio::test(start_paused = true)]
    async fn a_slow_call_spoils_nothing() {
        let (line, mut other) = line();
        let patience = Duration::from_millis(200);
        let answered = answer_frame(1, Kind::Answer, Millis(1), b"here");
        let (slow, quick, ()) =
            tokio::join!(line.call(b"a", patience), line.call(b"b", SOON), async {
                sleep(patience / 2).await;
                other.write_all(&answered).await.unwrap();
            });
        assert!(matches!(slow, Err(CallError::Lost(_))));
        assert_eq!(quick.unwrap().body, "here");
        assert!(line.is_fit());
        // Until nobody has used it for long.
        sleep(UNUSED_MAX).await;
        assert!(!line.is_fit());
    }

    /// A frame that is cut short by whoever waits no longer closes the line, for what follows it
    /// would be read as the rest of it.
    #[tokio::test(start_paused = true)]
    async fn a_frame_is_whole_or_the_last() {
        let (line, _other) = line();
        let patience = Duration::from_millis(200);
        assert!(matches!(line.call(&[1; 1000], patience).await, Err(CallError::Lost(_))));
        assert!(!line.is_fit());
    }

    /// Lengths that no message has, ends within a frame, and what is no answer end a line.
    #[tokio::test]
    async fn nonsense_ends_a_line() {
        let all = |bytes: &'static [u8]| async move {
            let mut frames = Frames::new(bytes);
            loop {
                match frames.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(error) => return Some(error.kind()),
                }
            }
        };
        assert_eq!(all(b"").await, None);
        assert_eq!(all(b"\x01\0\0\0a\0\0\0\0").await, None);
        assert_eq!(all(b"\x02\0\0\0a").await, Some(io::ErrorKind::UnexpectedEof));
        assert_eq!(all(b"\xff\xff\xff\xffa").await, Some(io::ErrorKind::InvalidData));
        for nonsense in [&b"\x03\0\0\0abc"[..], b"\x11\0\0\0\0\0\0\0\0\0\0\0\x09\0\0\0\0\0\0\0\0"] {
            let (line, mut other) = line();
            other.write_all(nonsense).await.unwrap();
            assert!(matches!(line.call(b"hello", SOON).await, Err(CallError::Lost(_))));
        }
    }
}
