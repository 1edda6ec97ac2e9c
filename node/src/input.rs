//! Where typed text comes from: an argument, a file, standard input, or an editor.

use std::ffi::OsStr;
use std::io::{IsTerminal, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use cremona_engine::{Failure, Reason};

use crate::cli::TextArgs;
use crate::home::{io_failure, random};

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
        (None, None) if args.stdin.is_some() => from_stdin(),
        (None, None) if std::io::stdin().is_terminal() => from_editor(&editor(), &scratch_folder()),
        (None, None) => Err(Failure::new(
            Reason::Usage,
            "there is no text",
            "give it with -m TEXT, -F FILE, or - for standard input",
        )),
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
    read_utf8(std::io::stdin().lock(), "standard input")
}

fn from_file(file: &Path) -> Result<String, Failure> {
    let opened = std::fs::File::open(file).map_err(|error| io_failure("read", file, &error))?;
    read_utf8(opened, &file.display().to_string())
}

fn read_utf8(from: impl Read, name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    from.take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(Reason::Failed, format!("can't read {name}: {error}"), ""))?;
    if bytes.len() as u64 > MAX_INPUT {
        let message = format!("{name} holds more than {MAX_INPUT} bytes");
        return Err(Failure::new(Reason::Usage, message, "a message has at most 65536"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(
            Reason::Usage,
            format!("{name} is not UTF-8 text (byte {at})"),
            "convert it, for instance with iconv",
        )
    })?;
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
    let failed = |what: String| Failure::new(Reason::Failed, what, "set EDITOR, or give the text with -m TEXT");
    let arguments =
        [OsStr::new("-c"), format!("{editor} \"$1\"").as_ref(), "sh".as_ref(), file.as_ref()].map(OsStr::to_owned);
    match std::process::Command::new("sh").args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("{editor} ended with {status}"))),
        Err(error) => Err(failed(format!("can't start {editor}: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ana_pipes_a_text_from_another_system() {
        assert_eq!(read_utf8(&b"\xef\xbb\xbfhalo\r\n\r\nsemua\r\n"[..], "it").unwrap(), "halo\r\n\r\nsemua");
        let latin = read_utf8(&b"caf\xe9"[..], "notes.txt").unwrap_err();
        assert_eq!(latin.reason, Reason::Usage);
        assert_eq!(latin.message, "notes.txt is not UTF-8 text (byte 3)");
    }

    #[test]
    fn an_endless_input_is_not_read_to_its_end() {
        let failure = read_utf8(std::io::repeat(b'x'), "standard input").unwrap_err();
        assert_eq!(failure.reason, Reason::Usage);
        assert!(failure.message.contains("more than 1048576 bytes"), "{failure}");
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
