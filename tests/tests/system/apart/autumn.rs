//! The night in which New York sets its clocks back, a week after London.

use serde_json::{Value, json};

use super::{ANA, Apart, BO, CITRA};
use crate::person::check_refusal;

impl Apart {
    /// What is asked before that night is due after it by the clock on Ana's wall.
    pub fn new_york_sets_its_clocks_back(&mut self) {
        self.asked_on_friday();
        self.anas_last_hour_of_summer();
        self.scene("2026-11-02T09:00+08:00", CITRA, "Monday, and still Sunday in New York");
        self.opens(CITRA);
        let asked = ("The crate is at customs", "@Ana they want the invoice.");
        let crate_ = self.citra.posts(&mut self.page, "CRATE", asked, &["--flag", "red"]);
        self.page.says("Citra needs Ana on her next working day, and flags it red. It is Sunday evening there.");
        self.closes(CITRA);
        self.bo_looks_for_ana();
        self.anas_first_morning_of_winter(&crate_);
    }

    fn asked_on_friday(&mut self) {
        self.scene("2026-10-30T17:00+08:00", CITRA, "Citra's week ends");
        self.opens(CITRA);
        let asked = ("Contract with the printer", "@Ana please read it before we sign.");
        self.citra.posts(&mut self.page, "CONTRACT", asked, &["--flag", "yellow"]);
        self.page.says("Citra flags a contract yellow for Ana: a look within two working days of hers.");
        self.closes(CITRA);
        self.scene("2026-10-30T16:00+00:00", BO, "Bo's week ends");
        self.opens(BO);
        let asked = ("Who calls the printer?", "@Ana can you? They open at ten.");
        self.bo.posts(&mut self.page, "PRINTER", asked, &["--flag", "red", "--by", "mon 10:00 America/New_York"]);
        self.page.says("Bo asks Ana to call them by ten on Monday, by *her* clock.");
        self.closes(BO);
    }

    fn anas_last_hour_of_summer(&mut self) {
        self.scene("2026-10-30T16:30-04:00", ANA, "the last hour of summer time");
        self.opens(ANA);
        self.inbox(
            ANA,
            &[
                "red     Mon 2 Nov 10:00   Who calls the printer?              Bo asks you, 1 new for you",
                "yellow  Tue 3 Nov 09:00   Contract with the printer           Citra asks you, 1 new for you",
            ],
        );
        let call = self.ana.row_titled("Who calls the printer?");
        let contract = self.ana.row_titled("Contract with the printer");
        assert_eq!(self.ana.due(&call), "2026-11-02T15:00:00.000Z", "10:00 in winter time, 16 hours and one later");
        assert_eq!(self.ana.due(&contract), "2026-11-03T14:00:00.000Z");
        let team = |members: Value| self.ana.ask(json!({ "verb": "team", "members": members, "days": 4 }));
        let two = team(json!(["Ana", "Bo"]));
        assert_eq!(two["next_for_all"], "2026-11-02T14:00:00.000Z", "09:00 in New York, 14:00 in London");
        assert_eq!(team(json!([]))["next_for_all"], Value::Null, "no hour suits all three");
        let next = self.ana.wall(&two["next_for_all"]);
        self.page.says(&format!(
            "Both times stand after the night in which New York's clocks go back, and both are already right. The next \
             half-hour in which she and Bo both work is {next}; one for all three there is none, and the node says so."
        ));
        self.page.says("On Sunday half past one happens twice. A message for 01:30 is refused, with both readings:");
        let half_past_one = ["post", "general", "--at", "2026-11-01 01:30", "-m", "@Bo are you up?"];
        let refused = self.ana.person.run(&half_past_one);
        check_refusal(&refused, &half_past_one, 2, "01:30 happens twice on 2026-11-01");
        self.page.typed("Ana", &half_past_one);
        let said = String::from_utf8(refused.stderr).unwrap();
        self.page.shows(&said.lines().map(str::to_owned).collect::<Vec<_>>());
        self.closes(ANA);
    }

    fn bo_looks_for_ana(&mut self) {
        self.scene("2026-11-02T13:30+00:00", BO, "where is Ana?");
        self.opens(BO);
        let ana = self.bo.sees("Ana");
        assert_eq!((&ana["open"], &ana["wall"]), (&json!(false), &json!("2026-11-02 08:30")));
        assert_eq!(ana["turns"], "2026-11-02T14:00:00.000Z");
        self.page.says(&format!(
            "Last Monday Ana was at her desk at this hour. Bo's node says that it is 08:30 there, and that she begins \
             at {} by his clock: the two are five hours apart again.",
            self.bo.wall(&ana["turns"])
        ));
    }

    fn anas_first_morning_of_winter(&mut self, crate_: &str) {
        self.scene("2026-11-02T09:00-05:00", ANA, "Ana's first morning of winter time");
        self.opens(ANA);
        assert_eq!(self.ana.due(crate_), "2026-11-02T22:00:00.000Z", "17:00 in winter time");
        self.inbox(
            ANA,
            &[
                "red     Mon 2 Nov 10:00   Who calls the printer?              Bo asks you, 1 new for you",
                "red     Mon 2 Nov 17:00   The crate is at customs             Citra asks you, 1 new for you",
                "yellow  Tue 3 Nov 09:00   Contract with the printer           Citra asks you, 1 new for you",
            ],
        );
        self.page.says(
            "She begins with the first. Nobody has written a reminder, nobody was woken, and nothing was lost: the \
             run ends by comparing all that the three nodes hold, and they hold the same, each message once.",
        );
        self.closes(ANA);
        self.closes(BO);
    }
}
