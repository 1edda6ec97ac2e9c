//! Messages as HTML: CommonMark and GFM by a library, raw HTML shown as text, sanitised again.
//!
//! Nothing that a message says loads anything: images become links. Links name the host they lead to, code is
//! highlighted here, tables and code scroll by themselves. Names that the message mentions become
//! links, and so do channels that are here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::OnceLock;

use ammonia::Builder;
use comrak::adapters::SyntaxHighlighterAdapter;
use comrak::nodes::{AstNode, NodeValue};
use comrak::options::Plugins;
use comrak::{Arena, Options, format_html_with_plugins, parse_document};
use cremona_engine::ask::{Author, Channel};
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

use super::words::Words;
use crate::http::escaped;
use crate::render::line;

/// Longest code that is highlighted, in bytes: beyond it, it is shown plainly.
const MAX_CODE: usize = 20_000;
/// Longest line of code that is highlighted, in bytes.
const MAX_CODE_LINE: usize = 1_000;
/// Most names that become links in one message.
const MAX_NAMES: usize = 200;
/// The level of headings in messages: below the author's name.
const LEVEL: u8 = 3;

/// Who and what becomes a link where a message names it.
pub struct Named<'a> {
    /// Whom the message mentions.
    pub mentions: &'a [Author],
    /// The id of this member.
    pub me: &'a str,
    /// Channels that are here.
    pub channels: &'a [Channel],
}

/// A message as HTML that is safe in the page.
pub fn html(text: &str, named: &Named<'_>, w: &Words) -> String {
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, text, &options);
    let nodes: Vec<&AstNode<'_>> = root.descendants().collect();
    for node in nodes {
        soften(&arena, node, w);
        name_them(&arena, node, named);
    }
    let highlight = Highlight { w };
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&highlight);
    let mut out = String::new();
    if format_html_with_plugins(root, &options, &mut out, &plugins).is_err() {
        return escaped(text);
    }
    let label = escaped(&w.s("page-table"));
    let table = format!("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table>");
    // Only the library writes tags: those of a message are text.
    let clean = cleaner().clean(&out).to_string();
    clean.replace("<table>", &table).replace("</table>", "</table></div>")
}

/// The words of a message without its signs, on one line.
pub fn plain(text: &str) -> String {
    let arena = Arena::new();
    let mut out = String::new();
    for node in parse_document(&arena, text, &options()).descendants() {
        match &node.data().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::CodeBlock(code) => {
                out.push(' ');
                out.push_str(&code.literal);
            }
            NodeValue::HtmlInline(html) => out.push_str(html),
            NodeValue::HtmlBlock(html) => out.push_str(&html.literal),
            NodeValue::TableCell | NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
            value if value.block() => out.push(' '),
            _ => {}
        }
    }
    line(&out.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    options
}

/// Images become links, links say where they lead, headings stand below the author's name, tasks say in a sign
/// whether they are done.
fn soften<'a>(arena: &'a Arena<'a>, node: &'a AstNode<'a>, w: &Words) {
    let value = node.data().value.clone();
    match value {
        NodeValue::Image(mut link) => {
            node.prepend(new(arena, NodeValue::Text(format!("{}: ", w.s("page-image")).into())));
            node.append(new(arena, NodeValue::Raw(host_of(&link.url, ""))));
            link.title = String::new();
            node.data_mut().value = NodeValue::Link(link);
        }
        NodeValue::Link(mut link) => {
            if let Some(inside) = inside(&link.url) {
                link.url = inside;
                node.data_mut().value = NodeValue::Link(link);
            } else {
                let host = host_of(&link.url, &text_of(node));
                node.append(new(arena, NodeValue::Raw(host)));
            }
        }
        NodeValue::Heading(mut heading) => {
            heading.level = LEVEL;
            node.data_mut().value = NodeValue::Heading(heading);
        }
        NodeValue::TaskItem(task) => {
            let sign = if task.symbol.is_some() { "☑ " } else { "☐ " };
            if let Some(first) = node.first_child() {
                first.prepend(new(arena, NodeValue::Text(Cow::Borrowed(sign))));
            }
        }
        _ => {}
    }
}

fn new<'a>(arena: &'a Arena<'a>, value: NodeValue) -> &'a AstNode<'a> {
    arena.alloc(AstNode::from(value))
}

fn text_of<'a>(node: &'a AstNode<'a>) -> String {
    let text = node.descendants().filter_map(|node| match &node.data().value {
        NodeValue::Text(text) => Some(text.to_string()),
        NodeValue::Code(code) => Some(code.literal.clone()),
        _ => None,
    });
    text.collect()
}

/// The host that a link leads to, where its text does not show it; as HTML.
fn host_of(url: &str, shown: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.is_empty() || shown.contains(rest.trim_end_matches('/')) {
        return String::new();
    }
    format!("<span class=\"host\"> ({})</span>", escaped(host))
}

/// The path of a link to a message or thread of a page on this machine.
fn inside(url: &str) -> Option<String> {
    let rest = url.strip_prefix("http://")?;
    let (host, path) = rest.split_once('/')?;
    let local = ["127.0.0.1:", "localhost:"].iter().any(|start| host.starts_with(start));
    let id = path.strip_prefix("m/").or_else(|| path.strip_prefix("t/"))?;
    let plain = |c: char| c.is_ascii_hexdigit() || matches!(c, '#' | 'm' | '-');
    (local && id.chars().all(plain)).then(|| format!("/{path}"))
}

/// Names after `@` that the message mentions become links to the team, those of channels after `#` to them.
fn name_them<'a>(arena: &'a Arena<'a>, node: &'a AstNode<'a>, named: &Named<'_>) {
    let NodeValue::Text(text) = node.data().value.clone() else { return };
    if !text.contains(['@', '#']) {
        return;
    }
    let in_link = node.ancestors().any(|node| matches!(node.data().value, NodeValue::Link(_)));
    if in_link {
        return;
    }
    let mut rest: &str = &text;
    let mut pieces: Vec<NodeValue> = Vec::new();
    while let Some((at, len, link)) = next_name(rest, named).filter(|_| pieces.len() < MAX_NAMES) {
        let (before, name) = (&rest[..at], &rest[at..at + len]);
        pieces.push(NodeValue::Text(before.to_owned().into()));
        pieces.push(NodeValue::Raw(format!("{link}{}</a>", escaped(name))));
        rest = &rest[at + len..];
    }
    if pieces.is_empty() {
        return;
    }
    let rest = rest.to_owned();
    for piece in pieces {
        node.insert_before(new(arena, piece));
    }
    node.data_mut().value = NodeValue::Text(rest.into());
}

/// Where the next name stands, how many bytes it takes with its sign, and how its link begins; the longest name
/// wins.
fn next_name(text: &str, named: &Named<'_>) -> Option<(usize, usize, String)> {
    text.match_indices(['@', '#']).find_map(|(at, sign)| {
        let after = &text[at + 1..];
        let (len, link) = if sign == "@" {
            let who = longest(named.mentions, |who| &who.name, after)?;
            let class = if who.member == named.me { "at mine" } else { "at" };
            (who.name.len(), format!("<a class=\"{class}\" href=\"/team#{}\">", escaped(&who.member)))
        } else {
            let part_of = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '#' | '/');
            let Channel { name, id, .. } = longest(named.channels, |channel| &channel.name, after)?;
            let whole = !text[..at].ends_with(part_of) && !after[name.len()..].starts_with(part_of);
            (name.len(), whole.then(|| format!("<a class=\"at\" href=\"/c/{}\">", escaped(id)))?)
        };
        Some((at, 1 + len, link))
    })
}

/// What has the longest of the names with which a text begins, in any case of letters.
fn longest<'n, T>(all: &'n [T], name: impl Fn(&T) -> &String, text: &str) -> Option<&'n T> {
    let begins = |name: &str| {
        !name.is_empty() && text.get(..name.len()).is_some_and(|start| start.to_lowercase() == name.to_lowercase())
    };
    all.iter().filter(|one| begins(name(one))).max_by_key(|one| name(one).len())
}

/// What may stand in the page; whatever the library writes passes, nothing else does.
fn cleaner() -> &'static Builder<'static> {
    static CLEANER: OnceLock<Builder<'static>> = OnceLock::new();
    CLEANER.get_or_init(|| {
        let mut builder = Builder::default();
        builder
            .rm_tags(["img", "map", "area", "center", "figure", "figcaption"])
            .add_tag_attributes("span", ["class"])
            .add_tag_attributes("a", ["class"])
            .add_tag_attributes("pre", ["tabindex", "role", "aria-label"])
            .url_schemes(["http", "https", "mailto"].into())
            .url_relative(ammonia::UrlRelative::PassThrough)
            .link_rel(Some("noopener noreferrer nofollow"));
        builder
    })
}

/// Code, highlighted on the node: classes, no colours, as the page has its own.
struct Highlight<'w> {
    w: &'w Words,
}

impl SyntaxHighlighterAdapter for Highlight<'_> {
    fn write_highlighted(&self, output: &mut dyn Write, lang: Option<&str>, code: &str) -> fmt::Result {
        let syntaxes = syntaxes();
        let syntax = lang.and_then(|lang| syntaxes.find_syntax_by_token(lang));
        let plain = code.len() > MAX_CODE || code.lines().any(|line| line.len() > MAX_CODE_LINE);
        let Some(syntax) = syntax.filter(|_| !plain) else { return output.write_str(&escaped(code)) };
        let style = ClassStyle::SpacedPrefixed { prefix: "c-" };
        let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, syntaxes, style);
        for line in LinesWithEndings::from(code) {
            if generator.parse_html_for_line_which_includes_newline(line).is_err() {
                return output.write_str(&escaped(code));
            }
        }
        output.write_str(&generator.finalize())
    }

    fn write_pre_tag(&self, output: &mut dyn Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        write!(output, "<pre tabindex=\"0\" role=\"region\" aria-label=\"{}\">", escaped(&self.w.s("page-code")))
    }

    fn write_code_tag(&self, output: &mut dyn Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        output.write_str("<code>")
    }
}

fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(SyntaxSet::load_defaults_newlines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn shown(text: &str) -> String {
        let w = Words { lang: Lang::En, now: "2026-11-27T12:00:00[UTC]".parse().unwrap() };
        let author = |member: &str, name: &str| Author { member: member.to_owned(), name: name.to_owned() };
        let mentions = [author("a1", "Ana"), author("a2", "Ana Reyes"), author("b1", "Bo")];
        let channels = [("plans", "c1"), ("plans-2027", "c2")].map(|(name, id)| Channel {
            name: name.to_owned(),
            id: id.to_owned(),
            ..Channel::default()
        });
        html(text, &Named { mentions: &mentions, me: "b1", channels: &channels }, &w)
    }

    #[test]
    fn a_message_in_a_line_has_words_and_no_signs() {
        let text = "# Berths\n\nThe *north* berth is **free** from `06:00`; see [the plan](https://example.com/a)\n\n| a | b |\n|---|---|\n| c | d |\n\n<b>so</b>";
        assert_eq!(plain(text), "Berths The north berth is free from 06:00; see the plan a b c d <b>so</b>");
    }

    #[test]
    fn what_people_write_reads_as_they_meant_it() {
        for (text, expected) in [
            ("**bold** and `code`", "<p><strong>bold</strong> and <code>code</code></p>\n"),
            ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
            ("~~gone~~", "<p><del>gone</del></p>\n"),
            ("# Loud", "<h3>Loud</h3>\n"),
            (
                "@Ana Reyes, @bo!",
                "<p><a class=\"at\" href=\"/team#a2\" rel=\"noopener noreferrer nofollow\">@Ana Reyes</a>, <a class=\"at mine\" href=\"/team#b1\" rel=\"noopener noreferrer nofollow\">@bo</a>!</p>\n",
            ),
            (
                "see http://127.0.0.1:4480/m/0a1b",
                "<p>see <a href=\"/m/0a1b\" rel=\"noopener noreferrer nofollow\">http://127.0.0.1:4480/m/0a1b</a></p>\n",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(shown("- [x] done\n- [ ] open").contains("☑ done"), "{}", shown("- [x] done"));
        assert!(shown("|a|b|\n|-|-|\n|1|2|").contains("<div class=\"scroll\" tabindex=\"0\""));
        assert!(
            shown("```rust\nlet x = 1;\n```").contains("<span class=\"c-"),
            "{}",
            shown("```rust\nlet x = 1;\n```")
        );
    }

    #[test]
    fn a_channel_that_is_here_is_a_link_and_no_other_is() {
        let link = |id: &str, name: &str| {
            format!("<a class=\"at\" href=\"/c/{id}\" rel=\"noopener noreferrer nofollow\">{name}</a>")
        };
        for (text, expected) in [
            ("see #plans.", format!("see {}.", link("c1", "#plans"))),
            ("#Plans-2027, @bo", format!("{}, ", link("c2", "#Plans-2027"))),
        ] {
            assert!(shown(text).contains(&expected), "{text}: {}", shown(text));
        }
        for text in
            ["#planspotting", "#plans-9", "#general", "a#plans", "`#plans`", "https://a.example/#plans", "# plans"]
        {
            assert!(!shown(text).contains("/c/"), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn links_say_where_they_lead_and_nothing_loads_by_itself() {
        let link = shown("[my bank](https://evil.example/login)");
        assert!(link.contains("<span class=\"host\"> (evil.example)</span>"), "{link}");
        assert!(shown("[x](https://good.example@evil.example/)").contains("(evil.example)"));
        assert!(!shown("https://cremona.example/a").contains("host"));
        let image = shown("![a cat](https://cats.example/cat.png)");
        assert!(!image.contains("<img") && image.contains("a cat") && image.contains("(cats.example)"), "{image}");
    }

    #[test]
    fn nothing_of_a_message_is_a_tag_or_a_script() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](vbscript:a)",
            "<svg/onload=alert(1)>",
            "```\"><script>alert(1)</script>\n<img onerror=x>\n```",
            "![\"onerror=alert(1)](x\"onerror=alert(1))",
            "<a href=\"javascript:alert(1)\">x</a>",
            "|<img src=x onerror=a>|\n|-|\n|<script>|",
        ] {
            let html = shown(text).to_lowercase();
            assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<svg"), "{text}: {html}");
            for scheme in ["javascript", "data", "vbscript"] {
                assert!(!html.contains(&format!("<a href=\"{scheme}")), "{text}: {html}");
            }
        }
    }

    #[test]
    fn long_lines_and_deep_nesting_end_soon() {
        for text in
            ["x".repeat(65_536), "> ".repeat(20_000), "[".repeat(30_000), "*a ".repeat(20_000), "@Ana ".repeat(13_000)]
        {
            assert!(!shown(&text).is_empty());
        }
    }
}
