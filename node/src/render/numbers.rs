//! Sizes, counts and hashes of a node: sentences for people, name and value for programs.

use cremona_engine::ask::{Digest, Status};
use cremona_engine::said;

use super::table::Table;
use super::text::line;
use super::{Ink, Look, short, standing};
use crate::words::{Lang, dates, say};

/// Sizes, counts, warnings.
pub fn status(status: &Status, look: &Look) -> String {
    if !look.terminal {
        return pairs(status, look);
    }
    let lang = look.lang;
    let (name, workspace) = (line(&status.name), short(&status.workspace));
    let node = if status.running {
        say!(lang, "status-running", name = name, workspace = workspace, peers = status.connected)
    } else {
        say!(lang, "status-stopped", name = name, workspace = workspace)
    };
    let Status { messages, threads, channels, members, envelopes, lives, .. } = status;
    let talk = said!("counted-messages", messages = *messages, threads = *threads, channels = *channels);
    let mut out = [
        node,
        say!(lang, "status-talk", talk = talk, members = said!("counted-members", members = *members)),
        say!(
            lang,
            "status-store",
            envelopes = said!("counted-envelopes", envelopes = *envelopes),
            text = bytes(lang, status.text_bytes),
            disk = bytes(lang, status.disk_bytes),
            lives = said!("counted-lives", lives = *lives),
        ),
    ]
    .map(|row| row + "\n")
    .concat();
    for address in &status.addresses {
        out.push_str(&(say!(lang, "status-listens", address = line(address)) + "\n"));
    }
    out.push_str(&standing::sentences(&status.standing, look));
    for warning in &status.warnings {
        let warning = format!("! {}", line(&lang.hear(warning)));
        out.push_str(&(look.ink(Ink::Yellow, &warning) + "\n"));
    }
    out
}

/// Hashes and counts.
pub fn digest(digest: &Digest, look: &Look) -> String {
    if !look.terminal {
        return pairs(digest, look);
    }
    let Digest { root, state, envelopes, messages, threads, channels, members } = digest;
    let counted = say!(
        look.lang,
        "verify-counted",
        envelopes = said!("counted-envelopes", envelopes = *envelopes),
        talk = said!("counted-messages", messages = *messages, threads = *threads, channels = *channels),
        members = said!("counted-members", members = *members),
    );
    format!("{}\n{counted}\n", say!(look.lang, "verify-hashes", root = root, state = state))
}

/// A row for each field, named as in `--json`; a list takes a row for each of its values.
fn pairs(value: &impl serde::Serialize, look: &Look) -> String {
    use serde_json::Value;
    let mut table = Table::new(look, &[]);
    let plain = |value: Value| if let Value::String(text) = value { text } else { value.to_string() };
    let Ok(Value::Object(fields)) = serde_json::to_value(value) else { return String::new() };
    for (name, value) in fields {
        let values = if let Value::Array(values) = value { values } else { vec![value] };
        values.into_iter().for_each(|value| table.row(vec![name.clone(), plain(value)]));
    }
    table.finish(look)
}

fn bytes(lang: Lang, count: u64) -> String {
    let number = |count: u64| dates::number(lang, i64::try_from(count).unwrap_or(i64::MAX));
    match count {
        0..10_000 => format!("{} B", number(count)),
        10_000..10_000_000 => format!("{} KB", number(count / 1_000)),
        _ => format!("{} MB", number(count / 1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_get_sentences_and_programs_get_pairs() {
        let status = Status {
            workspace: "0123456789".to_owned(),
            name: "ana\u{7}".to_owned(),
            messages: 3,
            text_bytes: 12_345,
            warnings: vec!["2 texts have not arrived yet".to_owned()],
            ..Status::default()
        };
        let shown = super::status(&status, &Look::at_terminal(80));
        assert!(
            shown.starts_with("ana␇ in workspace 01234567, the node is stopped\n3 messages in 0 threads"),
            "{shown}"
        );
        assert!(shown.contains("12 KB of text") && shown.ends_with("! 2 texts have not arrived yet\n"), "{shown}");
        let piped = super::status(&status, &Look::piped());
        for row in ["messages\t3\n", "name\tana␇\n", "running\tfalse\n", "warnings\t2 texts have not arrived yet\n"] {
            assert!(piped.contains(row), "{piped}");
        }
    }
}
