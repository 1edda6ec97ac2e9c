//! What a search looks for, and how it is said to the index.

/// What to look for: all of it must occur.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Each one a word or the words of a phrase.
    pub terms: Vec<Term>,
}

/// A word or phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The words; those of a phrase stand next to each other.
    pub text: String,
    /// Whether the last word may go on.
    pub prefix: bool,
    /// Whether it must not occur.
    pub not: bool,
}

impl Words {
    /// The FTS5 expression; every word is quoted, so no operator of a user's reaches FTS5.
    /// `None` where there is nothing to look for.
    pub(crate) fn expression(&self) -> Option<String> {
        let side = |not: bool| self.terms.iter().filter(move |term| term.not == not).map(Term::quoted);
        let wanted: Vec<String> = side(false).collect();
        if wanted.is_empty() {
            return None;
        }
        let unwanted: String = side(true).map(|term| format!(" NOT {term}")).collect();
        Some(format!("({}){unwanted}", wanted.join(" AND ")))
    }

    /// What a snippet shows of a text that matches: any term that is looked for.
    pub(crate) fn any(&self) -> String {
        let wanted: Vec<String> = self.terms.iter().filter(|term| !term.not).map(Term::quoted).collect();
        wanted.join(" OR ")
    }

    /// Any of what must not occur; `None` where there is nothing of the kind.
    pub(crate) fn unwanted(&self) -> Option<String> {
        let unwanted: Vec<String> = self.terms.iter().filter(|term| term.not).map(Term::quoted).collect();
        (!unwanted.is_empty()).then(|| unwanted.join(" OR "))
    }

    /// The words that may go on, each as an expression of its own, with the number of its term.
    pub(crate) fn beginnings(&self) -> Vec<(usize, String)> {
        let beginnings = self.terms.iter().enumerate().filter(|(_, term)| term.prefix);
        beginnings.map(|(number, term)| (number, Term { text: term.halves().1, ..term.clone() }.quoted())).collect()
    }

    /// The same query, less strict: without the words that may go on in the terms of these numbers.
    pub(crate) fn without_beginnings(&self, numbers: &[usize]) -> Self {
        let kept = |(number, term): (usize, &Term)| {
            if !numbers.contains(&number) {
                return Some(term.clone());
            }
            let text = term.halves().0;
            let strict = !term.not && text.chars().any(char::is_alphanumeric);
            strict.then_some(Term { text, prefix: false, not: false })
        };
        Self { terms: self.terms.iter().enumerate().filter_map(kept).collect() }
    }
}

impl Term {
    fn quoted(&self) -> String {
        let star = if self.prefix { " *" } else { "" };
        format!("\"{}\"{star}", self.text.replace('"', "\"\"").replace('\0', " "))
    }

    /// What stands before the last word, and that word.
    fn halves(&self) -> (String, String) {
        let text = self.text.trim_end_matches(|c: char| !c.is_alphanumeric());
        let (before, last) = match text.char_indices().rfind(|(_, c)| !c.is_alphanumeric()) {
            Some((at, c)) => text.split_at(at.saturating_add(c.len_utf8())),
            None => ("", text),
        };
        (before.to_owned(), last.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(text: &str, prefix: bool, not: bool) -> Term {
        Term { text: text.to_owned(), prefix, not }
    }

    #[test]
    fn a_query_without_its_beginnings_matches_no_less() {
        let words =
            Words { terms: vec![term("launch", false, false), term("ship-d", true, false), term("a-b", true, true)] };
        assert_eq!(words.beginnings(), [(1, "\"d\" *".to_owned()), (2, "\"b\" *".to_owned())]);
        let less = |numbers: &[usize]| words.without_beginnings(numbers).expression().unwrap();
        assert_eq!(less(&[]), "(\"launch\" AND \"ship-d\" *) NOT \"a-b\" *");
        assert_eq!(less(&[1]), "(\"launch\" AND \"ship-\") NOT \"a-b\" *");
        assert_eq!(less(&[1, 2]), "(\"launch\" AND \"ship-\")");
        assert_eq!(Words { terms: vec![term("d", true, false)] }.without_beginnings(&[0]).expression(), None);
    }
}
