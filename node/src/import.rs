//! `import slack`: reads an export here and hands it to the workspace in batches.
//!
//! A batch is one transaction, so an import that is cut short goes on where it was when it is run
//! again: what is there already is counted and not added.

use std::collections::BTreeMap;
use std::path::Path;

use cremona_engine::ask::{ImportBatch, ImportMessage, Imported, Skipped};
use cremona_engine::{Answer, Ask, Failure};
use serde::Serialize;

use crate::place::Asker;
use crate::progress::Progress;
use crate::render::Look;
use crate::run::surprised;
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
pub fn slack(asker: &mut Asker, zip: &Path, dry_run: bool, look: &Look) -> Result<Report, Failure> {
    let mut export = Export::open(zip)?;
    let files = export.files();
    let mut import = Import::new(asker, &export, dry_run, look);
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
    fn new(asker: &'a mut Asker, export: &Export, dry_run: bool, look: &Look) -> Self {
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
            progress: Progress::new(look, "progress-import"),
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
            return Err(surprised());
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
