//! Sizes, counts and hashes of a node: sentences for people, name and value for programs.

use cremona_engine::ask::{Digest, Status};

use super::table::Table;
use super::text::line;
use super::{Look, short, standing};

/// Sizes, counts, warnings.
pub fn status(status: &Status, look: &Look) -> String {
    if !look.terminal {
        return pairs(status, look);
    }
    let running = if status.running { format!("running, {} peers", status.connected) } else { "stopped".to_owned() };
    let mut out = format!(
        "{} in workspace {}, node {running}\n{} messages in {} threads and {} channels, {} members\n\
         {} envelopes, {} of text, {} on disk, {} lives of this device's log\n",
        line(&status.name),
        short(&status.workspace),
        status.messages,
        status.threads,
        status.channels,
        status.members,
        status.envelopes,
        bytes(status.text_bytes),
        bytes(status.disk_bytes),
        status.lives,
    );
    for address in &status.addresses {
        out.push_str(&format!("listens on {}\n", line(address)));
    }
    out.push_str(&standing::sentences(&status.standing));
    for warning in &status.warnings {
        out.push_str(&format!("! {}\n", line(warning)));
    }
    out
}

/// Hashes and counts.
pub fn digest(digest: &Digest, look: &Look) -> String {
    if !look.terminal {
        return pairs(digest, look);
    }
    format!(
        "root   {}\nstate  {}\n{} envelopes, {} messages, {} threads, {} channels, {} members\n",
        digest.root, digest.state, digest.envelopes, digest.messages, digest.threads, digest.channels, digest.members
    )
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

fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} B"),
        10_000..10_000_000 => format!("{} KB", count / 1_000),
        _ => format!("{} MB", count / 1_000_000),
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
        let shown = super::status(&status, &Look { json: false, terminal: true, columns: 80 });
        assert!(shown.starts_with("ana␇ in workspace 01234567, node stopped\n3 messages in 0 threads"), "{shown}");
        assert!(shown.contains("12 KB of text") && shown.ends_with("! 2 texts have not arrived yet\n"), "{shown}");
        let piped = super::status(&status, &Look { json: false, terminal: false, columns: 80 });
        for row in ["messages\t3\n", "name\tana␇\n", "running\tfalse\n", "warnings\t2 texts have not arrived yet\n"] {
            assert!(piped.contains(row), "{piped}");
        }
    }
}
