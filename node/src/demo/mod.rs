//! `cremona demo` (being written).

use cremona_engine::Failure;

/// Runs the demo.
///
/// # Errors
/// [`Failure`].
pub fn run(_keep: bool) -> Result<(), Failure> {
    Err(Failure::new(cremona_engine::Reason::Failed, "not yet", ""))
}
