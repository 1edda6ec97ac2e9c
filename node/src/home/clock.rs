//! The present: the system's clock, or one that a test moves.
//!
//! `CREMONA_CLOCK=FILE` sets this process's clock by a file that holds a moment in RFC 3339: when the file was
//! written it was that moment, and time has passed since. Only what counts as the present moves, for what
//! is said, due, shown and retried; waiting itself goes by the system's clock. A testing aid: whoever
//! can set it can set the system's clock for this process too.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use cremona_engine::Failure;
use cremona_envelope::Time;

use crate::words::fail;

/// The variable that names the file.
const VARIABLE: &str = "CREMONA_CLOCK";
/// Longest text that is read of it, in bytes.
const MAX_TEXT: u64 = 100;

/// The present.
#[must_use]
pub fn now() -> Time {
    let system = since_1970(SystemTime::now());
    let Some(moved) = moved() else { return Time(u64::try_from(system).unwrap_or(0)).plus(0) };
    Time(u64::try_from(system.saturating_add(moved.ahead())).unwrap_or(0)).plus(0)
}

/// Refuses a clock that can't be read, before anything goes by it.
///
/// # Errors
/// [`Failure`] that names the file.
pub fn check() -> Result<(), Failure> {
    moved().map_or(Ok(()), |moved| moved.look().map(|_| ()))
}

fn moved() -> Option<&'static Moved> {
    static MOVED: OnceLock<Option<Moved>> = OnceLock::new();
    let named = || std::env::var_os(VARIABLE).filter(|file| !file.is_empty()).map(PathBuf::from);
    MOVED.get_or_init(|| named().map(Moved::by)).as_ref()
}

/// A clock that a file moves.
struct Moved {
    file: PathBuf,
    /// How far it was ahead of the system's clock when the file could last be read.
    last: Mutex<i64>,
}

impl Moved {
    fn by(file: PathBuf) -> Self {
        Self { file, last: Mutex::new(0) }
    }

    /// By how many ms it is ahead of the system's clock. While the file can't be read, it goes on as it went.
    fn ahead(&self) -> i64 {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match self.look() {
            Ok(ahead) => *last = ahead,
            Err(failure) => tracing::warn!(message = %failure.message, "the moved clock goes on as it went"),
        }
        *last
    }

    fn look(&self) -> Result<i64, Failure> {
        let (text, written) = read(&self.file).map_err(|error| unreadable(&self.file, &error.to_string()))?;
        let moment: jiff::Timestamp =
            text.trim().parse().map_err(|error: jiff::Error| unreadable(&self.file, &error.to_string()))?;
        Ok(moment.as_millisecond().saturating_sub(since_1970(written)))
    }
}

/// What a file holds and when it was written, of one file even if another takes its place meanwhile.
fn read(path: &Path) -> std::io::Result<(String, SystemTime)> {
    let mut file = std::fs::File::open(path)?;
    let mut text = String::new();
    file.by_ref().take(MAX_TEXT).read_to_string(&mut text)?;
    Ok((text, file.metadata()?.modified()?))
}

/// Milliseconds since 1970; 0 before.
fn since_1970(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn unreadable(file: &Path, why: &str) -> Failure {
    fail!(Usage, "clock-unreadable", path = file.display().to_string(), error = why)
}

#[cfg(test)]
mod tests {
    use cremona_engine::Reason;

    use super::*;

    #[test]
    fn the_file_moves_the_clock_and_time_goes_on_from_there() {
        let folder = tempfile::tempdir().unwrap();
        let moved = Moved::by(folder.path().join("clock"));
        std::fs::write(&moved.file, "2026-10-26T09:00:00-04:00\n").unwrap();
        let there = |moved: &Moved| since_1970(SystemTime::now()).saturating_add(moved.ahead());
        let nine: jiff::Timestamp = "2026-10-26T13:00:00Z".parse().unwrap();
        let first = there(&moved) - nine.as_millisecond();
        assert!((0..60_000).contains(&first), "{first} ms after nine");
        let before = moved.ahead();
        std::fs::write(&moved.file, "2026-10-26T21:00:00Z").unwrap();
        assert!((there(&moved) - nine.as_millisecond() - 8 * 3_600_000).abs() < 60_000);
        assert_ne!(moved.ahead(), before);
    }

    #[test]
    fn a_clock_that_can_not_be_read_is_refused_and_later_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let moved = Moved::by(folder.path().join("clock"));
        assert!(moved.look().unwrap_err().message.contains("can't be read"));
        std::fs::write(&moved.file, "2026-10-26T09:00:00Z").unwrap();
        let ahead = moved.ahead();
        for text in ["", "half past nine", "2026-02-30T09:00:00Z"] {
            std::fs::write(&moved.file, text).unwrap();
            assert_eq!(moved.look().unwrap_err().reason, Reason::Usage, "{text:?}");
            assert_eq!(moved.ahead(), ahead);
        }
    }
}
