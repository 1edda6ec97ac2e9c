//! The body of a message: what a person typed, apart from the change so that it can be erased.

use minicbor::{Decode, Encode};

/// Longest text of a message, in bytes of UTF-8.
pub const MAX_TEXT: usize = 65_536;
/// Longest title, in bytes of UTF-8.
pub const MAX_TITLE: usize = 300;

/// A text and perhaps a title: a CBOR map with integer keys.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Text {
    /// `CommonMark`.
    #[n(0)]
    pub text: String,
    /// On roots only.
    #[n(1)]
    pub title: Option<String>,
}

impl Text {
    /// The CBOR bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self.title.as_deref(), &self.text)
    }

    /// Reads a body; `None` where it is not one within the limits. It then counts as unreadable, on
    /// all nodes alike.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let text: Self = minicbor::decode(bytes).ok()?;
        let fits = text.text.len() <= MAX_TEXT && text.title.as_ref().is_none_or(|title| title.len() <= MAX_TITLE);
        fits.then_some(text)
    }
}

/// The CBOR bytes of a body, without making a [`Text`] first.
#[must_use]
pub fn encode(title: Option<&str>, text: &str) -> Vec<u8> {
    #[derive(Encode)]
    #[cbor(map)]
    struct Borrowed<'a> {
        #[n(0)]
        text: &'a str,
        #[n(1)]
        title: Option<&'a str>,
    }
    minicbor::to_vec(Borrowed { text, title }).expect("encoding to a Vec can't fail")
}

/// The title of a thread that was given none: the first line with text, at most 80 characters.
#[must_use]
pub fn title_of(text: &str) -> String {
    let marks = |c: char| c.is_whitespace() || matches!(c, '#' | '*' | '>' | '_' | '`' | '-' | '~');
    let line = text.lines().map(|line| line.trim_matches(marks)).find(|line| !line.is_empty()).unwrap_or("");
    let mut title: String = line.chars().take(80).collect();
    if line.chars().nth(80).is_some() {
        title.pop();
        title.push('…');
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_that_says_something() {
        assert_eq!(title_of("\n\n## Where do we meet?\nIn Cremona."), "Where do we meet?");
        assert_eq!(title_of(&"a".repeat(90)).chars().count(), 80);
        assert_eq!(title_of(""), "");
    }

    #[test]
    fn both_ways_of_encoding_agree() {
        for title in [None, Some("t".to_owned())] {
            let text = Text { text: "hello".to_owned(), title };
            assert_eq!(Text::decode(&text.encode()), Some(text));
        }
    }
}
