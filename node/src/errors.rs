//! From failures to exit codes and words: the only place that does.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use cremona_engine::{Failure, Reason};

use crate::render::text;
use crate::words::{Lang, fail, system};

/// Name of the failure to write to a reader that is gone.
const UNREAD: &str = "output-unread";

/// Prints a failure on standard error, with what to do next, and gives the exit code.
pub fn report(failure: &Failure, lang: Lang) -> ExitCode {
    if failure.said.as_ref().is_some_and(|said| said.code == UNREAD) {
        return ExitCode::SUCCESS; // Whoever read our output has seen enough.
    }
    // Where nobody hears the words, the exit code still tells.
    let _ = std::io::stderr().lock().write_all(words(failure, lang).as_bytes());
    ExitCode::from(code(failure.reason))
}

/// Exit codes that scripts can rely on; 0 is done.
#[must_use]
pub fn code(reason: Reason) -> u8 {
    match reason {
        Reason::Failed => 1,
        Reason::Usage => 2,
        Reason::NotFound => 3,
        Reason::NotAllowed => 4,
        Reason::NotRunning => 5,
        Reason::Ambiguous => 6,
        Reason::TryLater => 75,
    }
}

/// A failure to write output.
#[must_use]
pub fn output(error: &std::io::Error) -> Failure {
    if error.kind() == ErrorKind::BrokenPipe {
        return fail!(Failed, "output-unread");
    }
    fail!(Failed, "output-failed", error = system(error))
}

/// What happened, and on a line of its own what to do.
fn words(failure: &Failure, lang: Lang) -> String {
    let (message, hint) = lang.tell(failure);
    let message = text::line(&message);
    if hint.is_empty() {
        return format!("cremona: {message}\n");
    }
    format!("cremona: {message}\n  {}\n", text::line(&hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_can_tell_failures_apart() {
        let reasons = [
            (Reason::Failed, 1),
            (Reason::Usage, 2),
            (Reason::NotFound, 3),
            (Reason::NotAllowed, 4),
            (Reason::NotRunning, 5),
            (Reason::Ambiguous, 6),
            (Reason::TryLater, 75),
        ];
        for (reason, expected) in reasons {
            assert_eq!(code(reason), expected, "{reason:?}");
        }
    }

    #[test]
    fn people_hear_what_to_do_next_and_no_escape_gets_through() {
        let failure = Failure::new(Reason::NotFound, "no channel \"\u{1b}]0;x\u{7}\"", "`cremona channels` lists them");
        assert_eq!(words(&failure, Lang::En), "cremona: no channel \"␛]0;x␇\"\n  `cremona channels` lists them\n");
        assert_eq!(words(&Failure::new(Reason::Failed, "it failed", ""), Lang::Id), "cremona: it failed\n");
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_failure() {
        assert_eq!(report(&output(&ErrorKind::BrokenPipe.into()), Lang::En), ExitCode::SUCCESS);
        assert!(output(&ErrorKind::StorageFull.into()).message.starts_with("can't write the output"));
    }
}
