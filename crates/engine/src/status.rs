//! `status`: sizes, counts, and what deserves attention.

use cremona_envelope::Time;
use cremona_store::Store;

use crate::ask::Status;
use crate::core::Core;
use crate::error::EngineError;
use crate::show;

/// A time this far ahead of this node's clock is worth a warning.
const WRONG_CLOCK_MS: u64 = 600_000;

/// The status of a node that may or may not run.
pub(crate) fn status(store: &Store, core: &Core, now: Time) -> Result<Status, EngineError> {
    let (counts, odd, name) = store
        .read(|read| Ok::<_, EngineError>((read.counts()?, read.oddities()?, read.member_name(&core.member())?)))?;
    let mut warnings = Vec::new();
    if core.own.is_none() {
        warnings.push("this node has not met a teammate yet".to_owned());
    }
    if Time(odd.latest) > now.plus(WRONG_CLOCK_MS) {
        warnings.push(format!(
            "a teammate's clock, or this one's, is wrong: the latest message bears {}",
            show::time(Time(odd.latest))
        ));
    }
    let mut warn = |count: u64, what: &str| {
        if count > 0 {
            warnings.push(format!("{count} {what}"));
        }
    };
    warn(odd.unknown, "envelopes need a newer cremona; they are kept and passed on");
    warn(odd.closed, "envelopes wait for a key");
    warn(odd.refused, "records break a rule and count for nothing");
    warn(odd.missing, "texts have not arrived yet");
    warn(odd.forks, "logs are forked: a device wrote two histories");
    Ok(Status {
        workspace: core.workspace.to_string(),
        name,
        member: core.member().to_string(),
        device: core.identity.device().to_string(),
        envelopes: counts.envelopes,
        unknown: odd.unknown,
        unopened: odd.closed,
        refused: odd.refused,
        missing_texts: odd.missing,
        messages: counts.messages,
        threads: counts.threads,
        channels: counts.channels,
        members: counts.members,
        forked_logs: odd.forks,
        disk_bytes: disk_bytes(store),
        text_bytes: odd.text_bytes,
        warnings,
        ..Status::default()
    })
}

/// Bytes of the store's files; 0 for one in memory.
fn disk_bytes(store: &Store) -> u64 {
    let Some(path) = store.path() else { return 0 };
    let sizes = ["", "-wal", "-shm"].iter().map(|suffix| {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        std::fs::metadata(file).map_or(0, |meta| meta.len())
    });
    sizes.fold(0, u64::saturating_add)
}
