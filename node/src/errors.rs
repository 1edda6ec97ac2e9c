//! From failures to exit codes and words: the only place that does.

use std::process::ExitCode;

use cremona_engine::{Failure, Reason};

use crate::render::text;

/// Prints a failure on standard error, with what to do next, and gives the exit code.
pub fn report(failure: &Failure) -> ExitCode {
    if failure.message == BROKEN_PIPE {
        return ExitCode::SUCCESS; // Whoever read our output has seen enough.
    }
    eprintln!("cremona: {}", text::line(&failure.message));
    if !failure.hint.is_empty() {
        eprintln!("  {}", text::line(&failure.hint));
    }
    ExitCode::from(code(failure.reason))
}

/// Message of the failure to write to a reader that is gone.
const BROKEN_PIPE: &str = "nobody reads the output any more";

/// Exit codes that scripts can rely on.
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
    let message = if error.kind() == std::io::ErrorKind::BrokenPipe {
        BROKEN_PIPE.to_owned()
    } else {
        format!("can't write the output: {error}")
    };
    Failure::new(Reason::Failed, message, "")
}
