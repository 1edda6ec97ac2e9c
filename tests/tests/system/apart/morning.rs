//! Citra's morning, and what Ana and Bo find in theirs.

use serde_json::{Value, json};

use super::evening::Asked;
use super::{ANA, Apart, BO, CITRA};

impl Apart {
    /// Alone with the mailbox, she finds what needs her, the most urgent first.
    pub fn citras_tuesday(&mut self, asked: &Asked) {
        self.scene("2026-10-27T09:00+08:00", CITRA, "Citra's morning");
        self.opens(CITRA);
        self.page.says("Nobody else is up. Citra looks at her inbox:");
        assert_eq!(self.citra.due(&asked.deposit), "2026-10-27T10:00:00.000Z", "her day ends, not Bo's");
        self.inbox(
            CITRA,
            &[
                "red     Tue 27 Oct 12:00  Which plug does the stand need?     Ana asks you, 1 new for you",
                "red     Tue 27 Oct 18:00  Can the deposit be paid today?      Ana asks Bo, you stand in",
                "yellow  Thu 29 Oct 09:00  Draft of the price list             Bo asks you, 1 new for you",
                "                          Closed from 24 December             to be acknowledged, 1 new for you",
                "                          Thank you                           1 new for you",
                "green                     New cards are printed               good to know, from Ana",
            ],
        );
        self.page.says(
            "Every due time is by her clock: noon as Ana said; the end of *her* day for what she does in Bo's stead; \
             and for Bo's draft 48 hours that run on days on which she works. Ana's thanks came at 09:00, with Ana \
             asleep and her laptop shut:",
        );
        let lines = self.citra.reads(&asked.thanks);
        assert!(matches!(lines.as_slice(), [line] if line.ends_with("The stand was a triumph of yours.")), "{lines:?}");
        self.page.typed("Citra", &["read", &asked.thanks]);
        self.page.shows(&lines);
        self.citra_works_through_it(asked);
        self.closes(CITRA);
    }

    fn citra_works_through_it(&mut self, asked: &Asked) {
        let page = &mut self.page;
        self.citra.replies(page, &asked.thanks, "That made my day.");
        self.citra.types(page, &["mark", &asked.thanks]);
        self.citra.replies(page, &asked.plug, "Type G, two of them.");
        self.citra.replies(page, &asked.deposit, "Paid, in Bo's name.");
        self.citra.types(page, &["acknowledge", &asked.closed]);
        self.citra.is_done_with(page, &[&asked.plug, &asked.deposit, &asked.closed]);
        let later = self.citra.types(page, &["later", &asked.draft, "wed 10:00"]);
        assert_eq!((&later["not"], &later["time"]), (&json!("later"), &json!("2026-10-28T02:00:00.000Z")));
        self.inbox(CITRA, &["green                     New cards are printed               good to know, from Ana"]);
    }

    /// The answers are there when Ana's day begins.
    pub fn anas_tuesday(&mut self, asked: &Asked) {
        self.scene("2026-10-27T09:00-04:00", ANA, "Ana finds the answers");
        self.opens(ANA);
        self.inbox(
            ANA,
            &[
                "                          Thank you                           1 new",
                "                          Which plug does the stand need?     1 new",
                "                          Can the deposit be paid today?      1 new",
            ],
        );
        let closed = self.ana.ask(json!({ "verb": "read", "target": asked.closed, "limit": 10 }));
        let names = |value: &Value| json!(value.as_array().unwrap().iter().map(|one| &one["name"]).collect::<Vec<_>>());
        assert_eq!(names(&closed["messages"][0]["acknowledged"]), json!(["Citra"]));
        assert_eq!(self.ana.ask(json!({ "verb": "scheduled" }))["messages"], json!([]));
        self.ana.is_done_with(&mut self.page, &[&asked.thanks, &asked.plug, &asked.deposit]);
        self.inbox(ANA, &[]);
        self.page.says("Nobody waited for anybody. Of the announcement she sees that Citra has acknowledged it.");
        self.closes(ANA);
    }

    /// What was put off comes back, and a status ends without a word.
    pub fn bos_wednesday(&mut self, asked: &Asked) {
        self.scene("2026-10-28T09:45+08:00", CITRA, "a quiet quarter of an hour");
        self.opens(CITRA);
        self.inbox(CITRA, &["green                     New cards are printed               good to know, from Ana"]);
        self.scene("2026-10-28T10:00+08:00", CITRA, "what was put off is back");
        self.inbox(
            CITRA,
            &[
                "yellow  Thu 29 Oct 09:00  Draft of the price list             Bo asks you, 1 new for you, put off until Wed 28 Oct 10:00",
                "green                     New cards are printed               good to know, from Ana",
            ],
        );
        self.citra.replies(&mut self.page, &asked.draft, "Looks right. One typo in line 3.");
        self.citra.is_done_with(&mut self.page, &[&asked.draft]);
        self.a_status_ends_by_itself();

        self.scene("2026-10-28T09:05+00:00", BO, "Bo is back");
        self.opens(BO);
        self.inbox(
            BO,
            &[
                "red     Tue 27 Oct 17:30  Can the deposit be paid today?      Ana asks you, 1 new for you, overdue by 15 h 35 min",
                "                          Closed from 24 December             to be acknowledged, 1 new for you",
                "                          Draft of the price list             1 new",
                "green                     New cards are printed               good to know, from Ana",
            ],
        );
        self.page.says("What was asked of him on Monday night is overdue, and he sees at once that Citra stood in:");
        let lines = self.bo.reads(&asked.deposit);
        let page = &mut self.page;
        page.typed("Bo", &["read", &asked.deposit]);
        page.shows(&lines);
        self.bo.types(page, &["acknowledge", &asked.closed]);
        let cards = self.bo.row_titled("New cards are printed");
        self.bo.is_done_with(page, &[&asked.deposit, &asked.closed, &asked.draft, &cards]);
        self.inbox(BO, &[]);
        self.citra.is_done_with(&mut self.page, &[&cards]);
    }

    fn a_status_ends_by_itself(&mut self) {
        self.scene("2026-10-28T16:59+08:00", CITRA, "a status ends by itself");
        let root = self.citra.ask(json!({ "verb": "verify" }));
        let away = self.citra.sees("Bo")["status"].take();
        assert_eq!((&away["meaning"], self.citra.wall(&away["until"]).as_str()), (&json!("away"), "Wed 28 Oct 17:00"));
        super::set(&self.town, "2026-10-28T17:00+08:00");
        assert_eq!(self.citra.sees("Bo")["status"], Value::Null);
        assert_eq!(self.citra.ask(json!({ "verb": "verify" })), root, "nobody has said so");
        self.page.says(
            "At 16:59 Citra's node shows Bo as away 🚆, setting up at the fair. At 17:00 it shows nothing of the kind: \
             the status ended when it said it would, though Bo's laptop is still shut and no message was sent.",
        );
    }
}
