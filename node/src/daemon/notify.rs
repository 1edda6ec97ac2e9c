//! Notifications: hands what is worth an interruption to a program of the user's choice.
//!
//! The engine decides what is told, and when; here a program is run. A command of the user's gets the
//! notices as JSON on standard input; `notify-send`, where there is a desktop to show it, gets a line
//! for each thread, or one for all where there are many. One program runs at a time, for at most
//! [`PATIENCE`]; what it prints and how it ends goes to the trace.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use cremona_engine::ask::{Notice, Notices};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::words::{Lang, say};

/// Changes that come together are told together.
pub const GROUP_MS: u64 = 2_000;
/// How long a program may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Batches that wait for a program that is busy; of more the node stops telling until there is room.
const WAITING: usize = 16;
/// More threads than this are told of in one line.
const LINES: usize = 3;

/// Which program tells of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// `notify-send`.
    Desktop,
    /// A command line of the user's, for `sh`.
    Hook(String),
}

/// The task that runs programs, one after the other, until it is dropped.
pub struct Notifier {
    batches: mpsc::Sender<(Program, Notices)>,
}

impl Program {
    /// The program that a setting names; `None` where nothing is told. Empty stands for the usual one,
    /// where there is a desktop.
    #[must_use]
    pub fn of(setting: &str) -> Option<Self> {
        match setting.trim() {
            "off" => None,
            "" => (has_desktop() && is_on_path("notify-send")).then_some(Self::Desktop),
            command => Some(Self::Hook(command.to_owned())),
        }
    }

    fn command(&self, notices: &Notices) -> (Command, Vec<u8>) {
        match self {
            Self::Hook(line) => {
                let mut command = Command::new("sh");
                command.arg("-c").arg(line);
                (command, serde_json::to_vec(notices).unwrap_or_default())
            }
            Self::Desktop => {
                let mut command = Command::new("notify-send");
                let lang = Lang::set(&notices.language, |name| std::env::var(name).ok());
                let (title, body) = lines(notices, lang);
                command.args(["--app-name=Cremona", "--", &title, &body]);
                (command, Vec::new())
            }
        }
    }
}

impl Notifier {
    /// Starts the task.
    #[must_use]
    pub fn start() -> Self {
        let (batches, mut waiting) = mpsc::channel::<(Program, Notices)>(WAITING);
        tokio::spawn(async move {
            while let Some((program, notices)) = waiting.recv().await {
                if let Err(error) = run(&program, &notices).await {
                    tracing::warn!(?program, %error, "could not notify");
                }
            }
        });
        Self { batches }
    }

    /// Whether there is room for another batch; what is not asked for is told later.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.batches.capacity() > 0
    }

    /// Tells of these.
    pub fn tell(&self, program: Program, notices: Notices) {
        if self.batches.try_send((program, notices)).is_err() {
            tracing::error!("a notification was lost: the program that notifies is stuck");
        }
    }
}

async fn run(program: &Program, notices: &Notices) -> std::io::Result<()> {
    let (mut command, input) = program.command(notices);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).kill_on_drop(true).spawn()?;
    let work = async {
        if let Some(mut stdin) = child.stdin.take() {
            // A program may have no use for it.
            let _ = stdin.write_all(&input).await;
        }
        child.wait().await
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(ended) => match ended? {
            status if status.success() => Ok(()),
            status => Err(std::io::Error::other(format!("it ended with {status}"))),
        },
        Err(_) => Err(std::io::Error::other("it took too long")),
    }
}

/// What the desktop shows: a title and lines.
fn lines(notices: &Notices, lang: Lang) -> (String, String) {
    let line = |notice: &Notice| {
        let row = &notice.row;
        let title = if row.title.is_empty() { say!(lang, "deleted-title") } else { row.title.clone() };
        say!(lang, "notice-line", channel = &row.channel_name, title = title)
    };
    match notices.notices.as_slice() {
        [one] => (line(one), say!(lang, "notice-text", name = &one.text_by.name, text = &one.text)),
        all => {
            let mut shown: Vec<_> = all.iter().take(LINES).map(line).collect();
            let rest = all.len().saturating_sub(shown.len());
            if rest > 0 {
                shown.push(say!(lang, "report-left-out", count = rest));
            }
            let title = if notices.digest {
                say!(lang, "notice-digest", count = all.len())
            } else {
                say!(lang, "notice-many", count = all.len())
            };
            (title, shown.join("\n"))
        }
    }
}

fn has_desktop() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| Path::new(&dir).join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(title: &str) -> Notice {
        let row = cremona_engine::ask::InboxRow {
            thread: String::new(),
            title: title.to_owned(),
            channel: String::new(),
            channel_name: "rencana".to_owned(),
            colour: None,
            due: None,
            overdue_ms: 0,
            since: String::new(),
            unread: 1,
            first: None,
            arrived_late: false,
            resolved: false,
            by: cremona_engine::ask::Author::default(),
            last_by: cremona_engine::ask::Author::default(),
            last: String::new(),
            reasons: Vec::new(),
        };
        let text_by = cremona_engine::ask::Author { member: String::new(), name: "Ana".to_owned() };
        Notice { row, text: "apa kabar".to_owned(), text_by }
    }

    #[test]
    fn the_desktop_shows_news_in_the_members_language() {
        let shown = |titles: &[&str], digest, lang| {
            let notices = titles.iter().map(|title| notice(title)).collect();
            lines(&Notices { notices, digest, ..Notices::default() }, lang)
        };
        let pair = |title: &str, body: &str| (title.to_owned(), body.to_owned());
        assert_eq!(shown(&["Musim semi"], false, Lang::Id), pair("#rencana · Musim semi", "Ana: apa kabar"));
        assert_eq!(shown(&[""], false, Lang::Id).0, "#rencana · (dihapus)");
        let four = ["a", "b", "c", "d"];
        let rows = "#rencana · a\n#rencana · b\n#rencana · c\n";
        assert_eq!(shown(&four, false, Lang::Id), pair("4 utas memerlukan Anda", &format!("{rows}dan 1 lagi")));
        assert_eq!(shown(&four, true, Lang::Id).0, "Selama jam tenang: 4 utas");
        assert_eq!(shown(&four, false, Lang::En), pair("4 threads need you", &format!("{rows}and 1 more")));
        assert_eq!(shown(&four, true, Lang::En).0, "While it was quiet: 4 threads");
        let variable = |name: &str| (name == "LANG").then(|| "id_ID.UTF-8".to_owned());
        assert_eq!((Lang::set("", variable), Lang::set("en", variable)), (Lang::Id, Lang::En));
    }

    #[tokio::test]
    async fn a_hook_gets_the_notices_as_json_and_its_failure_is_heard() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("told");
        let hook = Program::of(&format!("cat > '{}'", file.display())).unwrap();
        let notices = Notices { language: "id".to_owned(), ..Notices::default() };
        run(&hook, &notices).await.unwrap();
        let told: Notices = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(told, notices);
        let error = run(&Program::Hook("exit 3".to_owned()), &notices).await.unwrap_err();
        assert!(error.to_string().contains('3'), "{error}");
        assert_eq!(Program::of(" off "), None);
    }
}
