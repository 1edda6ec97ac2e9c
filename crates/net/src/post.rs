//! What waits to be sent to one peer, shared by who queues, who writes, and who reads: an
//! acknowledgement that is read opens the window of what is written.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use libp2p::swarm::Stream;
use tokio::sync::Notify;

use crate::chunk::{CHUNK, Chunk};
use crate::frames::{MAX_FRAME, OUTBOX};
use crate::window::{Unsent, Window};

/// What a frame counts at least, in bytes, for its place in a queue.
pub(crate) const PLACE: usize = 64;

/// See the module.
pub(crate) struct Post<S = Stream> {
    state: Mutex<State<S>>,
    wake: Notify,
}

struct State<S> {
    /// Frames in order, the first of which may have been sent in part.
    ordered: VecDeque<Vec<u8>>,
    /// Bytes of the first one that were sent.
    offset: usize,
    /// Short frames that overtake those.
    first: VecDeque<Vec<u8>>,
    waiting: usize,
    window: Window,
    acknowledge: Option<u64>,
    beat: bool,
    answer: bool,
    /// Whether acknowledgements are not read, since the owner is behind with frames before them.
    deaf: bool,
    stream: Option<S>,
}

/// What the writer is to do.
pub(crate) enum Step<S> {
    /// Write this.
    Write(Vec<u8>),
    /// Go on with another stream.
    Move(S),
    /// Wait until something is to be done.
    Wait,
}

/// Why a frame can't be queued.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PutError {
    /// Over [`MAX_FRAME`].
    #[error("a frame of {0} bytes for it is over the limit")]
    TooLong(usize),
    /// Over [`OUTBOX`].
    #[error("it can't keep up with what is sent")]
    Full,
}

impl<S> Post<S> {
    /// With nothing to send.
    pub(crate) fn new() -> Self {
        let state = State {
            ordered: VecDeque::new(),
            offset: 0,
            first: VecDeque::new(),
            waiting: 0,
            window: Window::new(),
            acknowledge: None,
            beat: false,
            answer: false,
            deaf: false,
            stream: None,
        };
        Self { state: Mutex::new(state), wake: Notify::new() }
    }

    /// Queues a frame; a short one before all others, if it is to be first.
    pub(crate) fn put(&self, bytes: Vec<u8>, first: bool) -> Result<(), PutError> {
        let cost = bytes.len().saturating_add(PLACE);
        if bytes.len() > MAX_FRAME {
            return Err(PutError::TooLong(bytes.len()));
        }
        let mut state = self.state();
        if state.waiting.saturating_add(cost) > OUTBOX {
            return Err(PutError::Full);
        }
        state.waiting = state.waiting.saturating_add(cost);
        let queue = if first && bytes.len() <= CHUNK { &mut state.first } else { &mut state.ordered };
        queue.push_back(bytes);
        self.woken(state);
        Ok(())
    }

    /// The peer is to be told that so many bytes of it were taken in.
    pub(crate) fn acknowledge(&self, taken: u64) {
        let mut state = self.state();
        state.acknowledge = Some(taken);
        self.woken(state);
    }

    /// The peer says that it took in so many bytes.
    pub(crate) fn acknowledged(&self, taken: u64) -> Result<(), Unsent> {
        let mut state = self.state();
        state.window.acknowledged(taken, Instant::now())?;
        self.woken(state);
        Ok(())
    }

    /// The peer is to be asked whether it is there.
    pub(crate) fn beat(&self) {
        let mut state = self.state();
        state.beat = true;
        self.woken(state);
    }

    /// The peer is to be told that we are here.
    pub(crate) fn answer(&self) {
        let mut state = self.state();
        state.answer = true;
        self.woken(state);
    }

    /// Acknowledgements are not read for now, or again. Meanwhile the window holds nothing up, or two
    /// peers whose owners are behind would wait for each other.
    pub(crate) fn deaf(&self, deaf: bool) {
        let mut state = self.state();
        state.deaf = deaf;
        self.woken(state);
    }

    /// Everything goes by this stream from now on.
    pub(crate) fn take(&self, stream: S) {
        let mut state = self.state();
        state.stream = Some(stream);
        self.woken(state);
    }

    /// What to do next; without a stream, nothing is written.
    pub(crate) fn next(&self, has_stream: bool) -> Step<S> {
        let mut state = self.state();
        if let Some(stream) = state.stream.take() {
            state.window.another_path();
            return Step::Move(stream);
        }
        if has_stream { state.write().map_or(Step::Wait, Step::Write) } else { Step::Wait }
    }

    /// Waits until there may be something to do.
    pub(crate) async fn woken_up(&self) {
        self.wake.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn woken(&self, state: MutexGuard<'_, State<S>>) {
        drop(state);
        self.wake.notify_one();
    }
}

impl<S> State<S> {
    /// The next bytes to write, in one piece, so that a small frame is one packet.
    fn write(&mut self) -> Option<Vec<u8>> {
        let mut wire = Vec::new();
        if let Some(taken) = self.acknowledge.take() {
            Chunk::Taken(taken).write(&mut wire);
        }
        if std::mem::take(&mut self.answer) {
            Chunk::Here.write(&mut wire);
        }
        if std::mem::take(&mut self.beat) {
            Chunk::Beat.write(&mut wire);
        }
        if let Some(frame) = self.first.pop_front() {
            self.count(frame.len());
            self.waiting = self.waiting.saturating_sub(frame.len().saturating_add(PLACE));
            Chunk::First(&frame).write(&mut wire);
        } else if self.deaf || self.window.is_open() {
            self.part(&mut wire);
        }
        (!wire.is_empty()).then_some(wire)
    }

    fn part(&mut self, wire: &mut Vec<u8>) {
        let Some(frame) = self.ordered.front() else { return };
        let rest = frame.get(self.offset..).unwrap_or_default();
        let part = rest.get(..CHUNK).unwrap_or(rest);
        let (len, last) = (part.len(), part.len() == rest.len());
        Chunk::Part { bytes: part, last }.write(wire);
        let cost = frame.len().saturating_add(PLACE);
        self.offset = self.offset.saturating_add(len);
        self.count(len);
        if last {
            self.waiting = self.waiting.saturating_sub(cost);
            self.offset = 0;
            self.ordered.pop_front();
        }
    }

    fn count(&mut self, len: usize) {
        self.window.sent(len, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_takes_nothing_is_told_apart_from_a_frame_too_long() {
        let post = Post::<()>::new();
        assert!(matches!(post.put(vec![0; MAX_FRAME + 1], false), Err(PutError::TooLong(_))));
        let queued = (0..100).take_while(|_| post.put(vec![0; MAX_FRAME], false).is_ok()).count();
        assert_eq!(queued, 15);
        assert!(matches!(post.put(vec![0; MAX_FRAME], false), Err(PutError::Full)));
    }

    #[test]
    fn what_is_first_overtakes_bulk_that_waits_for_the_window() {
        let post = Post::<()>::new();
        post.put(vec![1; MAX_FRAME], false).expect("there is room");
        let mut bulk = 0;
        while let Step::Write(wire) = post.next(true) {
            bulk += wire.len();
        }
        assert!(bulk < 64 * 1024, "{bulk} bytes on the way");
        post.put(vec![2; 10], true).expect("there is room");
        let Step::Write(wire) = post.next(true) else { panic!("the short frame is due") };
        assert!(wire.ends_with(&[2; 10]) && wire.len() < 20);
        assert!(matches!(post.next(true), Step::Wait));
        post.acknowledged(8_192).expect("it was sent");
        assert!(matches!(post.next(true), Step::Write(_)));
        while let Step::Write(_) = post.next(true) {}
        post.deaf(true);
        assert!(matches!(post.next(true), Step::Write(_)), "who can't hear acknowledgements does not wait for them");
    }
}
