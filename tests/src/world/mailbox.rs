//! The mailbox of a world: beside the people and not among them, often down, now and then lost.

use std::path::{Path, PathBuf};

use cremona_engine::mailbox::holding;
use cremona_engine::{Effect, Mailbox, Peer, Quota};
use cremona_envelope::{DeviceId, Time};
use cremona_store::{BodyRow, Read, Shelf, ShelfRead, ShelfReader, Store, StoreError};

use super::node::identity;
use super::promises::Kept;
use super::{Who, World};

/// The mailbox, where a node is meant.
pub const BOX: Who = 1_000;
/// Room for everything.
pub const AMPLE: Quota = Quota { total: 1 << 40, device: 1 << 40 };

/// See the module.
pub struct Station {
    /// When it last ran for nothing but time.
    pub(crate) ticked: u64,
    name: String,
    dir: PathBuf,
    quota: Quota,
    engine: Option<Mailbox>,
    copy: Option<PathBuf>,
}

impl Station {
    fn file(&self) -> PathBuf {
        self.dir.join("box")
    }

    /// Its device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        identity(&self.name).device()
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.engine.is_some()
    }

    /// The engine, while it runs.
    pub(crate) fn engine(&mut self) -> Option<&mut Mailbox> {
        self.engine.as_mut()
    }

    /// When it wants to run though nothing happened.
    pub(crate) fn wake(&self) -> Option<u64> {
        Some(self.engine.as_ref()?.wake_at()?.0.max(self.ticked + 50))
    }
}

impl World {
    /// A new mailbox; one that was there is lost with its disk. It still has to be announced.
    pub fn new_mailbox(&mut self, quota: Quota) -> DeviceId {
        self.mailbox_down(false);
        let dir = self.directory();
        std::fs::create_dir_all(&dir).expect("a test may write its own directory");
        let name = format!("box in {}", dir.file_name().unwrap_or_default().display());
        let station = Station { ticked: self.now, name, dir, quota, engine: None, copy: None };
        let device = station.device();
        self.mailbox = Some(station);
        self.mailbox_up();
        device
    }

    /// Starts the mailbox, where it is down.
    pub fn mailbox_up(&mut self) {
        let workspace = self.common.workspace;
        let Some(station) = self.mailbox.as_mut().filter(|station| !station.is_up()) else { return };
        let shelf = Shelf::open(&station.file()).unwrap_or_else(|error| panic!("the shelf: {error}"));
        let engine = Mailbox::open(shelf, station.device(), workspace, station.quota);
        station.engine = Some(engine.unwrap_or_else(|error| panic!("the mailbox: {error}")));
        self.carry_out(BOX);
    }

    /// Ends the mailbox, in good order or not.
    pub fn mailbox_down(&mut self, in_order: bool) {
        if !self.mailbox_is_up() {
            return;
        }
        self.down(BOX);
        let engine = self.mailbox.as_mut().and_then(|station| station.engine.take());
        if let Some(mut engine) = engine.filter(|_| in_order) {
            engine.close();
        }
    }

    /// Starts it with another size.
    pub fn resize_mailbox(&mut self, quota: Quota) {
        self.mailbox_down(true);
        if let Some(station) = &mut self.mailbox {
            station.quota = quota;
        }
        self.mailbox_up();
    }

    /// Copies its files away.
    pub fn back_up_mailbox(&mut self) {
        self.mailbox_down(true);
        let to = self.directory();
        if let Some(station) = &mut self.mailbox {
            copy_all(&station.dir, &to);
            station.copy = Some(to);
        }
        self.mailbox_up();
    }

    /// Puts the copy back in its place, if there is one.
    pub fn restore_mailbox(&mut self) {
        let Some(copy) = self.mailbox.as_ref().and_then(|station| station.copy.clone()) else { return };
        self.mailbox_down(false);
        if let Some(station) = &self.mailbox {
            std::fs::remove_dir_all(&station.dir).expect("a test may remove its own directory");
            copy_all(&copy, &station.dir);
        }
        self.mailbox_up();
    }

    /// Whether there is one, and it runs.
    #[must_use]
    pub fn mailbox_is_up(&self) -> bool {
        self.mailbox.as_ref().is_some_and(Station::is_up)
    }

    /// Its root, while it runs.
    pub fn mailbox_root(&mut self) -> Option<[u8; 32]> {
        Some(self.mailbox.as_mut()?.engine()?.root())
    }

    /// The mailbox holds the same set, none of the words, and no body that is erased at `member`. Whoever
    /// withholds or lies may not have told yet which of his own are.
    pub fn mailbox_is_blind_and_obeys(&mut self, member: Who, kept: &[Kept]) {
        let root = self.digest(member).root;
        // What is erased has to be off the disk after a while, and after an orderly end.
        self.mailbox_down(true);
        let (liar, withholder) = (self.net.liar, self.net.withholder.map(|known| known.who));
        let untold: Vec<Peer> = liar.into_iter().chain(withholder).map(|who| self.nodes[who].peer()).collect();
        let station = self.mailbox.as_ref().expect("there is one");
        let bytes = bytes_of(&station.dir);
        for kept in kept {
            let at = bytes.windows(kept.word.len()).position(|window| window == kept.word.as_bytes());
            assert_eq!(at, None, "the mailbox's disk holds a word of {kept:?}");
        }
        let shelf = ShelfReader::open(&station.file()).expect("the shelf can be read");
        let store = Store::open(&self.nodes[member].file()).expect("a second connection may read");
        shelf
            .read(|shelf| {
                let held = holding(&shelf).expect("the shelf can be read");
                assert_eq!(held.root, root, "the mailbox holds another set");
                store.read(|store| obeys(&shelf, &store, &untold))
            })
            .expect("both can be read");
        self.mailbox_up();
    }

    pub(crate) fn poll(&mut self, who: Who) -> Option<Effect> {
        if who == BOX {
            return self.mailbox.as_mut()?.engine()?.poll_effect();
        }
        self.nodes[who].engine.poll_effect()
    }

    pub(crate) fn peer(&self, who: Who) -> Peer {
        match &self.mailbox {
            Some(station) if who == BOX => Peer(station.device().0),
            _ => self.nodes[who].peer(),
        }
    }

    /// Whose device a node has.
    pub(crate) fn whose(&self, who: Who) -> &str {
        match &self.mailbox {
            Some(station) if who == BOX => &station.name,
            _ => &self.nodes[who].whose,
        }
    }

    pub(crate) fn tell_mailbox(&mut self, input: cremona_engine::Input) {
        let now = Time(self.now);
        let Some(engine) = self.mailbox.as_mut().and_then(Station::engine) else { return };
        engine.handle(input, now).unwrap_or_else(|error| panic!("the mailbox fails: {error}"));
        self.carry_out(BOX);
    }
}

/// Every body that is erased at a member's is erased on the shelf, but for those of devices in `untold`.
fn obeys(shelf: &ShelfRead<'_>, store: &Read<'_>, untold: &[Peer]) -> Result<(), StoreError> {
    for log in store.logs()?.into_iter().filter(|log| !untold.contains(&Peer(log.device.0))) {
        let Some(kept) = shelf.log(&log.id)? else { continue };
        for row in store.envelopes(log.no, 0, u64::MAX >> 1, u32::MAX)? {
            let held = matches!(store.body(log.no, row.seq)?, Some(BodyRow::Plain(_) | BodyRow::Text { .. }));
            let there = shelf.body(kept.no, row.seq)?.is_some();
            assert!(held || !there, "the mailbox holds the body of {} {}, which is erased", log.device, row.seq);
        }
    }
    Ok(())
}

fn bytes_of(dir: &Path) -> Vec<u8> {
    let entries = std::fs::read_dir(dir).expect("a test may read its own directory").flatten();
    entries.flat_map(|entry| std::fs::read(entry.path()).expect("nobody takes its files away")).collect()
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a test may write its own directory");
    for entry in std::fs::read_dir(from).expect("a test may read its own directory").flatten() {
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a test may copy its own files");
    }
}
