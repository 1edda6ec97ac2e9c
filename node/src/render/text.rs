//! Other people's text, made safe for a terminal.
//!
//! Control characters and escape sequences could move the cursor, change the title or hide what
//! stands there; marks of text direction could show a name as another. They are replaced by visible
//! symbols, never sent raw.

use unicode_width::UnicodeWidthChar;

/// A text of one line: line breaks become spaces.
#[must_use]
pub fn line(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible(c) }).collect()
}

/// A text of several lines.
#[must_use]
pub fn block(text: &str) -> String {
    text.chars().filter(|c| *c != '\r').map(|c| if matches!(c, '\n' | '\t') { c } else { visible(c) }).collect()
}

/// How many columns a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// At most `columns` columns of a text, the last one `…` where it was cut.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0_usize;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used.saturating_add(wide) > columns.saturating_sub(1) {
            break;
        }
        used = used.saturating_add(wide);
        out.push(c);
    }
    out.push('…');
    out
}

fn visible(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('�'),
        '\u{7f}' => '␡',
        '\u{80}'..='\u{9f}' => '�',
        // Marks and overrides of direction, and separators that some terminals obey.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => '�',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_reaches_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\u{9b}2Jc\u{7}\nd"), "a␛[31mb�2Jc␇ d");
        assert_eq!(block("one\r\ntwo\u{202e}three"), "one\ntwo�three");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("日本"), 4);
        assert_eq!(fit("日本語だ", 5), "日本…");
        assert_eq!(fit("short", 10), "short");
    }
}
