//! Teams with a history: Ana's data directory after an import, and the rows that the peers get.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use cremona_envelope::{Identity, WorkspaceKey};
use serde_json::json;

use crate::crowd::{self, Crowd};
use crate::person::Person;
use crate::rows::{self, Row};
use crate::talk::{self, Crew};

/// What every benchmark is told.
pub struct Run {
    /// The release binary.
    pub program: PathBuf,
    /// Where directories are kept; a team made once is used again.
    pub work: PathBuf,
    /// A Slack export; generated text without one.
    pub archive: Option<PathBuf>,
    /// Where results and charts go.
    pub out: PathBuf,
    /// Repetitions.
    pub repetitions: usize,
    /// How many messages the crowd has written.
    pub messages: usize,
    /// How long idle nodes are watched.
    pub idle: Duration,
}

/// A team whose history is in Ana's directory; her node is stopped.
pub struct Team {
    /// Who has everything.
    pub ana: Person,
    /// The workspace key, without addresses.
    pub key: String,
    /// Where its directories are.
    pub folder: PathBuf,
    /// What its text is, for the tables.
    pub label: String,
    /// Messages that were imported.
    pub messages: usize,
    /// Bytes of their texts.
    pub text_bytes: usize,
}

impl Team {
    /// The team of the archive, or one of `messages` generated messages where none is given.
    ///
    /// # Errors
    /// Where the archive can't be imported.
    pub fn of_archive(run: &Run, messages: usize) -> Result<Self> {
        let Some(archive) = &run.archive else { return Self::generated(run, messages) };
        let name = archive.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let label = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self::imported(run, &name, &label, || Ok(archive.clone()))
    }

    /// A team of `messages` generated messages, imported as an export.
    ///
    /// # Errors
    /// Where it can't be made.
    pub fn generated(run: &Run, messages: usize) -> Result<Self> {
        let name = format!("talk-{messages}");
        Self::imported(run, &name, &format!("generated, {messages} messages"), || {
            let zip = run.work.join(format!("{name}.zip"));
            talk::export(&zip, &Crew::of(messages), messages)?;
            Ok(zip)
        })
    }

    /// A team of 1,000 whose members all wrote themselves: `messages` in all; and who may go on talking.
    ///
    /// # Errors
    /// Where it can't be made.
    pub fn crowd(run: &Run, messages: usize) -> Result<(Self, Crowd)> {
        let folder = run.work.join(format!("crowd-{messages}"));
        let done = folder.join("done");
        let ana = Person::new(&run.program, &folder, "ana");
        if !done.exists() {
            clear(&folder)?;
            eprintln!("{messages} messages by a crowd are written; this takes minutes");
            std::fs::create_dir_all(&ana.data)?;
            let seeds = (*blake3::hash(b"ana signs").as_bytes(), *blake3::hash(b"ana boxes").as_bytes());
            // In memory where the system has such a place: each message is a transaction here.
            let quick = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
            let store = quick.path().join("cremona.db");
            let start = std::time::Instant::now();
            let built = crowd::build(&store, &Identity::from_seeds(&seeds.0, &seeds.1), messages)?;
            eprintln!("written in {:.0} s", start.elapsed().as_secs_f64());
            std::fs::copy(&store, ana.data.join("cremona.db"))?;
            let hex = |bytes: &[u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let node = json!({
                "version": 1, "signing": hex(&seeds.0), "boxing": hex(&seeds.1), "key": built.key.encode(),
                "workspace": "Team", "name": "Ana", "dial": []
            });
            std::fs::write(ana.data.join("node.json"), node.to_string())?;
            built.crowd.save(&folder.join("crowd.json"))?;
            let said = json!({"messages": messages, "text_bytes": built.text_bytes});
            std::fs::write(&done, said.to_string())?;
        }
        let team = Self::opened(ana, folder, &format!("generated, {messages} messages by a crowd"))?;
        let workspace = WorkspaceKey::parse(&team.key)?.workspace;
        let crowd = Crowd::load(&team.folder.join("crowd.json"), workspace)?;
        Ok((team, crowd))
    }

    fn imported(run: &Run, name: &str, label: &str, archive: impl FnOnce() -> Result<PathBuf>) -> Result<Self> {
        let folder = run.work.join(name);
        let done = folder.join("done");
        let mut ana = Person::new(&run.program, &folder, "ana");
        if !done.exists() {
            clear(&folder)?;
            eprintln!("importing {label}");
            ana.run(&["init", "--workspace", "Team", "--as", "Ana"])?;
            ana.run(&["import", "slack", &archive()?.to_string_lossy()])?;
            ana.up(None)?;
            let rows = rows::of_node(&mut ana.client()?)?;
            rows::write(&folder.join("rows.jsonl"), &rows)?;
            let said = json!({"messages": rows.len(), "text_bytes": rows::text_bytes(&rows)});
            ana.stop()?;
            std::fs::write(&done, said.to_string())?;
        }
        Self::opened(ana, folder, label)
    }

    /// A copy of Ana's and Bo's directories in `folder`, whose nodes open new lives there.
    ///
    /// # Errors
    /// Where they can't be copied.
    pub fn copied(&self, run: &Run, folder: &Path) -> Result<Self> {
        for name in ["ana", "bo"] {
            let (from, to) = (self.folder.join(name), folder.join(name));
            clear(&to)?;
            for file in ["cremona.db", "node.json"] {
                std::fs::copy(from.join(file), to.join(file))
                    .with_context(|| format!("can't copy {}", from.join(file).display()))?;
            }
        }
        std::fs::copy(self.folder.join("done"), folder.join("done"))?;
        Self::opened(Person::new(&run.program, folder, "ana"), folder.to_owned(), &self.label)
    }

    /// A team that stands complete in `folder`.
    ///
    /// # Errors
    /// Where it does not.
    pub fn opened(ana: Person, folder: PathBuf, label: &str) -> Result<Self> {
        let said: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("done"))?)?;
        let count = |name: &str| said[name].as_u64().and_then(|count| usize::try_from(count).ok());
        let (messages, text_bytes) = (count("messages"), count("text_bytes"));
        Ok(Self {
            key: ana.key()?,
            ana,
            folder,
            label: label.to_owned(),
            messages: messages.context("no count of messages")?,
            text_bytes: text_bytes.context("no count of bytes")?,
        })
    }

    /// The file of its rows.
    #[must_use]
    pub fn rows_file(&self) -> PathBuf {
        self.folder.join("rows.jsonl")
    }

    /// Its rows.
    ///
    /// # Errors
    /// Where they can't be read.
    pub fn rows(&self) -> Result<Vec<Row>> {
        rows::read(&self.rows_file())
    }

    /// An empty folder for one repetition.
    ///
    /// # Errors
    /// Where it can't be made.
    pub fn fresh(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        clear(&folder)?;
        Ok(folder)
    }

    /// Someone new with a directory `folder/name`.
    #[must_use]
    pub fn person(&self, run: &Run, folder: &Path, name: &str) -> Person {
        Person::new(&run.program, folder, name)
    }
}

/// Makes a folder empty.
///
/// # Errors
/// Where the disk refuses.
pub fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("can't clear {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))
}
