//! Every view of the page, of a workspace in which each has something to show.

use crate::browser::Browser;
use crate::person::{Person, until};
use crate::stage::Stage;

/// See the module.
pub struct World {
    pub ana: Person,
    /// Bo, whose node runs on meanwhile.
    _bo: Person,
    /// A channel in which much was said.
    pub channel: String,
    /// A thread with everything that a message can have.
    pub thread: String,
    /// A message of Ana's in it, which was edited.
    pub message: String,
    /// A draft of hers that is on hold.
    pub draft: String,
}

/// A text with all that Markdown has.
const RICH: &str = "# Berths\n\nThe *north* berth is **free** from `06:00`; see [the plan](https://example.com/a/very/long/path/that/does/not/break/anywhere/at/all/and/goes/on).\n\n- [x] ask the harbour master\n- [ ] pay\n\n> Tide waits for nobody.\n\n```rust\nfn main() {\n    println!(\"a line of code that is longer than a narrow window is wide, and scrolls by itself {}\", 1);\n}\n```\n\n| ship | length | draught | from | until | berth | pilot |\n|---|--:|--:|---|---|---|---|\n| Endurance | 44 m | 4.3 m | Tuesday 06:00 | Thursday 18:00 | north | yes |\n\n![a chart](https://example.com/chart.png) مرحبا بالجميع ~~no~~";

impl World {
    /// Ana's and Bo's workspace.
    pub fn tell(stage: &mut Stage) -> Self {
        stage.clock("2026-11-16T09:10:00+07:00");
        let (ana, bo) = stage.two();
        ana.ask(&["hours", "Asia/Jakarta mon-fri 08:30-17:00"]);
        bo.ask(&["hours", "Europe/London mon-fri 09:00-17:30; off 2026-12-24..2026-12-26"]);
        bo.ask(&["status", "set", "focus", "Papers", "for", "the", "harbour"]);
        let purpose = "Which ship lies where, and until when";
        let channel = ana.text(&["channel", "create", "berths", "--purpose", purpose], "id");
        ana.ask(&["channel", "describe", "berths", "--expectation", "within 2 working days"]);
        until("Bo has the channel", || bo.run(&["threads", "berths"]).status.success());
        bo.ask(&["post", "berths", "-m", "@ana, for your information: the crane is painted green", "--flag", "green"]);
        let thread = ana.text(&["post", "berths", "--title", "North berth in spring", "-m", RICH], "id");
        until("Bo reads", || bo.run(&["read", &thread]).status.success());
        bo.reply(&thread, "It is ours from Monday on. @ana");
        bo.ask(&["react", &thread, "👍"]);
        ana.ask(&["react", &thread, "🎉"]);
        ana.ask(&["pin", &thread]);
        let message = ana.reply(&thread, "I pay on Wednsday");
        ana.ask(&["edit", &message, "-m", "I pay on Wednesday"]);
        let gone = ana.reply(&thread, "Not this");
        ana.ask(&["delete", &gone]);
        let resolved = ana.text(&["post", "berths", "-m", "Which rope?"], "id");
        ana.ask(&["resolve", &resolved]);
        stage.clock("2026-11-26T09:40:00+07:00");
        let title = "A title as long as a title may become when someone has much to say before it begins";
        bo.ask(&["post", "berths", "--title", title, "-m", "@ana, can you sign the plan today?", "--flag", "red"]);
        bo.ask(&["post", "berths", "-m", "@ana: how many fenders do we need?", "--flag", "yellow"]);
        bo.ask(&["post", "general", "-m", "@ana, shall we write the report together?"]);
        bo.ask(&["announce", "general", "-m", "The office in London is closed on Friday", "--acknowledge"]);
        let later = bo.text(&["post", "general", "-m", "@ana, a lunch in January?"], "id");
        until("Ana has all", || ana.ask(&["verify"])["messages"] == bo.ask(&["verify"])["messages"]);
        ana.ask(&["later", &later, "mon 09:00"]);
        ana.ask(&["draft", "save", "--channel", "berths", "--title", "Half", "-m", "a thought"]);
        ana.ask(&["post", "berths", "-m", "@bo, good morning", "--at", "their-morning"]);
        let text = "@bo, the crane is yours from noon on";
        let held = ["post", "berths", "-m", text, "--flag", "yellow", "--at", "fri 09:00", "--hold"];
        let draft = ana.text(&held, "id");
        Self { ana, _bo: bo, channel, thread, message, draft }
    }

    /// Every view, by what it shows and its path.
    pub fn views(&self) -> Vec<(&'static str, String)> {
        let Self { channel, thread, message, draft, .. } = self;
        let plain = [
            ("inbox", "/"),
            ("later", "/later"),
            ("expired", "/expired"),
            ("channels", "/channels"),
            ("search", "/search?q=berth"),
            ("nothing-found", "/search?q=zeppelin"),
            ("wrong-search", "/search?q=after:someday"),
            ("team", "/team"),
            ("status", "/status"),
            ("doctor", "/status?doctor=1"),
            ("digest", "/digest"),
            ("catch-up", "/catch-up"),
            ("newsletter", "/newsletter"),
            ("settings", "/settings"),
            ("drafts", "/drafts"),
            ("scheduled", "/scheduled"),
            ("invite", "/invite"),
            ("more", "/more"),
            ("nothing-there", "/nothing-there"),
        ]
        .map(|(name, path)| (name, path.to_owned()));
        let named = [
            ("channel", format!("/c/{channel}")),
            ("new-thread", format!("/c/{channel}/new")),
            ("thread", format!("/t/{thread}")),
            ("why", format!("/why/{thread}")),
            ("history", format!("/m/{message}/history")),
            ("held", format!("/m/{message}/held")),
            ("flag", format!("/m/{message}/flag")),
            ("edit", format!("/m/{message}/edit")),
            ("delete", format!("/m/{message}/delete")),
            ("put-off", format!("/put-off/{thread}")),
            ("on-hold", format!("/hold/{draft}")),
        ];
        plain.into_iter().chain(named).collect()
    }
}

/// Sets language and theme, by the form.
pub fn look(browser: &mut Browser, lang: &str, theme: &str) {
    browser.go("/settings");
    browser.pick("#lang", lang);
    browser.pick("#theme", theme);
    browser.script("document.getElementById('theme').form.querySelector('button').click()", &[]);
    browser.until("saved", "return document.getElementById('said')", &[]);
    browser.reload();
    browser.until("the language", "return document.documentElement.lang === arguments[0]", &[lang.into()]);
}
