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
                let (title, body) = lines(notices);
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
fn lines(notices: &Notices) -> (String, String) {
    let line = |notice: &Notice| format!("#{} · {}", notice.row.channel_name, notice.row.title);
    match notices.notices.as_slice() {
        [one] => (line(one), format!("{}: {}", one.row.last_by.name, one.text)),
        all => {
            let shown: Vec<_> = all.iter().take(LINES).map(line).collect();
            let rest = all.len().saturating_sub(shown.len());
            let rest = if rest > 0 { format!("\n+ {rest}") } else { String::new() };
            (format!("Cremona ({})", all.len()), format!("{}{rest}", shown.join("\n")))
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
