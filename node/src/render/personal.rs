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
    let late = look.terminal && drafts.iter().filter_map(|draft| draft.hold.as_deref()).any(crate::holding::is_late);
    let note = if late { say!(look.lang, "on-hold-late") + "\n" } else { String::new() };
    table.finish(look) + &note
}

/// Settings by name; what was not set is empty.
pub fn settings(settings: &Settings, look: &Look) -> String {
    let mut table = Table::new(look, &["column-setting", "column-value"]);
    for line in &settings.settings {
        table.row(vec![line.name.clone(), line.value.clone().unwrap_or_default()]);
    }
    table.finish(look)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(at: &str) -> Draft {
        Draft {
            id: "42764a7155c87643a0701cb450bb949e".to_owned(),
            target: DraftFor::Channel("1f998d8ca59d7a7de2c032c047fea4c5".to_owned()),
            text: "Standup in ten".to_owned(),
            title: None,
            saved: "2026-11-28T10:12:15.319Z".to_owned(),
            hold: Some(at.to_owned()),
        }
    }

    #[test]
    fn what_is_on_hold_says_when_it_is_to_be_sent_and_whether_it_is_late() {
        let look = Look::at_terminal(80);
        let shown = drafts(&[held("2199-01-01T00:00:00.000Z")], &look);
        assert!(shown.contains("to be sent") && !shown.contains("late"), "{shown}");
        let shown = drafts(&[held("2026-01-01T00:00:00.000Z")], &look);
        assert!(shown.contains("What is late can’t be sent"), "{shown}");
    }
}
