//! Drafts and settings: what nobody else sees.

use cremona_engine::ask::{Draft, DraftFor, Settings};

use super::Look;
use super::table::Table;
use crate::words::say;

/// Drafts with when they were saved, or those on hold with when they are to be sent.
pub fn drafts(drafts: &[Draft], look: &Look) -> String {
    if drafts.is_empty() && look.terminal {
        return say!(look.lang, "drafts-none") + "\n";
    }
    let when = if drafts.iter().any(|draft| draft.hold.is_some()) { "column-sent" } else { "column-saved" };
    let mut table = Table::new(look, &["column-draft", when, "column-for", "column-in", "column-text"]);
    for draft in drafts {
        let (what, target) = match &draft.target {
            DraftFor::Channel(id) => ("thread", id),
            DraftFor::Thread(id) => ("reply", id),
            DraftFor::Edit(id) => ("edit", id),
        };
        let shown = match &draft.target {
            DraftFor::Channel(_) => say!(look.lang, "draft-thread"),
            DraftFor::Thread(_) => say!(look.lang, "draft-reply"),
            DraftFor::Edit(_) => say!(look.lang, "draft-edit"),
        };
        let text = draft.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&draft.text);
        table.row(vec![
            look.id(&draft.id).to_owned(),
            look.when(draft.hold.as_ref().unwrap_or(&draft.saved)),
            if look.terminal { shown } else { what.to_owned() },
            look.id(target).to_owned(),
            text.to_owned(),
        ]);
    }
    table.finish(look)
}

/// Settings by name; what was not set is empty.
pub fn settings(settings: &Settings, look: &Look) -> String {
    let mut table = Table::new(look, &["column-setting", "column-value"]);
    for line in &settings.settings {
        table.row(vec![line.name.clone(), line.value.clone().unwrap_or_default()]);
    }
    table.finish(look)
}
