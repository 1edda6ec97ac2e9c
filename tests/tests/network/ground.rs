//! What a row stands on: its seed, its folder, its namespaces.

use std::path::PathBuf;

use crate::history;
use crate::member::Member;
use crate::person::Town;
use crate::space::Space;

/// See the module. Rows drop what they made on it before it goes.
pub struct Ground {
    pub seed: u64,
    pub town: Town,
    row: usize,
}

impl Ground {
    /// The ground of the row with this number.
    pub fn new(row: usize, seed: u64) -> Self {
        Self { seed: seed.wrapping_add(row as u64 * 1_000), town: Town::new(), row }
    }

    /// A namespace for someone, or something.
    pub fn space(&self, who: &str) -> Space {
        Space::new(self.row, who)
    }

    /// Someone who lives in a namespace.
    pub fn member(&self, name: &'static str, space: &Space) -> Member {
        Member::new(&self.town, name, space)
    }

    /// An archive of so many messages, each with a text of so many bytes that hardly gets smaller.
    pub fn history(&self, messages: usize, bytes: usize) -> PathBuf {
        history::archive(self.town.folder.path(), messages, bytes, self.seed)
    }
}
