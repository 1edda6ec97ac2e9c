//! The rules by which a sentence counts as a decision or a question: those of `rules.txt`, which says how
//! they are read.
//!
//! A catch-up looks at thousands of sentences. Where a rule's words begin with a letter or digit, no sentence
//! fits that does not have their first word as a word of its own; so rules are looked up by the words of a
//! sentence, and only few are tried on it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The rules in the program.
static EMBEDDED: LazyLock<Rules> =
    LazyLock::new(|| Rules::parse(include_str!("rules.txt")).expect("a test reads the rules"));

/// What a sentence may count as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Decision,
    Question,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Begins,
    Holds,
    Ends,
}

struct Rule {
    sort: Sort,
    how: How,
    words: String,
    unless: Vec<String>,
    #[cfg(test)]
    examples: Examples,
}

#[cfg(test)]
#[derive(Default)]
struct Examples {
    language: String,
    yes: Vec<String>,
    no: Vec<String>,
}

/// Rules of every sort.
pub(crate) struct Rules {
    all: Vec<Rule>,
    /// Which of them may fit a sentence that has this word.
    by_word: HashMap<String, Vec<usize>>,
    /// Which may fit any sentence.
    anywhere: Vec<usize>,
}

impl Rules {
    /// Those in the program.
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The first sentence of a text that counts as one of this sort, as it was given.
    pub(crate) fn find<'a>(&self, sort: Sort, text: &'a str) -> Option<&'a str> {
        sentences(text).into_iter().find(|sentence| {
            let plain = plain(sentence);
            let asks = sort == Sort::Decision && plain.ends_with('?');
            !asks && self.that_may_fit(&plain).any(|rule| rule.sort == sort && rule.fits(&plain))
        })
    }

    fn that_may_fit(&self, plain: &str) -> impl Iterator<Item = &Rule> {
        let by_word = words(plain).filter_map(|word| self.by_word.get(word)).flatten();
        self.anywhere.iter().chain(by_word).filter_map(|at| self.all.get(*at))
    }

    fn of(all: Vec<Rule>) -> Self {
        let (mut by_word, mut anywhere) = (HashMap::<String, Vec<usize>>::new(), Vec::new());
        for (at, rule) in all.iter().enumerate() {
            let first = words(&rule.words).next().filter(|word| !word.is_empty());
            match (rule.how, first) {
                (How::Begins | How::Holds, Some(word)) => by_word.entry(word.to_owned()).or_default().push(at),
                (How::Begins | How::Holds | How::Ends, _) => anywhere.push(at),
            }
        }
        Self { all, by_word, anywhere }
    }

    /// Rules as they are written; what is wrong with a line that is none.
    fn parse(text: &str) -> Result<Self, String> {
        let mut rules: Vec<Rule> = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let wrong = || format!("line {}: {line:?} is no part of a rule", at.saturating_add(1));
            if let Some(head) = line.strip_prefix('[') {
                rules.push(Rule::parse(head).ok_or_else(wrong)?);
                continue;
            }
            let (sign, rest) = line.split_once(' ').ok_or_else(wrong)?;
            let rule = rules.last_mut().ok_or_else(wrong)?;
            match sign {
                "!" => rule.unless.push(rest.to_owned()),
                "+" | "-" => rule.note(sign, rest),
                _ => return Err(wrong()),
            }
        }
        Ok(Self::of(rules))
    }
}

impl Rule {
    fn parse(head: &str) -> Option<Self> {
        let (head, words) = head.split_once(']')?;
        let mut parts = head.split(' ');
        let sort = match parts.next()? {
            "decision" => Sort::Decision,
            "question" => Sort::Question,
            _ => return None,
        };
        let language = parts.next().filter(|language| ["en", "id", "any"].contains(language))?;
        let how = match parts.next()? {
            "begins" => How::Begins,
            "holds" => How::Holds,
            "ends" => How::Ends,
            _ => return None,
        };
        let words = words.trim().to_owned();
        let complete = !words.is_empty() && parts.next().is_none() && !language.is_empty();
        complete.then(|| Self {
            sort,
            how,
            words,
            unless: Vec::new(),
            #[cfg(test)]
            examples: Examples { language: language.to_owned(), ..Examples::default() },
        })
    }

    #[cfg(not(test))]
    fn note(&mut self, _: &str, _: &str) {}

    #[cfg(test)]
    fn note(&mut self, sign: &str, example: &str) {
        let to = if sign == "+" { &mut self.examples.yes } else { &mut self.examples.no };
        to.push(example.to_owned());
    }

    fn fits(&self, plain: &str) -> bool {
        let fits = match self.how {
            How::Begins => begins(plain, &self.words),
            How::Holds => holds(plain, &self.words),
            How::Ends => plain.ends_with(&self.words),
        };
        fits && !self.unless.iter().any(|words| holds(plain, words))
    }
}

/// What stands between other marks than letters and digits.
fn words(plain: &str) -> impl Iterator<Item = &str> {
    plain.split(|c: char| !c.is_alphanumeric())
}

fn begins(plain: &str, words: &str) -> bool {
    plain.strip_prefix(words).is_some_and(|after| is_end(words, after))
}

/// Whether the words stand there, with no letter before or after them.
fn holds(plain: &str, words: &str) -> bool {
    plain.match_indices(words).any(|(at, found)| {
        let before = plain.get(..at).and_then(|before| before.chars().next_back());
        let after = plain.get(at.saturating_add(found.len())..).unwrap_or_default();
        before.is_none_or(|c| !c.is_alphanumeric()) && is_end(words, after)
    })
}

fn is_end(words: &str, after: &str) -> bool {
    !words.ends_with(char::is_alphanumeric) || after.chars().next().is_none_or(|c| !c.is_alphanumeric())
}

/// The sentences of a text, line by line, without quotations and blocks of code.
fn sentences(text: &str) -> Vec<&str> {
    let mut code = false;
    let mut out = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") || line.starts_with("~~~") {
            code = !code;
        } else if !code && !line.starts_with('>') {
            split(line, &mut out);
        }
    }
    out
}

/// A sentence ends with `.`, `!`, `?` or several of them, before a space or the end of the line.
fn split<'a>(line: &'a str, out: &mut Vec<&'a str>) {
    let mut rest = line;
    while let Some(end) = end_of_sentence(rest) {
        let (sentence, after) = rest.split_at(end);
        out.push(sentence.trim());
        rest = after.trim_start();
    }
    out.extend(Some(rest).filter(|rest| !rest.is_empty()));
}

fn end_of_sentence(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        let next = chars.peek().copied();
        if matches!(c, '.' | '!' | '?') && next.is_some_and(|(_, next)| next.is_whitespace()) {
            return next.map(|(at, _)| at);
        }
    }
    None
}

/// A sentence as rules look at it: in small letters, without marks, list signs, code and leading calls.
fn plain(sentence: &str) -> String {
    let mut text = String::with_capacity(sentence.len());
    let mut code = false;
    for c in sentence.chars() {
        match c {
            '`' => code = !code,
            '*' | '_' | '~' => {}
            '’' if !code => text.push('\''),
            c if !code && c.is_ascii() => text.push(c.to_ascii_lowercase()),
            c if !code => text.extend(c.to_lowercase()),
            _ => {}
        }
    }
    let is_sign = |word: &&str| {
        let number = word.trim_end_matches(['.', ')']);
        let listed = number.len() < word.len() && number.bytes().all(|byte| byte.is_ascii_digit());
        matches!(*word, "-" | "+") || word.chars().all(|c| c == '#') || word.starts_with('@') || listed
    };
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace().skip_while(is_sign) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_examples_and_they_are_what_it_says() {
        let rules = Rules::parse(include_str!("rules.txt")).unwrap();
        assert!(rules.all.len() > 40);
        for rule in &rules.all {
            let (Examples { yes, no, .. }, words) = (&rule.examples, &rule.words);
            assert!(!yes.is_empty() && !no.is_empty(), "{words}: no example");
            for example in yes {
                assert!(rule.fits(&plain(example)), "{words}: {example}");
                assert_eq!(rules.find(rule.sort, example), Some(example.as_str()), "{words}");
            }
            for example in no {
                assert_eq!(rules.find(rule.sort, example), None, "{words}");
            }
            for unless in &rule.unless {
                assert!(!rule.fits(&plain(&format!("{unless}, {words} so"))), "{words} unless {unless}");
            }
        }
    }

    #[test]
    fn both_languages_have_rules_of_both_sorts() {
        let rules = Rules::embedded();
        for language in ["en", "id"] {
            for sort in [Sort::Decision, Sort::Question] {
                let of = |rule: &&Rule| rule.examples.language == language && rule.sort == sort;
                assert!(rules.all.iter().filter(of).count() >= 5, "{language} {sort:?}");
            }
        }
    }

    #[test]
    fn what_is_looked_up_by_words_is_what_trying_every_rule_finds() {
        let rules = Rules::embedded();
        let examples = rules.all.iter().flat_map(|rule| rule.examples.yes.iter().chain(&rule.examples.no));
        let halves = examples.flat_map(|example| [Some(example.as_str()), example.get(example.len() / 2..)]);
        for sentence in
            halves.flatten().chain(["", "?", "so: we decided.", "(we agreed) sowe decided", "Décidé: Tolong!"])
        {
            let plain = plain(sentence);
            for rule in rules.all.iter().filter(|rule| rule.fits(&plain)) {
                let found = rules.that_may_fit(&plain).any(|one| std::ptr::eq(one, rule));
                assert!(found, "{}: {sentence}", rule.words);
            }
        }
    }

    #[test]
    fn quotations_and_code_say_nothing() {
        let rules = Rules::embedded();
        let text = "> Decision: no\n```\nDecision: no\n```\n`Decision: no`\nVersion 3.5 is out. - Decision: yes!";
        assert_eq!(rules.find(Sort::Decision, text), Some("- Decision: yes!"));
        assert_eq!(rules.find(Sort::Question, text), None);
        assert_eq!(sentences("One. Two?! three 3.5 v1.\n\nFour"), ["One.", "Two?!", "three 3.5 v1.", "Four"]);
    }

    #[test]
    fn a_line_that_is_no_rule_is_told() {
        for wrong in
            ["+ an example of nothing", "[decision en ends]", "[decision fr holds] x", "[wish en holds] x", "x"]
        {
            assert!(Rules::parse(wrong).is_err(), "{wrong}");
        }
    }
}
