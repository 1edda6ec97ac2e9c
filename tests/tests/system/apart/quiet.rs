//! Citra's evening: her laptop stays open, and leaves her in peace.

use std::path::Path;

use serde_json::{Value, json};

use super::{Apart, BO, CITRA};
use crate::person::until;

impl Apart {
    /// Bo has two things for her after her day has ended; they come as one digest when the next begins.
    pub fn citras_evening(&mut self) {
        let told = self.town.folder.path().join("told");
        let hook = format!("cat >> '{0}'; echo >> '{0}'", told.display());
        self.citra.ask(json!({ "verb": "set", "name": "notify", "value": hook }));
        self.scene("2026-10-28T18:30+08:00", CITRA, "quiet hours");
        assert_eq!(self.citra.sees("Citra")["open"], false);
        let page = &mut self.page;
        let asked = ("Who takes the booth down?", "@Citra is your cousin free on Friday?");
        let booth = self.bo.posts(page, "BOOTH", asked, &["--flag", "red"]);
        let said = ("Thanks for standing in", "@Citra you saved the day.");
        let praise = self.bo.posts(page, "PRAISE", said, &[]);
        self.settles();
        let state = self.citra.ask(json!({ "verb": "notices" }));
        assert_eq!((&state["notices"], &state["quiet_until"]), (&json!([]), &json!("2026-10-29T01:00:00.000Z")));
        let quiet_until = self.citra.wall(&state["quiet_until"]);
        self.page.says(&format!(
            "Citra has left her laptop open. Bo, whose day has just begun, writes twice. Her node has both within a \
             second and says nothing: outside her hours it is quiet, until {quiet_until}.",
        ));
        self.closes(BO);

        self.scene("2026-10-29T09:00+08:00", CITRA, "what the quiet held back");
        let batches = || batches(&told);
        until("she is told", || {
            // Whoever looks at the screen wakes the machine too.
            self.citra.sees("Citra");
            !batches().is_empty()
        });
        let batches = batches();
        let titles: Vec<&Value> = batches[0]["notices"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
        assert_eq!(titles, ["Who takes the booth down?", "Thanks for standing in"]);
        assert_eq!((batches.len(), &batches[0]["digest"]), (1, &json!(true)));
        self.page.says("At nine she is told of both, once, in one notification, and finds them in her inbox:");
        self.inbox(
            CITRA,
            &[
                "red     Thu 29 Oct 18:00  Who takes the booth down?           Bo asks you, 1 new for you",
                "                          Thanks for standing in              1 new for you",
            ],
        );
        self.citra.is_done_with(&mut self.page, &[&booth, &praise]);
        self.closes(CITRA);
    }
}

/// What her program was given so far, each time whole.
fn batches(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
