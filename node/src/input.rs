//! Where typed text comes from: an argument, a file, standard input, or an editor.

use std::ffi::OsStr;
use std::io::{IsTerminal, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use cremona_engine::{Failure, Given, said};

use crate::cli::TextArgs;
use crate::home::{io_failure, random};
use crate::words::{fail, system};

/// Longest text that is read from a file or standard input, in bytes; the message limit is lower
/// and says so itself.
const MAX_INPUT: u64 = 1024 * 1024;

/// The text that the arguments mean.
///
/// # Errors
/// [`Failure`] where there is none, or it is not UTF-8 or too long.
pub fn text(args: &TextArgs) -> Result<String, Failure> {
    match (&args.given, &args.file) {
        (Some(text), _) => Ok(text.clone()),
        (None, Some(file)) if file.as_os_str() != "-" => from_file(file),
        (None, Some(_)) => from_stdin(),
        (None, None) if args.words == ["-"] => from_stdin(),
        (None, None) if !args.words.is_empty() => Ok(args.words.join(" ")),
        (None, None) if std::io::stdin().is_terminal() => from_editor(&editor(), &scratch_folder()),
        (None, None) => Err(fail!(Usage, "no-text")),
    }
}

/// The key that the argument means: itself, `@FILE`, or `-` for standard input.
///
/// # Errors
/// [`Failure`] where it can't be read.
pub fn key(argument: &str) -> Result<String, Failure> {
    match argument.strip_prefix('@') {
        Some(file) => from_file(Path::new(file)),
        None if argument == "-" => from_stdin(),
        None => Ok(argument.to_owned()),
    }
}

fn from_stdin() -> Result<String, Failure> {
    read_utf8(std::io::stdin().lock(), said!("standard-input").into())
}

fn from_file(file: &Path) -> Result<String, Failure> {
    let opened = std::fs::File::open(file).map_err(|error| io_failure("read", file, &error))?;
    read_utf8(opened, file.display().to_string().into())
}

fn read_utf8(from: impl Read, name: Given) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = from.take(MAX_INPUT + 1).read_to_end(&mut bytes);
    if let Err(error) = read {
        return Err(fail!(Failed, "input-read", name = name, error = system(&error)));
    }
    if bytes.len() as u64 > MAX_INPUT {
        return Err(fail!(Usage, "input-long", name = name, limit = MAX_INPUT));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| fail!(Usage, "input-latin", name = name, at = error.utf8_error().valid_up_to()))?;
    // Some editors begin a file with a byte order mark, and end it with a line break.
    Ok(text.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']).to_owned())
}

fn editor() -> String {
    std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR")).unwrap_or_else(|_| "vi".to_owned())
}

fn scratch_folder() -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from)
}

/// What a person leaves in a new file of their own, which goes when the editor ends.
fn from_editor(editor: &str, folder: &Path) -> Result<String, Failure> {
    let name = blake3::hash(&random()?).to_hex();
    let file = folder.join(format!("cremona-{}.md", &name[..16]));
    let new = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
    new.map_err(|error| io_failure("write", &file, &error))?;
    let text = edit(editor, &file).and_then(|()| from_file(&file));
    std::fs::remove_file(&file).map_err(|error| io_failure("remove", &file, &error))?;
    text
}

fn edit(editor: &str, file: &Path) -> Result<(), Failure> {
    let arguments =
        [OsStr::new("-c"), format!("{editor} \"$1\"").as_ref(), "sh".as_ref(), file.as_ref()].map(OsStr::to_owned);
    match std::process::Command::new("sh").args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let status =
                status.code().map_or_else(|| said!("ended-signal"), |code| said!("ended-code", code = i64::from(code)));
            Err(fail!(Failed, "editor-ended", editor = editor, status = status))
        }
        Err(error) => Err(fail!(Failed, "editor-failed", editor = editor, error = system(&error))),
    }
}

#[cfg(test)]
mod tests {
    use cremona_engine::Reason;

    use super::*;

    #[test]
    fn ana_pipes_a_text_from_another_system() {
        assert_eq!(read_utf8(&b"\xef\xbb\xbfhalo\r\n\r\nsemua\r\n"[..], "it".into()).unwrap(), "halo\r\n\r\nsemua");
        let latin = read_utf8(&b"caf\xe9"[..], "notes.txt".into()).unwrap_err();
        assert_eq!(latin.reason, Reason::Usage);
        assert_eq!(latin.message, "notes.txt is not UTF-8 text (byte 3)");
    }

    #[test]
    fn an_endless_input_is_not_read_to_its_end() {
        let failure = read_utf8(std::io::repeat(b'x'), "it".into()).unwrap_err();
        assert_eq!(failure.reason, Reason::Usage);
        assert!(failure.message.contains("more than 1,048,576 bytes"), "{failure}");
    }

    #[test]
    fn a_key_comes_from_the_argument_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "wsk1abc\n").unwrap();
        assert_eq!(key(&format!("@{}", file.display())).unwrap(), "wsk1abc");
        assert_eq!(key(" “WSK1ABC” ").unwrap(), " “WSK1ABC” ");
        assert_eq!(key("@/nowhere/key").unwrap_err().reason, Reason::Failed);
    }

    #[test]
    fn bo_writes_in_an_editor_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let written = from_editor("printf 'a thought\\n' >", folder.path()).unwrap();
        assert_eq!(written, "a thought");
        let failure = from_editor("false", folder.path()).unwrap_err();
        assert!(failure.message.starts_with("false ended with"), "{failure}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
