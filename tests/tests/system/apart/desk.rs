//! One of the three at their desk: a node that is up while they work, asked as programs ask it, and
//! what it shows as they would read it, by the clock on their wall.

use std::collections::BTreeMap;

use cremona_hours::{At, Zone, Zones};
use serde_json::{Value, json};

use super::page::Page;
use crate::person::{Person, Town};

/// More than any list here has.
const ALL: usize = 1_000;

/// Someone in a city, with a laptop.
pub struct Desk {
    pub name: &'static str,
    pub city: &'static str,
    pub zone: Zone,
    pub person: Person,
}

impl Desk {
    /// Their laptop is set to their zone, and they have no workspace yet.
    pub fn new(town: &Town, name: &'static str, city: &'static str, zone: &str) -> Self {
        let mut person = town.person(&name.to_lowercase());
        person.variables.extend([("TZ", zone.into()), ("LC_ALL", "C".into())]);
        Self { name, city, zone: Zones::bundled().zone(zone).unwrap(), person }
    }

    /// Asks their node over its socket what has to be answered.
    #[expect(clippy::needless_pass_by_value, reason = "what is asked is written where it is asked")]
    pub fn ask(&self, ask: Value) -> Value {
        let mut socket = self.person.socket();
        socket.say(&json!({ "v": 1, "ask": ask }));
        socket.hear().unwrap_or_else(|fail| panic!("{}: {ask}: {fail}", self.name))
    }

    /// Types a command that has to work, as the page shows.
    pub fn types(&self, page: &mut Page, args: &[&str]) -> Value {
        page.typed(self.name, args);
        self.person.ask(args)
    }

    /// Starts a thread, which the page calls `name`; its id.
    pub fn posts(&self, page: &mut Page, name: &str, (title, text): (&str, &str), how: &[&str]) -> String {
        let args = [&["post", "general", "--title", title], how, &["-m", text]].concat();
        let posted = self.types(page, &args);
        assert_eq!(posted["nobody"], Value::Null, "{posted}");
        let id = posted["id"].as_str().unwrap();
        page.calls(id, name);
        id.to_owned()
    }

    /// Answers in a thread.
    pub fn replies(&self, page: &mut Page, thread: &str, text: &str) {
        self.types(page, &["reply", thread, "-m", text]);
    }

    /// Is done with threads, which then are not in the inbox.
    pub fn is_done_with(&self, page: &mut Page, threads: &[&str]) {
        for thread in threads {
            let explained = self.types(page, &["done", thread]);
            assert_eq!((&explained["row"], &explained["not"]), (&Value::Null, &json!("done")));
        }
    }

    /// Publishes when they work, in the zone that their laptop is set to.
    pub fn works(&self, hours: &str) {
        let person = self.person.ask(&["hours", hours]);
        assert_eq!(person["zone"], self.zone.name());
        assert_eq!(person["hours"], format!("{} {hours}", self.zone.name()));
    }

    /// What this node knows of the day of someone.
    pub fn sees(&self, other: &str) -> Value {
        self.ask(json!({ "verb": "team", "members": [other], "days": 1 }))["people"][0].take()
    }

    /// A moment as the clock on their wall shows it.
    pub fn wall(&self, moment: &Value) -> String {
        let at: At = moment.as_str().unwrap_or_else(|| panic!("{moment} is no moment")).parse().unwrap();
        self.zone.wall(at).strftime("%a %-d %b %H:%M").to_string()
    }

    /// Their inbox, a line for each row; counts are held against lists on the way.
    pub fn inbox(&self) -> Vec<String> {
        let inbox = self.person.ask::<&str>(&[]);
        self.counts_are_lengths(&inbox);
        rows(&inbox).iter().map(|row| self.line(row)).collect()
    }

    /// When a thread is due, as everyone would say it.
    pub fn due(&self, thread: &str) -> Value {
        self.ask(json!({ "verb": "explain", "thread": thread }))["row"]["due"].take()
    }

    /// The thread of that title in their inbox.
    pub fn row_titled(&self, title: &str) -> String {
        let inbox = self.ask(json!({ "verb": "inbox", "limit": ALL }));
        let row = rows(&inbox).iter().find(|row| row["title"] == title);
        row.and_then(|row| row["thread"].as_str()).unwrap_or_else(|| panic!("no {title:?} in {inbox}")).to_owned()
    }

    /// A thread or channel as they read it.
    pub fn reads(&self, target: &str) -> Vec<String> {
        let page = self.person.ask(&["read", target]);
        let line = |message: &Value| {
            let [author, text] = [&message["author"]["name"], &message["text"]].map(|text| text.as_str().unwrap());
            format!("{:<16}  {author}: {text}", self.wall(&message["time"]))
        };
        page["messages"].as_array().unwrap().iter().map(line).collect()
    }

    /// Every number of the inbox is the length of a list that can be asked for.
    fn counts_are_lengths(&self, inbox: &Value) {
        let rows = rows(inbox);
        let count = |test: &dyn Fn(&Value) -> bool| json!(rows.iter().filter(|row| test(row)).count());
        let expired = self.ask(json!({ "verb": "inbox", "limit": ALL, "expired": true }));
        let later = self.ask(json!({ "verb": "inbox", "limit": ALL, "later": true }));
        let mut lengths = json!({
            "all": rows.len(),
            "red": count(&|row| row["colour"] == "red"),
            "yellow": count(&|row| row["colour"] == "yellow"),
            "unflagged": count(&|row| row["colour"].is_null()),
            "green": count(&|row| row["colour"] == "green"),
            "overdue": count(&|row| row["overdue_ms"].as_u64().unwrap() > 0),
            "expired": expired["rows"].as_array().unwrap().len(),
            "later": later["rows"].as_array().unwrap().len(),
        });
        let mut channels = BTreeMap::<&str, usize>::new();
        for row in rows {
            *channels.entry(row["channel"].as_str().unwrap()).or_default() += 1;
        }
        if !channels.is_empty() {
            lengths["channels"] = json!(channels);
        }
        assert_eq!(inbox["counts"], lengths, "{}", self.name);
        let of_channel = self.ask(json!({ "verb": "inbox", "limit": ALL, "channel": "general" }));
        assert_eq!(of_channel["counts"], lengths, "all of it is in one channel");
        let mut paged = Vec::new();
        let mut after = Value::Null;
        for _ in 0..=rows.len() {
            let mut page = self.ask(json!({ "verb": "inbox", "limit": 1, "after": after }));
            paged.extend(page["rows"].as_array().unwrap().iter().map(|row| row["thread"].clone()));
            after = page["next"].take();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(paged, rows.iter().map(|row| row["thread"].clone()).collect::<Vec<_>>(), "page by page");
    }

    fn line(&self, row: &Value) -> String {
        let colour = row["colour"].as_str().unwrap_or_default();
        let due = if row["due"].is_null() { String::new() } else { self.wall(&row["due"]) };
        let title = row["title"].as_str().unwrap();
        let mut why: Vec<String> = row["reasons"].as_array().unwrap().iter().map(|why| self.reason(why)).collect();
        let overdue = row["overdue_ms"].as_u64().unwrap() / 60_000;
        if overdue > 0 {
            why.push(format!("overdue by {} h {:02} min", overdue / 60, overdue % 60));
        }
        format!("{colour:<6}  {due:<16}  {title:<34}  {}", why.join(", "))
    }

    fn reason(&self, why: &Value) -> String {
        let by = why["by"]["name"].as_str().unwrap_or_default();
        let messages = &why["messages"];
        match why["because"].as_str().unwrap() {
            "flagged" if why["colour"] == "green" => format!("good to know, from {by}"),
            "flagged" => format!("{by} asks you"),
            "stands-in" => format!("{by} asks {}, you stand in", why["instead_of"]["name"].as_str().unwrap()),
            "called" => format!("{messages} new for you"),
            "replies" => format!("{messages} new"),
            "acknowledge" => "to be acknowledged".to_owned(),
            "later" => format!("put off until {}", self.wall(&why["until"])),
            other => panic!("{other} is no reason known here"),
        }
    }
}

fn rows(inbox: &Value) -> &Vec<Value> {
    assert_eq!(inbox["next"], Value::Null, "a page holds all of it");
    inbox["rows"].as_array().unwrap()
}
