//! Bytes in and out, by peer: counted where streams meet the multiplexer, without what encryption
//! and the transport add.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use futures::{AsyncRead, AsyncWrite};
use libp2p::PeerId;
use libp2p::core::StreamMuxer;
use libp2p::core::muxing::{StreamMuxerBox, StreamMuxerEvent, SubstreamBox};

/// Counts of all peers that have a connection.
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    peers: Arc<Mutex<HashMap<PeerId, Weak<Counts>>>>,
}

/// Bytes of one peer, all its connections together, since its first one.
#[derive(Default)]
struct Counts {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Traffic {
    /// Bytes received from and sent to a peer.
    pub(crate) fn with(&self, peer: &PeerId) -> (u64, u64) {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = peers.get(peer).and_then(Weak::upgrade);
        counts.map_or((0, 0), |counts| (counts.received.load(Ordering::Relaxed), counts.sent.load(Ordering::Relaxed)))
    }

    /// The connection with its bytes counted.
    pub(crate) fn counted(&self, peer: PeerId, muxer: StreamMuxerBox) -> (PeerId, StreamMuxerBox) {
        (peer, StreamMuxerBox::new(Counted { inner: muxer, counts: self.counts(peer) }))
    }

    fn counts(&self, peer: PeerId) -> Arc<Counts> {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = peers.get(&peer).and_then(Weak::upgrade) {
            return counts;
        }
        peers.retain(|_, counts| counts.strong_count() > 0);
        let counts = Arc::new(Counts::default());
        peers.insert(peer, Arc::downgrade(&counts));
        counts
    }
}

/// A connection, or a stream of one, whose bytes are counted.
struct Counted<T> {
    inner: T,
    counts: Arc<Counts>,
}

impl StreamMuxer for Counted<StreamMuxerBox> {
    type Substream = Counted<SubstreamBox>;
    type Error = std::io::Error;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Self::Substream, Self::Error>> {
        let inner = ready!(Pin::new(&mut self.inner).poll_inbound(cx))?;
        Poll::Ready(Ok(Counted { inner, counts: self.counts.clone() }))
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Self::Substream, Self::Error>> {
        let inner = ready!(Pin::new(&mut self.inner).poll_outbound(cx))?;
        Poll::Ready(Ok(Counted { inner, counts: self.counts.clone() }))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.inner).poll_close(cx)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
        Pin::new(&mut self.inner).poll(cx)
    }
}

impl AsyncRead for Counted<SubstreamBox> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<Result<usize, std::io::Error>> {
        let len = ready!(Pin::new(&mut self.inner).poll_read(cx, bytes))?;
        self.counts.received.fetch_add(len as u64, Ordering::Relaxed);
        Poll::Ready(Ok(len))
    }
}

impl AsyncWrite for Counted<SubstreamBox> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, std::io::Error>> {
        let len = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        self.counts.sent.fetch_add(len as u64, Ordering::Relaxed);
        Poll::Ready(Ok(len))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), std::io::Error>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), std::io::Error>> {
        Pin::new(&mut self.inner).poll_close(cx)
    }
}
