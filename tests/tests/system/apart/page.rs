//! The page that the run writes: `docs/a-day-apart.md`.

use std::path::PathBuf;

/// What ends a screen.
const END: &str = "```\n";

/// A page of Markdown as it grows.
pub struct Page {
    text: String,
    /// Ids of threads, and the words that stand for them.
    names: Vec<(String, String)>,
}

impl Page {
    pub fn new(title: &str) -> Self {
        Self { text: format!("# {title}\n"), names: Vec::new() }
    }

    pub fn heading(&mut self, text: &str) {
        self.text.push_str(&format!("\n## {text}\n"));
    }

    pub fn says(&mut self, text: &str) {
        self.text.push_str(&format!("\n{}\n", wrapped(text)));
    }

    /// What is seen on a screen.
    pub fn shows(&mut self, lines: &[String]) {
        match self.text.strip_suffix(END).map(str::len) {
            Some(same_screen) => self.text.truncate(same_screen),
            None => self.text.push_str("\n```\n"),
        }
        for line in lines {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
        self.text.push_str(END);
    }

    /// What someone types, with the names of threads in place of their ids.
    pub fn typed(&mut self, who: &str, args: &[&str]) {
        let mut line = format!("{}$ cremona", who.to_lowercase());
        for arg in args {
            let plain = arg.chars().all(|c| c.is_alphanumeric() || ['-', '_', '.', ':'].contains(&c));
            match self.names.iter().find(|(id, _)| id == arg) {
                Some((_, name)) => line.push_str(&format!(" {name}")),
                None if plain => line.push_str(&format!(" {arg}")),
                None => line.push_str(&format!(" \"{arg}\"")),
            }
        }
        self.shows(&[line]);
    }

    /// From now on this word stands for the thread.
    pub fn calls(&mut self, id: &str, name: &str) {
        self.names.push((id.to_owned(), name.to_owned()));
    }

    /// Compares it with what is in the repository, or writes it there where `CREMONA_BLESS` is set.
    pub fn is_kept(&self) {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/a-day-apart.md");
        if std::env::var_os("CREMONA_BLESS").is_some() {
            std::fs::write(&path, &self.text).expect("the page can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        for (n, (now, then)) in self.text.lines().zip(kept.lines()).enumerate() {
            assert_eq!(now, then, "line {} of docs/a-day-apart.md; CREMONA_BLESS=1 writes it anew", n + 1);
        }
        assert_eq!(self.text, kept, "docs/a-day-apart.md; CREMONA_BLESS=1 writes it anew");
    }
}

/// Text in lines of at most 120 characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > 120 {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}
