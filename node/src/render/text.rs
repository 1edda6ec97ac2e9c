//! Other people's text, made safe for a terminal.
//!
//! Control characters and escape sequences could move the cursor, change the title or hide what
//! stands there; marks of text direction could show a name as another. They are replaced by visible
//! symbols, never sent raw.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A text of one line: line breaks become spaces.
#[must_use]
pub fn line(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible(c) }).collect()
}

/// The lines of a text, none wider than `columns`, so that no line can pose as something else at
/// the left margin.
#[must_use]
pub fn block(text: &str, columns: usize) -> Vec<String> {
    text.lines()
        .map(|row| row.replace('\t', "    ").chars().map(visible).collect::<String>())
        .flat_map(|row| wrap(&row, columns.max(2)))
        .collect()
}

/// A line in pieces of at most `columns` columns, broken at spaces where there are some.
fn wrap(row: &str, columns: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = row;
    while width(rest) > columns {
        let (piece, after) = rest.split_at(break_at(rest, columns));
        pieces.push(piece.trim_end_matches(' ').to_owned());
        rest = after;
    }
    pieces.push(rest.to_owned());
    pieces
}

/// Where to break a line that is wider than `columns`: after the last space that fits, else after
/// the last character that does. More than 0.
fn break_at(row: &str, columns: usize) -> usize {
    let mut used = 0_usize;
    let (mut fits, mut space) = (0, None);
    for (at, piece) in row.grapheme_indices(true) {
        used = used.saturating_add(piece.width());
        if piece == " " {
            // A space that does not fit is dropped.
            space = Some(at + 1);
        }
        if used > columns {
            break;
        }
        fits = at + piece.len();
    }
    let first = row.graphemes(true).next().map_or(1, str::len);
    space.filter(|at| row[..*at].trim() != "").unwrap_or(fits).max(first)
}

/// How many columns a text takes: characters of East Asia and emoji two, whatever they are made of;
/// marks upon letters none.
#[must_use]
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// At most `columns` columns of a text, the last one `…` where it was cut.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0_usize;
    for piece in text.graphemes(true) {
        let wide = piece.width();
        if used.saturating_add(wide) > columns.saturating_sub(1) {
            break;
        }
        used = used.saturating_add(wide);
        out.push_str(piece);
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
        '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{2028}'
        | '\u{2029}' => '�',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_reaches_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\u{9b}2Jc\u{7}\nd"), "a␛[31mb�2Jc␇ d");
        assert_eq!(block("one\r\ntwo\u{202e}three\r!", 80), ["one", "two�three␍!"]);
        for c in ('\0'..='\u{9f}').chain('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            let text = format!("a{c}b");
            for shown in [line(&text), block(&text, 80).concat()] {
                assert!(!shown.contains(char::is_control), "{c:?} became {shown:?}");
                assert!(c.is_ascii() || !shown.contains(c), "{c:?} became {shown:?}");
            }
        }
    }

    #[test]
    fn long_lines_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(block("the tide turns at noon", 10), ["the tide", "turns at", "noon"]);
        assert_eq!(block("abcdefghijkl", 5), ["abcde", "fghij", "kl"]);
        assert_eq!(block("日本語だ", 5), ["日本", "語だ"]);
        assert_eq!(block("日本", 1), ["日", "本"]);
        assert_eq!(block("  indented\n\n\tcode", 40), ["  indented", "", "    code"]);
        assert_eq!(block("", 10), Vec::<String>::new());
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("日本"), 4);
        assert_eq!(fit("日本語だ", 5), "日本…");
        assert_eq!(fit("short", 10), "short");
    }

    #[test]
    fn what_is_seen_as_one_is_measured_and_cut_as_one() {
        let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
        for (text, columns) in [(family, 2), ("🇮🇩", 2), ("👍🏽", 2), ("e\u{301}", 1), ("\u{1100}\u{1161}\u{11a8}", 2)]
        {
            assert_eq!(width(text), columns, "{text}");
            assert_eq!(fit(&text.repeat(5), columns * 2 + 1), format!("{text}{text}…"), "{text}");
            assert_eq!(block(&text.repeat(3), columns.max(2)).concat(), text.repeat(3));
            assert!(block(&text.repeat(3), columns.max(2)).iter().all(|row| row.starts_with(text)), "{text}");
        }
    }
}
