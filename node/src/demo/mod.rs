//! `cremona demo`: three real nodes on this machine, and a day in which everything goes wrong that
//! does.
//!
//! Ana, Bo and Cy are processes of this binary with directories of their own. Bo reaches Ana, and
//! Cy reaches Bo, over wires that the demo can cut. Everything is asked by the command line, as a
//! person would.

mod person;
mod relay;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cremona_engine::{Failure, Given, Said, said};

use crate::home;
use crate::slack::sample_export;
use crate::words::{Lang, fail, say, system};
use person::Person;
use relay::Relay;

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);
/// A word that is nowhere else.
const SECRET: &str = "zanzibarquokka";

/// Runs the demo; `keep` leaves the nodes running until Ctrl-C.
///
/// # Errors
/// [`Failure`] where anything is not as it should be at the end.
pub fn run(keep: bool, lang: Lang) -> Result<(), Failure> {
    let folder = Folder::new()?;
    let mut story = Story::begin(&folder.0, lang)?;
    story.talk()?;
    story.part()?;
    story.crash()?;
    story.pass_on()?;
    story.erase()?;
    story.compare()?;
    if keep {
        story.look_around();
    }
    Ok(())
}

struct Story {
    told: Told,
    ana: Person,
    bo: Person,
    cy: Person,
    ana_bo: Relay,
    bo_cy: Relay,
    thread: String,
}

impl Story {
    /// Ana founds and imports; Bo and Cy paste the key.
    fn begin(folder: &Path, lang: Lang) -> Result<Self, Failure> {
        let told = Told { began: Instant::now(), lang };
        let [mut ana, mut bo, mut cy] = ["Ana", "Bo", "Cy"].map(|name| Person::new(folder, name));
        told.line(&said!("demo-founds"));
        let key = ana.field(&["init", "--workspace", "Satchel", "--as", "Ana"], "key")?;
        let zip = folder.join("export.slack.zip");
        std::fs::write(&zip, sample_export()).map_err(|error| home::io_failure("write", &zip, &error))?;
        let report = ana.ask(&["import", "slack", &zip.display().to_string()])?;
        told.aside(&said!("demo-parsed", parsed = count(&report["parsed"]), added = count(&report["added"])));
        let at = ana.up(&[])?;
        let ana_bo = Relay::to(at).map_err(|error| fail!(Failed, "demo-failed", error = system(&error)))?;
        told.line(&said!("demo-paste", key = key.get(..24).unwrap_or(&key)));
        bo.ask(&["join", &key, "--as", "Bo"])?;
        let at = bo.up(&[ana_bo.address])?;
        let bo_cy = Relay::to(at).map_err(|error| fail!(Failed, "demo-failed", error = system(&error)))?;
        cy.ask(&["join", &key, "--as", "Cy"])?;
        cy.up(&[bo_cy.address])?;
        let story = Self { told, ana, bo, cy, ana_bo, bo_cy, thread: String::new() };
        story.settle(&said!("demo-joined"))?;
        Ok(story)
    }

    fn talk(&mut self) -> Result<(), Failure> {
        self.tell(&said!("demo-talk"));
        let post =
            ["post", "general", "-m", "Where do we meet in spring?\nI vote for Cremona.", "--title", "Spring meeting"];
        self.thread = self.ana.field(&post, "thread")?;
        self.arrives(&self.cy, "I vote for Cremona")?;
        self.bo.ask(&["reply", &self.thread, "-m", "Violins and nougat. Yes."])?;
        let id =
            self.cy.field(&["reply", &self.thread, "-m", "Singapore to Milan is thirteen hours. Worth it."], "id")?;
        self.arrives(&self.ana, "Worth it")?;
        self.ana.ask(&["react", &id, "🎉"])?;
        self.settle(&said!("demo-live"))
    }

    fn part(&mut self) -> Result<(), Failure> {
        self.tell(&said!("demo-cut"));
        self.ana_bo.cut();
        for day in 1..=5 {
            self.ana.ask(&["reply", &self.thread, "-m", &format!("Ana, alone, note {day}")])?;
            self.bo.ask(&["reply", &self.thread, "-m", &format!("Bo, with Cy, note {day}")])?;
        }
        self.arrives(&self.cy, "Bo, with Cy, note 5")?;
        let (here, there) = (self.count(&self.ana)?, self.count(&self.bo)?);
        self.told.aside(&said!("demo-apart", here = here, there = there));
        self.ana_bo.mend();
        self.settle(&said!("demo-mended"))
    }

    fn crash(&mut self) -> Result<(), Failure> {
        self.tell(&said!("demo-burst"));
        let pid = self.ana.pid().ok_or_else(|| fail!(Failed, "demo-failed-start", name = "Ana"))?;
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(350));
            std::process::Command::new("sh").arg("-c").arg(format!("kill -KILL {pid}")).status()
        });
        let mut acknowledged = Vec::new();
        for n in 0..500 {
            match self.ana.field(&["reply", &self.thread, "-m", &format!("burst {n}")], "id") {
                Ok(id) => acknowledged.push(id),
                Err(_) => break,
            }
            if killer.is_finished() {
                break;
            }
        }
        if !matches!(killer.join(), Ok(Ok(status)) if status.success()) {
            return Err(fail!(Failed, "demo-failed-kill"));
        }
        self.ana.kill();
        self.ana.start()?;
        let kept = self.ids(&self.ana)?;
        let lost = acknowledged.iter().filter(|id| !kept.contains(id)).count();
        let lives = self.ana.ask(&["status"])?["lives"].clone();
        let (many, life) = (acknowledged.len(), count(&lives));
        self.told.aside(&said!("demo-kept", acknowledged = many, lost = lost, lives = life));
        if lost > 0 || lives != 1 {
            return Err(fail!(Failed, "demo-failed-lost"));
        }
        self.settle(&said!("demo-burst-there"))
    }

    fn pass_on(&mut self) -> Result<(), Failure> {
        self.tell(&said!("demo-night"));
        self.bo_cy.cut();
        self.ana.ask(&["post", "general", "-m", "Good night from New York. The tickets are in the drawer."])?;
        self.arrives(&self.bo, "tickets are in the drawer")?;
        self.ana.stop();
        self.tell(&said!("demo-morning"));
        self.bo_cy.mend();
        self.arrives(&self.cy, "tickets are in the drawer")?;
        self.told.aside(&said!("demo-passed-on"));
        self.ana.start()?;
        self.settle(&said!("demo-three"))
    }

    fn erase(&mut self) -> Result<(), Failure> {
        self.tell(&said!("demo-slip"));
        let text = format!("The code of the drawer is {SECRET} 4711");
        let id = self.ana.field(&["post", "general", "-m", &text], "id")?;
        self.arrives(&self.cy, SECRET)?;
        let before = self.people().iter().filter(|person| holds(&person.data, SECRET)).count();
        self.ana.ask(&["delete", &id])?;
        self.until(&said!("demo-word-gone"), || Ok(!self.people().iter().any(|person| holds(&person.data, SECRET))))?;
        self.told.aside(&said!("demo-erased", before = before));
        self.settle(&said!("demo-deleted"))
    }

    fn compare(&self) -> Result<(), Failure> {
        let digests = self.people().map(|person| person.ask(&["verify"]));
        let mut rows = Vec::new();
        for (person, digest) in self.people().iter().zip(digests) {
            rows.push((person.name, digest?));
        }
        println!();
        for (name, digest) in &rows {
            let short = |field: &str| digest[field].as_str().and_then(|hash| hash.get(..16)).unwrap_or("?").to_owned();
            let counted = said!(
                "verify-counted",
                envelopes = said!("counted-envelopes", envelopes = count(&digest["envelopes"])),
                talk = said!(
                    "counted-messages",
                    messages = count(&digest["messages"]),
                    threads = count(&digest["threads"]),
                    channels = count(&digest["channels"]),
                ),
                members = said!("counted-members", members = count(&digest["members"])),
            );
            let digest =
                say!(self.told.lang, "demo-digest", root = short("root"), state = short("state"), counted = counted);
            println!("  {name:<4} {digest}");
        }
        println!();
        let equal = rows.windows(2).all(|pair| matches!(pair, [(_, one), (_, other)] if one == other));
        if !equal {
            return Err(fail!(Failed, "demo-failed-differ"));
        }
        self.tell(&said!("demo-equal"));
        Ok(())
    }

    /// Leaves the nodes running, and says how to look at them.
    fn look_around(&mut self) {
        println!("\n{}", say!(self.told.lang, "demo-go-on"));
        let program = std::env::current_exe().map_or_else(|_| "cremona".to_owned(), |path| path.display().to_string());
        for person in self.people() {
            println!("  {program} --data {} read general", person.data.display());
        }
        println!("  {program} --data {} post general -m \"Hello\"", self.bo.data.display());
        println!("  {program} --data {} search satchel", self.cy.data.display());
        println!("{}", say!(self.told.lang, "demo-pages"));
        for person in self.people() {
            match person.field(&["page"], "page") {
                Ok(link) => println!("  {}  {link}", person.name),
                Err(failure) => println!("  {}  {}", person.name, self.told.lang.tell(&failure).0),
            }
        }
        for person in [&mut self.ana, &mut self.bo, &mut self.cy] {
            person.wait();
        }
    }

    // ---------------------------------------------------------------------------------------

    fn people(&self) -> [&Person; 3] {
        [&self.ana, &self.bo, &self.cy]
    }

    fn tell(&self, what: &Said) {
        self.told.line(what);
    }

    /// Waits until all three say the same.
    fn settle(&self, what: &Said) -> Result<(), Failure> {
        self.until(what, || {
            let [ana, bo, cy] = self.people().map(|person| person.ask(&["verify"]));
            Ok(ana? == bo? && cy? == self.bo.ask(&["verify"])?)
        })?;
        self.told.show(&format!("  ✓ {}", self.told.lang.say(what)));
        Ok(())
    }

    /// Waits until someone finds a text.
    fn arrives(&self, person: &Person, words: &str) -> Result<(), Failure> {
        let phrase = format!("\"{words}\"");
        self.until(&said!("demo-has", name = person.name, words = words), || {
            Ok(person.ask(&["search", &phrase])?["total"] != 0)
        })
    }

    fn until(&self, what: &Said, mut done: impl FnMut() -> Result<bool, Failure>) -> Result<(), Failure> {
        let deadline = Instant::now() + PATIENCE;
        while !done()? {
            if Instant::now() > deadline {
                let seconds = PATIENCE.as_secs();
                return Err(fail!(Failed, "demo-failed-late", seconds = seconds, what = what.clone()));
            }
            std::thread::sleep(Duration::from_millis(40));
        }
        Ok(())
    }

    fn ids(&self, person: &Person) -> Result<Vec<String>, Failure> {
        let page = person.ask(&["read", &self.thread, "--limit", "1000"])?;
        let messages = page["messages"].as_array().cloned().unwrap_or_default();
        Ok(messages.iter().filter_map(|message| message["id"].as_str().map(str::to_owned)).collect())
    }

    fn count(&self, person: &Person) -> Result<usize, Failure> {
        self.ids(person).map(|ids| ids.len())
    }
}

/// The story as it is told: when it began, in which language.
#[derive(Clone, Copy)]
struct Told {
    began: Instant,
    lang: Lang,
}

impl Told {
    fn line(self, what: &Said) {
        self.show(&self.lang.say(what));
    }

    fn aside(self, what: &Said) {
        self.show(&format!("  {}", self.lang.say(what)));
    }

    /// One line, with the seconds since it began.
    fn show(self, what: &str) {
        let seconds = format!("{:5.1}", self.began.elapsed().as_secs_f32());
        println!("{}  {what}", say!(self.lang, "demo-seconds", seconds = seconds));
    }
}

/// A number of an answer.
fn count(value: &serde_json::Value) -> Given {
    Given::Number(value.as_i64().unwrap_or(0))
}

/// Whether any file under `folder` holds a word.
fn holds(folder: &Path, word: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, word);
        }
        std::fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes())))
    })
}

/// A temporary folder that goes when the demo ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let random = home::random()?;
        let name: String = random.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let path = std::env::temp_dir().join(format!("cremona-demo-{name}"));
        home::create_private(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can't be removed is left for the system to clear.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_any_file_below() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("deep")).expect("a folder");
        std::fs::write(folder.path().join("deep/file"), b"xxZanzibarQuokkaxx").expect("a file");
        assert!(holds(folder.path(), SECRET));
        assert!(!holds(folder.path(), "something else"));
    }
}
