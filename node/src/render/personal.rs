//! Drafts and settings: what nobody else sees.

use cremona_engine::ask::{Draft, DraftFor, Settings};

use super::table::Table;
use super::{Look, short_or_whole, when};

/// Drafts, the one saved last first.
pub fn drafts(drafts: &[Draft], look: &Look) -> String {
    if drafts.is_empty() && look.terminal {
        return "No drafts.\n".to_owned();
    }
    let mut table = Table::new(look, &["draft", "saved", "for", "in", "text"]);
    for draft in drafts {
        let (what, target) = match &draft.target {
            DraftFor::Channel(id) => ("thread", id),
            DraftFor::Thread(id) => ("reply", id),
            DraftFor::Edit(id) => ("edit", id),
        };
        let text = draft.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&draft.text);
        table.row(vec![
            short_or_whole(&draft.id, look),
            when(&draft.saved, look),
            what.to_owned(),
            short_or_whole(target, look),
            text.to_owned(),
        ]);
    }
    table.finish(look)
}

/// Settings by name; what was not set is empty.
pub fn settings(settings: &Settings, look: &Look) -> String {
    let mut table = Table::new(look, &["setting", "value"]);
    for line in &settings.settings {
        table.row(vec![line.name.clone(), line.value.clone().unwrap_or_default()]);
    }
    table.finish(look)
}
