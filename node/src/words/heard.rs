//! What other crates say in English, recognised by the English catalogue.
//!
//! Reasons for which a peer was dropped, warnings and the like come as English text. The English
//! sentences of `heard.ftl` are read as patterns: text that fits one becomes its name and what fills
//! the gaps, which may fit a pattern themselves.

use cremona_engine::{Given, Said};
use fluent_bundle::FluentResource;
use fluent_syntax::ast;
use std::sync::OnceLock;

use super::Lang;
use super::catalogue::texts;

/// Most sentences within sentences.
const DEEP: usize = 4;

/// A sentence as a pattern.
#[derive(Debug)]
struct Pattern {
    code: String,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Gap(String),
}

/// The name and gaps of a sentence that fits `text`; several, parted by `; `, are a list.
pub(super) fn recognised(text: &str) -> Option<Said> {
    within(text, DEEP)
}

fn within(text: &str, deep: usize) -> Option<Said> {
    let deep = deep.checked_sub(1)?;
    let one = patterns().iter().find_map(|pattern| {
        let gaps = fit(&pattern.parts, text)?;
        Some(gaps.into_iter().fold(Said::new(&pattern.code), |said, (name, gap)| said.with(name, given(gap, deep))))
    });
    one.or_else(|| {
        let (first, rest) = text.split_once("; ")?;
        let (first, rest) = (given(first, deep), given(rest, deep));
        let known = |given: &Given| matches!(given, Given::Said(_));
        (known(&first) || known(&rest)).then(|| Said::new("heard-list").with("first", first).with("rest", rest))
    })
}

fn given(gap: &str, deep: usize) -> Given {
    match gap.parse::<i64>() {
        Ok(number) => Given::Number(number),
        Err(_) => within(gap, deep).map_or_else(|| Given::Text(gap.to_owned()), Given::Said),
    }
}

/// What fills the gaps of a pattern where `text` fits it: each gap ends where the text after it first
/// begins, the last one at the end.
fn fit<'a>(parts: &'a [Part], text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut rest = text;
    let mut gaps = Vec::new();
    let mut parts = parts.iter().peekable();
    while let Some(part) = parts.next() {
        match (part, parts.peek()) {
            (Part::Text(literal), _) => rest = rest.strip_prefix(literal.as_str())?,
            (Part::Gap(name), Some(Part::Text(literal))) => {
                let at = rest.find(literal.as_str()).filter(|at| *at > 0)?;
                let (gap, after) = rest.split_at(at);
                gaps.push((name.as_str(), gap));
                rest = after;
            }
            (Part::Gap(name), None) if !rest.is_empty() => gaps.push((name.as_str(), std::mem::take(&mut rest))),
            (Part::Gap(_), _) => return None,
        }
    }
    rest.is_empty().then_some(gaps)
}

fn patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let heard = texts(Lang::En).into_iter().filter(|(name, _)| *name == "heard");
        heard.flat_map(|(_, text)| read(text)).collect()
    })
}

fn read(text: &str) -> Vec<Pattern> {
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let messages = resource.entries().filter_map(|entry| match entry {
        ast::Entry::Message(message) => Some(message),
        _ => None,
    });
    messages
        .filter_map(|message| {
            let parts = message.value.as_ref()?.elements.iter().map(part).collect::<Option<Vec<_>>>()?;
            let says_something = parts.iter().any(|part| matches!(part, Part::Text(text) if text.trim().len() > 1));
            says_something.then(|| Pattern { code: message.id.name.to_owned(), parts })
        })
        .collect()
}

fn part(element: &ast::PatternElement<&str>) -> Option<Part> {
    match element {
        ast::PatternElement::TextElement { value } => Some(Part::Text((*value).to_owned())),
        ast::PatternElement::Placeable {
            expression: ast::Expression::Inline(ast::InlineExpression::VariableReference { id }),
        } => Some(Part::Gap(id.name.to_owned())),
        ast::PatternElement::Placeable { .. } => None,
    }
}
