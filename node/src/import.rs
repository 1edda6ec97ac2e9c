//! `import slack`: reads an export here and hands it to the workspace in batches.
//!
//! A batch is one transaction, so an import that is cut short goes on where it was when it is run
//! again: what is there already is counted and not added.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;

use cremona_engine::ask::{ImportBatch, ImportMessage, Imported, Skipped};
use cremona_engine::{Answer, Ask, Failure, Reason};
use serde::Serialize;

use crate::place::Asker;
use crate::slack::{Export, Item};

/// Most messages in one batch.
const BATCH: usize = 1_000;
/// Bytes of text after which a batch is sent.
const BATCH_BYTES: usize = 1024 * 1024;

/// What an import did: `parsed = added + already + skipped`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Message objects in the export.
    pub parsed: u64,
    /// Added now.
    pub added: u64,
    /// There already.
    pub already: u64,
    /// Left out, by reason.
    pub skipped: Vec<Skipped>,
}

/// Imports a Slack export.
///
/// # Errors
/// [`Failure`] where the file is no export, or the workspace refuses.
pub fn slack(asker: &mut Asker, zip: &Path, dry_run: bool) -> Result<Report, Failure> {
    let mut export = Export::open(zip)?;
    let files = export.files();
    let mut import = Import::new(asker, &export, dry_run);
    let visited = export.visit(|item, read| {
        import.progress.show(read, files);
        import.take(item)
    });
    let sent = visited.and_then(|()| import.send());
    import.progress.end();
    sent.map(|()| import.report())
}

struct Import<'a> {
    asker: &'a mut Asker,
    batch: ImportBatch,
    bytes: usize,
    report: Report,
    skipped: BTreeMap<String, u64>,
    progress: Progress,
}

impl<'a> Import<'a> {
    fn new(asker: &'a mut Asker, export: &Export, dry_run: bool) -> Self {
        let batch = ImportBatch {
            source: export.source().to_owned(),
            channels: export.channels().to_vec(),
            messages: Vec::new(),
            dry_run,
        };
        Self {
            asker,
            batch,
            bytes: 0,
            report: Report::default(),
            skipped: BTreeMap::new(),
            progress: Progress::default(),
        }
    }

    fn take(&mut self, item: Item) -> Result<(), Failure> {
        self.report.parsed += 1;
        match item {
            Item::Skip(reason) => *self.skipped.entry(reason.to_owned()).or_default() += 1,
            Item::Message(message) => self.put(*message)?,
        }
        Ok(())
    }

    fn put(&mut self, message: ImportMessage) -> Result<(), Failure> {
        self.bytes += size(&message);
        self.batch.messages.push(message);
        if self.batch.messages.len() >= BATCH || self.bytes >= BATCH_BYTES { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), Failure> {
        let answer = self.asker.ask(Ask::Import(self.batch.clone()))?;
        let Answer::Imported(Imported { added, already, skipped }) = answer else {
            return Err(Failure::new(
                Reason::Failed,
                "the node answered something else than was asked",
                "is it of another version?",
            ));
        };
        self.report.added += added;
        self.report.already += already;
        for Skipped { reason, count } in skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self.batch.messages.clear();
        self.batch.channels.clear();
        self.bytes = 0;
        Ok(())
    }

    fn report(self) -> Report {
        let skipped = self.skipped.into_iter().map(|(reason, count)| Skipped { reason, count }).collect();
        Report { skipped, ..self.report }
    }
}

/// Bytes of a message's texts: what makes a batch long.
fn size(message: &ImportMessage) -> usize {
    let reactions = message.reactions.iter().flat_map(|(emoji, names)| std::iter::once(emoji).chain(names));
    message.text.len() + reactions.map(String::len).sum::<usize>()
}

/// A bar on the terminal, if there is one.
#[derive(Default)]
struct Progress {
    shown: usize,
}

impl Progress {
    fn show(&mut self, read: usize, files: usize) {
        let percent = read * 100 / files.max(1);
        if percent == self.shown || !std::io::stderr().is_terminal() {
            return;
        }
        self.shown = percent;
        let bar: String = (0..25).map(|step| if step * 4 < percent { '█' } else { '░' }).collect();
        // A bar that can't be drawn is no reason to stop.
        let _ = write!(std::io::stderr(), "\r{bar} {percent:3} %");
    }

    fn end(&self) {
        if self.shown > 0 {
            let _ = write!(std::io::stderr(), "\r{:32}\r", "");
        }
    }
}
