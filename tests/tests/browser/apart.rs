//! A day apart, in three pages: New York, London and Singapore. Whoever is at work has their own node and the
//! mailbox, and nobody else: the clock is moved from one working day to the next.

use serde_json::json;

use crate::browser::Browser;
use crate::keeper::Mailbox;
use crate::person::{Person, until};
use crate::stage::Stage;

const ANA: usize = 0;
const BO: usize = 1;
const CITRA: usize = 2;
/// Who they are, where, and when they work and have joined.
const PEOPLE: [(&str, &str, &str, &str); 3] = [
    ("Ana", "America/New_York", "mon-fri 09:00-17:00", "2026-10-22T09:30-04:00"),
    ("Bo", "Europe/London", "mon-fri 09:00-17:30", "2026-10-23T10:30+01:00"),
    ("Citra", "Asia/Singapore", "mon-fri 09:00-18:00", "2026-10-23T17:40+08:00"),
];

struct Apart {
    people: [Person; 3],
    mailbox: Mailbox,
    stage: Stage,
}

#[test]
fn three_who_are_never_awake_together_find_ask_and_answer_all_on_their_pages() {
    let Some(stage) = Stage::enter() else { return };
    let mut apart = Apart::begin(stage);
    apart.anas_monday();
    apart.bos_monday();
    let draft = apart.citras_tuesday();
    apart.bos_tuesday();
    apart.anas_tuesday();
    // A day later each page shows the same, with nobody else up.
    let shown = [(CITRA, "2026-10-28T09:00+08:00"), (BO, "2026-10-28T09:00+00:00"), (ANA, "2026-10-28T09:00-04:00")]
        .map(|(who, moment)| {
            let mut page = apart.morning(who, moment);
            page.go(&format!("/t/{draft}"));
            page.see_in("#messages", "Then we are ready");
            let shown = page.script(SHOWN, &[]);
            apart.evening(who, page);
            shown
        });
    let said = json!([
        ["Bo", "@Citra please look it over when you can."],
        ["Citra", "@Bo one typo in line 3; can you sign it today?"],
        ["Bo", "Signed."],
        ["Ana", "Then we are ready"],
    ]);
    assert_eq!(shown, [said.clone(), said.clone(), said]);
}

/// Who said what in the thread that is shown.
const SHOWN: &str = "return [...document.querySelectorAll('#messages .message')].map((one) => \
     [one.querySelector('.byline h2').innerText.trim(), one.querySelector('.prose').innerText.trim()])";

impl Apart {
    /// Ana has founded and paired the mailbox; each has joined in their own hours.
    fn begin(mut stage: Stage) -> Self {
        stage.clock(PEOPLE[ANA].3);
        let people = PEOPLE.map(|(name, zone, ..)| {
            let mut person = stage.town.person(&name.to_lowercase());
            person.variables.extend([("TZ", zone.into()), ("LC_ALL", "C".into())]);
            person
        });
        people[ANA].ask(&["init", "--workspace", "Harbour", "--as", "Ana"]);
        let mailbox = Mailbox::init(&stage.town, "mailbox");
        let mut apart = Self { people, mailbox, stage };
        apart.mailbox.up(&[]);
        let mut key = String::new();
        for (who, (name, _, hours, moment)) in PEOPLE.into_iter().enumerate() {
            apart.stage.clock(moment);
            let person = &mut apart.people[who];
            if who != ANA {
                person.ask(&["join", &key, "--as", name]);
            }
            person.up();
            if who == ANA {
                apart.mailbox.paired_by(person);
                key = person.text(&["key"], "key");
            }
            until("they have joined", || person.ask(&["status"])["joined"] == true);
            person.ask(&["hours", hours]);
            apart.settles(who);
            apart.people[who].stop();
        }
        apart
    }

    /// Waits until the mailbox and the one who is up hold the same.
    fn settles(&self, who: usize) {
        until("the mailbox holds the same", || self.mailbox.has_root_of(&self.people[who]));
    }

    /// Someone opens their laptop, and their page.
    fn morning(&mut self, who: usize, moment: &str) -> Browser {
        self.stage.clock(moment);
        self.people[who].up();
        self.settles(who);
        Browser::at(&self.people[who], PEOPLE[who].0)
    }

    /// They shut it, once the mailbox has what they said.
    fn evening(&mut self, who: usize, page: Browser) {
        drop(page);
        self.settles(who);
        self.people[who].stop();
    }

    /// Ana asks, tells, and leaves thanks for Citra's morning.
    fn anas_monday(&mut self) {
        let mut page = self.morning(ANA, "2026-10-26T12:00-04:00");
        let red = &["red", "tue 12:00 Asia/Singapore", "", "now"];
        starts(&mut page, "Which plug does the stand need?", "@Citra the electrician asks.", red);
        page.see_in("header", "Ana, for Citra");
        starts(&mut page, "New cards are printed", "Two boxes each, on your desks.", &["green", "", "everyone", "now"]);
        page.see_in("header", "everyone");
        starts(&mut page, "Thank you", "@Citra the stand was a triumph of yours.", &["", "", "", "their-morning"]);
        page.arrives("/scheduled");
        // 09:00 in Singapore, by the clock in New York.
        page.see_in("#list", "21:00");
        self.evening(ANA, page);
    }

    /// Bo sees what is for everyone, nothing of the thanks, and asks Citra too.
    fn bos_monday(&mut self) {
        let mut page = self.morning(BO, "2026-10-26T16:30+00:00");
        inbox(&mut page, &["New cards are printed"]);
        let yellow = &["yellow", "", "", "now"];
        starts(&mut page, "Draft of the price list", "@Citra please look it over when you can.", yellow);
        page.see_in("header", "Bo, for Citra");
        page.click_words("#general");
        page.see_in("#list", "Draft of the price list");
        assert!(!page.words().contains("Thank you"), "Bo sees it before Citra's morning");
        self.evening(BO, page);
    }

    /// Citra finds it all, the most urgent first, with both others asleep; gives the thread of the draft.
    fn citras_tuesday(&mut self) -> String {
        let mut page = self.morning(CITRA, "2026-10-27T09:00+08:00");
        let plug = "Which plug does the stand need?";
        inbox(&mut page, &[plug, "Draft of the price list", "Thank you", "New cards are printed"]);
        page.see_in("#list .due", "12:00");
        answers(&mut page, plug, "Type G, two of them.", "");
        answers(&mut page, "Thank you", "That made my day.", "");
        answers(&mut page, "Draft of the price list", "@Bo one typo in line 3; can you sign it today?", "red");
        let draft = page.path().trim_start_matches("/t/").chars().take_while(char::is_ascii_hexdigit).collect();
        page.click("#rail a[href='/']");
        inbox(&mut page, &[plug, "Draft of the price list", "New cards are printed"]);
        for left in (0..3).rev() {
            page.press("j");
            page.press("e");
            page.until(
                "one less",
                "return document.querySelectorAll('#list .row').length === arguments[0]",
                &[left.into()],
            );
        }
        page.see("Nothing needs you");
        self.evening(CITRA, page);
        draft
    }

    /// Bo finds Citra's flag first, and signs.
    fn bos_tuesday(&mut self) {
        let mut page = self.morning(BO, "2026-10-27T09:00+00:00");
        inbox(&mut page, &["Draft of the price list", "New cards are printed"]);
        page.see_in("#g-red", "Needs you today");
        answers(&mut page, "Draft of the price list", "Signed.", "");
        page.click_words("Done");
        page.until("it is done", "return !document.querySelector('button[value=done]')", &[]);
        page.click("#rail a[href='/']");
        inbox(&mut page, &["New cards are printed"]);
        self.evening(BO, page);
    }

    /// Ana finds her answers when her day begins, and what she had scheduled is scheduled no more.
    fn anas_tuesday(&mut self) {
        let mut page = self.morning(ANA, "2026-10-27T09:00-04:00");
        page.see_in("#list", "Thank you");
        page.see_in("#list", "Which plug does the stand need?");
        page.click_words("Which plug does the stand need?");
        page.see_in("#messages", "Type G, two of them.");
        page.go("/scheduled");
        page.see("Nothing is scheduled");
        page.click_words("#general");
        page.click_words("Draft of the price list");
        page.see_in("#messages", "Signed.");
        page.fill("#reply", "Then we are ready");
        page.click_words("Send");
        page.see_in("#messages", "Then we are ready");
        self.evening(ANA, page);
    }
}

/// Starts a thread: how soon, by when, for whom, and when it is shown.
fn starts(page: &mut Browser, title: &str, text: &str, [flag, by, to, when]: &[&str; 4]) {
    page.click_words("#general");
    page.click_words("New thread");
    page.fill("#title", title);
    page.fill("#text", text);
    page.click(&format!("input[name='flag'][value='{flag}']"));
    page.fill("#by", by);
    page.fill("#to", to);
    page.click(&format!("input[name='when'][value='{when}']"));
    page.click_words("Send");
}

/// Opens a thread from the inbox and answers, with a flag or without.
fn answers(page: &mut Browser, title: &str, text: &str, flag: &str) {
    page.click("#rail a[href='/']");
    page.see_in("#list", title);
    page.click_words(title);
    page.see_in("h1", title);
    page.fill("#reply", text);
    page.click(&format!("#composer label:has(input[name='flag'][value='{flag}'])"));
    page.click_words("Send");
    page.see_in("#messages", text);
}

/// Sees these threads in the inbox, in this order.
fn inbox(page: &mut Browser, titles: &[&str]) {
    let rows = "const all = [...document.querySelectorAll('#list .row h3')].map((one) => one.innerText.trim()); \
         return all.length === arguments[0] && all";
    let found = page.until("so many threads", rows, &[titles.len().into()]);
    assert_eq!(found, json!(titles));
}
