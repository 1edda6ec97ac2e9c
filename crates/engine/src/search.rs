//! The language of searches: words, "phrases", -without, and begin* at the end of a word.

use cremona_store::{Term, Words};

use crate::ask::{Failure, Reason};

/// Longest query, in bytes.
const MAX_QUERY: usize = 1_000;
/// Most words and phrases.
const MAX_TERMS: usize = 32;

/// Reads a query.
pub(crate) fn parse(query: &str) -> Result<Words, Failure> {
    if query.len() > MAX_QUERY {
        return Err(Failure::new(
            Reason::Usage,
            format!("a search of {} bytes is over the limit of {MAX_QUERY}", query.len()),
            "use fewer words",
        ));
    }
    let mut words = Words::default();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let (term, after) = next_term(rest, query)?;
        if term.text.chars().any(char::is_alphanumeric) {
            words.terms.push(term);
        }
        rest = after.trim_start();
    }
    if words.terms.iter().all(|term| term.not) {
        return Err(Failure::new(
            Reason::Usage,
            format!("there is no word to search for in {query:?}"),
            "give at least one word or \"phrase\"",
        ));
    }
    if words.terms.len() > MAX_TERMS {
        return Err(Failure::new(Reason::Usage, format!("a search has at most {MAX_TERMS} words"), "use fewer words"));
    }
    Ok(words)
}

fn next_term<'a>(rest: &'a str, query: &str) -> Result<(Term, &'a str), Failure> {
    let (not, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    if let Some(phrase) = rest.strip_prefix('"') {
        let (text, after) = phrase.split_once('"').ok_or_else(|| {
            let column = query.len().saturating_sub(phrase.len());
            Failure::new(
                Reason::Usage,
                format!("the quotation mark at column {column} is never closed"),
                "close it with another \"",
            )
        })?;
        return Ok((Term { text: text.to_owned(), prefix: false, not }, after));
    }
    let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    let (text, prefix) = word.strip_suffix('*').map_or((word, false), |word| (word, true));
    Ok((Term { text: text.to_owned(), prefix, not }, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_phrases_and_what_must_not_occur() {
        let words = parse("plan \"launch day\" -draft budg*").unwrap();
        let shown: Vec<_> = words.terms.iter().map(|t| (t.text.as_str(), t.prefix, t.not)).collect();
        assert_eq!(
            shown,
            [("plan", false, false), ("launch day", false, false), ("draft", false, true), ("budg", true, false)]
        );
    }

    #[test]
    fn a_mark_that_is_never_closed_is_pointed_at() {
        let failure = parse("plan \"launch").unwrap_err();
        assert!(failure.message.contains("column 6"), "{}", failure.message);
        assert_eq!(parse("  -draft ").unwrap_err().reason, Reason::Usage);
    }
}
