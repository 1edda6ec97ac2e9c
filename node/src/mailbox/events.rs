//! What a mailbox's network tells, in the order in which it was told.

use std::collections::VecDeque;
use std::time::Duration;

use cremona_net::Event;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::daemon::hint_of;

/// How long to wait for the first addresses to appear.
const LISTEN_DEADLINE: Duration = Duration::from_secs(5);
/// How long to wait for another one after the last.
const LISTEN_PAUSE: Duration = Duration::from_millis(50);

/// The events of a network. Whoever dials while the first addresses are waited for is told of after them.
pub(super) struct Events {
    early: VecDeque<Event>,
    rest: mpsc::UnboundedReceiver<Event>,
}

impl Events {
    pub(super) fn new(rest: mpsc::UnboundedReceiver<Event>) -> Self {
        Self { early: VecDeque::new(), rest }
    }

    /// The next one; none once the network is gone.
    pub(super) async fn next(&mut self) -> Option<Event> {
        match self.early.pop_front() {
            Some(event) => Some(event),
            None => self.rest.recv().await,
        }
    }

    /// `host:port`s of the first interfaces that listen: as many as are told before nothing is for a moment,
    /// others than loopback where there are any.
    pub(super) async fn first_addresses(&mut self) -> Vec<String> {
        let deadline = Instant::now() + LISTEN_DEADLINE;
        let mut found: Vec<String> = Vec::new();
        loop {
            let pause = if found.is_empty() { deadline } else { Instant::now() + LISTEN_PAUSE };
            match timeout_at(pause.min(deadline), self.rest.recv()).await {
                Ok(Some(Event::Listening { address })) => found.extend(hint_of(&address)),
                Ok(Some(event)) => self.early.push_back(event),
                Ok(None) | Err(_) => break,
            }
        }
        let local = |hint: &String| hint.starts_with("127.") || hint.starts_with("[::1]");
        let far: Vec<String> = found.iter().filter(|hint| !local(hint)).cloned().collect();
        if far.is_empty() { found } else { far }
    }
}

#[cfg(test)]
mod tests {
    use cremona_net::Peer;

    use super::*;

    #[tokio::test]
    async fn who_dials_before_all_addresses_are_known_is_told_of() {
        let (told, events) = mpsc::unbounded_channel();
        let mut events = Events::new(events);
        let peer = Peer([7; 32]);
        told.send(Event::Listening { address: "/ip4/127.0.0.1/tcp/4478".to_owned() }).unwrap();
        told.send(Event::Disconnected { peer, reason: "first".to_owned() }).unwrap();
        told.send(Event::Listening { address: "/ip4/10.0.0.7/tcp/4478".to_owned() }).unwrap();
        assert_eq!(events.first_addresses().await, ["10.0.0.7:4478"]);
        told.send(Event::Disconnected { peer, reason: "second".to_owned() }).unwrap();
        drop(told);
        let mut reasons = Vec::new();
        while let Some(event) = events.next().await {
            let Event::Disconnected { reason, .. } = event else { panic!("{event:?} was not told") };
            reasons.push(reason);
        }
        assert_eq!(reasons, ["first", "second"]);
    }
}
