//! Mal has the workspace key and an honest node's network, and says on it whatever he likes.

use cremona_net::{Event, Peer, Settings};
use cremona_sync::Frame;
use cremona_sync::frame::{Entries, Hello, Slice, WantBundle, WireEntry};
use tokio::sync::oneshot;

/// See the module. He goes with the test.
pub struct Mal {
    /// Where to dial him.
    pub address: String,
    _stop: oneshot::Sender<()>,
}

/// What Mal sends to who asks him for a bundle, and unasked; he knows the entries that ana told him.
pub trait Plan: Send + 'static {
    /// To who has said hello.
    fn met(&mut self, entries: &[WireEntry]) -> Vec<Frame>;
    /// To who wants a bundle.
    fn asked(&mut self, want: &WantBundle) -> Vec<Frame>;
}

impl Mal {
    /// Mal, who has heard from the node at `honest` what there is.
    pub fn new(key: &str, honest: &str, plan: impl Plan) -> Self {
        let key = cremona_envelope::WorkspaceKey::parse(key).expect("the key of a test");
        let settings = Settings {
            identity_seed: [66; 32],
            workspace: key.workspace.0,
            knock: key.secret.knock_key(),
            listen: vec!["127.0.0.1:0".to_owned()],
            mdns: false,
            relay: false,
            upnp: false,
        };
        let (ready, address) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let honest = honest.to_owned();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                tokio::select! {
                    () = live(settings, &honest, plan, &ready) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address: address.recv().expect("mal listens and has heard from ana"), _stop: stop }
    }
}

async fn live(settings: Settings, honest: &str, mut plan: impl Plan, ready: &std::sync::mpsc::Sender<String>) {
    let (net, mut events) = cremona_net::start(settings).await.expect("mal listens");
    let mut listens = None;
    let mut entries: Vec<WireEntry> = Vec::new();
    let mut told = false;
    net.dial(honest);
    while let Some(event) = events.recv().await {
        match event {
            Event::Listening { address } if address.contains("/tcp/") => {
                let mut parts = address.split('/').skip(2);
                listens = parts.next().zip(parts.nth(1)).map(|(host, port)| format!("{host}:{port}"));
            }
            Event::Connected { peer, .. } => {
                let hello = Hello { root: [9; 32].into(), genesis: None, bundles: Some(true) };
                net.send(peer, Frame::Hello(hello).encode());
                // All that he has, he says, which is nothing: so ana tells all that she has.
                let nothing = Entries { prefix: Vec::new().into(), all: true, entries: Vec::new() };
                net.send(peer, Frame::Entries(nothing).encode());
            }
            Event::Frame { peer, frame } => answer(&net, peer, &frame.bytes, &mut entries, &mut plan),
            _ => {}
        }
        if let Some(address) = listens.clone().filter(|_| !entries.is_empty() && !told) {
            told = true;
            // Whoever waits for him has gone where nobody does.
            let _ = ready.send(address);
        }
    }
}

fn answer(net: &cremona_net::Handle, peer: Peer, bytes: &[u8], entries: &mut Vec<WireEntry>, plan: &mut impl Plan) {
    let frames = match Frame::decode(bytes) {
        Ok(Frame::Entries(told)) if !told.entries.is_empty() && entries.is_empty() => {
            entries.extend(told.entries);
            Vec::new()
        }
        Ok(Frame::Hello(_)) if !entries.is_empty() => plan.met(entries),
        Ok(Frame::WantBundle(want)) => plan.asked(&want),
        Ok(_) | Err(_) => Vec::new(),
    };
    for frame in frames {
        net.send(peer, frame.encode());
    }
}

/// All of it in one slice, under its right name.
pub fn slice(id: u32, bytes: Vec<u8>) -> Frame {
    let mut name = [0; 16];
    name.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
    let total = u32::try_from(bytes.len()).expect("a bundle is short");
    Frame::Slice(Slice { id, name: name.into(), total, offset: 0, bytes: bytes.into() })
}

/// Entries of a range, as news.
pub fn news(entries: &[WireEntry]) -> Frame {
    Frame::Entries(Entries { prefix: Vec::new().into(), all: false, entries: entries.to_vec() })
}
