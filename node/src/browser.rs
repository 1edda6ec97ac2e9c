//! Opens a link in the browser that the person uses.

use std::process::{Command, Stdio};

use cremona_engine::Failure;

use crate::words::{fail, system};

/// What opens links here.
const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Opens a link; does not wait for the browser.
///
/// # Errors
/// [`Failure`] where nothing opens links here.
pub fn open(link: &str) -> Result<(), Failure> {
    let mut command = Command::new(OPENER);
    command.arg(link).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child =
        command.spawn().map_err(|error| fail!(Failed, "no-browser", program = OPENER, error = system(&error)))?;
    // Whoever has ended is seen off, so that it does not stay behind as a zombie.
    std::thread::spawn(move || child.wait());
    Ok(())
}
