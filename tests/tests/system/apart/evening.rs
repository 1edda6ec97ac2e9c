//! From Ana's Friday to the end of her Monday: she asks, and the others are not there.

use serde_json::json;

use super::{ANA, Apart, BO, CITRA};

/// The threads that Monday leaves behind.
pub struct Asked {
    pub plug: String,
    pub deposit: String,
    pub draft: String,
    pub thanks: String,
    pub closed: String,
}

impl Apart {
    /// Ana asks Bo, whose weekend has begun.
    pub fn friday_evening(&mut self) -> String {
        self.scene("2026-10-23T16:30-04:00", ANA, "Ana's week ends");
        self.opens(ANA);
        let asked = ("Which hall do we book?", "@Bo hall 4 or hall 7? The fair wants to know.");
        let hall = self.ana.posts(&mut self.page, "HALL", asked, &["--flag", "red"]);
        self.page.says(
            "Ana asks Bo which hall to book and flags it red: it needs him on his next working day. When that is, \
             she leaves to her node; Bo has published his hours. Bo's weekend has begun, and nothing disturbs it.",
        );
        self.closes(ANA);
        hall
    }

    /// The hour that London gains is in nobody's way: what is due, is due by Bo's clock.
    pub fn london_set_its_clocks_back(&mut self, hall: &str) {
        self.scene("2026-10-26T09:00+08:00", CITRA, "Citra begins the week");
        self.opens(CITRA);
        self.inbox(CITRA, &[]);
        let asked = ("Photos of the stand", "They are in the shared folder.");
        let photos = self.citra.posts(&mut self.page, "PHOTOS", asked, &["--flag", "green", "--to", "everyone"]);
        self.page.says("Nothing waits for Citra. She posts something that is good to know, and flags it green.");
        self.closes(CITRA);

        self.scene("2026-10-26T09:00+00:00", BO, "Bo's Monday");
        self.opens(BO);
        assert_eq!(self.bo.due(hall), "2026-10-26T17:30:00.000Z", "by winter time, though asked in summer time");
        self.page.says(
            "On Sunday London has set its clocks back. Ana's question is due when Bo's day ends by the clock on his \
             wall, an hour later than it would have been on Friday.",
        );
        self.inbox(
            BO,
            &[
                "red     Mon 26 Oct 17:30  Which hall do we book?              Ana asks you, 1 new for you",
                "green                     Photos of the stand                 good to know, from Citra",
            ],
        );
        self.bo.replies(&mut self.page, hall, "Hall 7, it has water.");
        self.bo.is_done_with(&mut self.page, &[hall, &photos]);
        self.inbox(BO, &[]);

        self.scene("2026-10-26T09:00-04:00", ANA, "Ana's Monday");
        self.opens(ANA);
        self.inbox(
            ANA,
            &[
                "                          Which hall do we book?              1 new",
                "green                     Photos of the stand                 good to know, from Citra",
            ],
        );
        let lines = self.ana.reads(hall);
        self.page.typed("Ana", &["read", hall]);
        self.page.shows(&lines);
        assert_eq!(
            lines,
            [
                "Fri 23 Oct 16:30  Ana: @Bo hall 4 or hall 7? The fair wants to know.",
                "Mon 26 Oct 05:00  Bo: Hall 7, it has water."
            ]
        );
        self.ana.is_done_with(&mut self.page, &[hall, &photos]);
    }

    /// Ana and Bo leave all kinds of things for others to find.
    pub fn anas_monday(&mut self) -> Asked {
        self.scene("2026-10-26T12:00-04:00", ANA, "something for Citra's morning");
        let thanks = self.thanks();
        let cards = ("New cards are printed", "Two boxes each, on your desks.");
        self.ana.posts(&mut self.page, "CARDS", cards, &["--flag", "green", "--to", "everyone"]);
        self.settles();
        self.nobody_sees_the_thanks_yet();

        self.scene("2026-10-26T16:30+00:00", BO, "Bo goes to the fair");
        let asked = ("Draft of the price list", "@Citra please look it over when you can.");
        let draft = self.bo.posts(&mut self.page, "DRAFT", asked, &["--flag", "yellow"]);
        let away = ["status", "set", "away", "setting up at the fair", "--emoji", "🚆", "--until", "wed 09:00"];
        self.bo.types(&mut self.page, &away);
        let bo = self.bo.types(&mut self.page, &["deputy", "Citra"]);
        assert_eq!((&bo["status"]["meaning"], &bo["deputy"]["name"]), (&json!("away"), &json!("Citra")));
        self.page.says(
            "Bo flags his draft yellow for Citra: a look within two of her working days. He is away until Wednesday, \
             says so, names Citra as his deputy, and shuts his laptop.",
        );
        self.closes(BO);

        self.scene("2026-10-26T16:30-04:00", ANA, "Ana's day ends");
        let (plug, deposit, closed) = self.last_things();
        self.closes(ANA);
        Asked { plug, deposit, draft, thanks, closed }
    }

    /// Thanks that are to be read in Citra's morning and not in the middle of her night.
    fn thanks(&mut self) -> String {
        let said = ("Thank you", "@Citra good morning! The stand was a triumph of yours.");
        let thanks = self.ana.posts(&mut self.page, "THANKS", said, &["--at", "their-morning"]);
        let scheduled = self.ana.ask(json!({ "verb": "scheduled" }));
        assert_eq!(scheduled["messages"][0]["embargo"], "2026-10-27T01:00:00.000Z", "09:00 in Singapore");
        self.page.says(
            "In Singapore it is midnight. Ana writes to Citra what is nicer to read in the morning, `their-morning`: \
             it travels at once, and is shown from 09:00 on Citra's clock, whether Ana's node is up then or not.",
        );
        thanks
    }

    /// Bo's node has it, sealed by a promise, and shows it nowhere.
    fn nobody_sees_the_thanks_yet(&mut self) {
        let found = self.bo.ask(json!({ "verb": "search", "query": "triumph", "limit": 10 }));
        assert_eq!(found["total"], 0, "{found}");
        let lines = self.bo.reads("general");
        assert!(lines.len() == 4 && !lines.iter().any(|line| line.contains("triumph")), "{lines:?}");
        self.page.says("Bo, who is up, has it too by now. His node shows it neither in the channel nor in a search.");
    }

    fn last_things(&mut self) -> (String, String, String) {
        let bo = self.ana.sees("Bo");
        assert_eq!((&bo["status"]["meaning"], &bo["open"]), (&json!("away"), &json!(false)));
        let until = self.ana.wall(&bo["status"]["until"]);
        assert_eq!(until, "Wed 28 Oct 05:00");
        let page = &mut self.page;
        let asked = ("Which plug does the stand need?", "@Citra the electrician asks.");
        let plug = self.ana.posts(page, "PLUG", asked, &["--flag", "red", "--by", "tue 12:00 Asia/Singapore"]);
        let asked = ("Can the deposit be paid today?", "@Bo the hall is ours once it is.");
        let deposit = self.ana.posts(page, "DEPOSIT", asked, &["--flag", "red", "--escalate"]);
        let text = "The office is closed until 3 January.";
        let announce = ["announce", "general", "--title", "Closed from 24 December", "--acknowledge", "-m", text];
        let closed = self.ana.types(page, &announce)["id"].as_str().unwrap().to_owned();
        page.calls(&closed, "CLOSED");
        self.page.says(&format!(
            "Ana has three more things. A red question for Citra, by noon *in Singapore*. A red one for Bo, who is \
             away until {until} by her clock: she lets it go to his deputy. And an announcement that everyone is \
             asked to acknowledge. Then she shuts her laptop. Hers is the last of the three: only the mailbox is up.",
        ));
        (plug, deposit, closed)
    }
}
