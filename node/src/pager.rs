//! Long answers on a terminal go through the person's pager; everything else goes straight out.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

/// What is asked for where nothing says which: stay silent where it fits, show colours, leave the text
/// on the screen.
const USUAL: &str = "less";
const USUAL_FLAGS: &str = "FRX";

/// The pager that the environment means; `None` where it wants none.
fn pager(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let wanted = variable("CREMONA_PAGER").or_else(|| variable("PAGER")).unwrap_or_else(|| USUAL.to_owned());
    let wanted = wanted.trim();
    (!wanted.is_empty() && wanted != "cat").then(|| wanted.to_owned())
}

/// Shows a text that has more than `rows` rows in the pager. False where there is none, or it does not
/// start: then the text is still to be written.
pub fn show(text: &str, rows: usize) -> bool {
    if text.lines().count() < rows {
        return false;
    }
    let Some(pager) = pager(|name| std::env::var(name).ok()) else { return false };
    page(&pager, text)
}

fn page(pager: &str, text: &str) -> bool {
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", USUAL_FLAGS);
    }
    let Ok(mut child) = command.spawn() else { return false };
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    // Who has seen enough leaves the pager before the end.
    let left = written.is_ok() || written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
    match child.wait() {
        // 127 and 126 are the shell's words for a program that is not there, or can't be run.
        Ok(status) => left && !matches!(status.code(), Some(126 | 127)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Option<String> {
        pager(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_chooses_the_pager_or_none() {
        assert_eq!(of(&[]).as_deref(), Some("less"));
        assert_eq!(of(&[("PAGER", "most -s")]).as_deref(), Some("most -s"));
        assert_eq!(of(&[("PAGER", "most"), ("CREMONA_PAGER", "")]), None);
        assert_eq!(of(&[("PAGER", "cat")]), None);
    }

    #[test]
    fn a_text_reaches_the_pager_whole_and_one_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().join("seen");
        let text = "satu\ndua\ntiga\n".repeat(10_000);
        assert!(page(&format!("cat > '{}'", seen.display()), &text));
        assert_eq!(std::fs::read_to_string(&seen).unwrap(), text);
        assert!(page("head -1 > /dev/null", &text), "who has seen enough may leave");
        assert!(!page("no-such-pager-anywhere 2> /dev/null", &text));
    }

    #[test]
    fn what_fits_is_not_paged() {
        assert!(!show("one\ntwo\n", 24));
    }
}
