//! Personal state: what one member alone knows of their own reading, as fields that merge.
//!
//! Read marks, done, later, follows, drafts and settings are not records: they are in no document
//! and in nobody else's sight. Each device of a member changes fields of its own accord, and what two
//! of them hold is merged field by field: [`Marks`] by the higher position, every [`Register`] by the
//! later write. Merging commutes, is associative, and a second time changes nothing, so devices that
//! have heard of the same writes hold the same state, in whatever order they heard of them.
//!
//! What a register says is bytes here: a later version may say more in a value, or have kinds of
//! registers that this one can't read, and both are merged and kept all the same. Start at [`Place`]
//! for what there is, [`value`] and [`Draft`] for what it says, [`wire`] for how it is written.

mod draft;
mod marks;
mod place;
mod register;
mod settings;
pub mod value;
pub mod wire;

use std::collections::BTreeMap;

pub use draft::{Draft, Hold, Target};
pub use marks::{MAX_LOGS, Marks, Positions};
pub use place::{DraftId, Key, MAX_NAME, Place, Scope};
pub use register::{Register, Written};
pub use settings::{MAX_SETTING, Setting};
pub use value::Follow;
pub use wire::{MAX_STATE, PersonalError};

/// One member's personal state, or a part of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Personal {
    /// How far was read.
    pub marks: BTreeMap<Scope, Marks>,
    /// Everything else.
    pub registers: BTreeMap<Place, Register>,
}

impl Personal {
    /// Takes in what another device holds; the fields that this changed, in order.
    pub fn merge(&mut self, other: &Self) -> Vec<Key> {
        let mut changed = Vec::new();
        for (scope, marks) in &other.marks {
            if self.marks.entry(*scope).or_default().join(marks) {
                changed.push(Key::Marks(*scope));
            }
        }
        for (place, register) in &other.registers {
            let news = match self.registers.get_mut(place) {
                Some(mine) => mine.join(register),
                None => self.registers.insert(place.clone(), register.clone()).is_none(),
            };
            if news {
                changed.push(Key::Register(place.clone()));
            }
        }
        changed
    }

    /// How far a thread of `channel` counts as read; see [`Marks::within`].
    #[must_use]
    pub fn read_up_to(&self, root: cremona_envelope::RecordId, channel: cremona_envelope::RecordId) -> Positions {
        let blank = Marks::default();
        let of = |scope| self.marks.get(&scope).unwrap_or(&blank);
        let unread = self.registers.get(&Place::Unread(root));
        of(Scope::Thread(root)).within(of(Scope::Channel(channel)), unread)
    }
}
