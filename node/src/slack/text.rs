//! Slack's markup as `CommonMark`, changed only where it is certain what was meant.
//!
//! Many exports hold plain Markdown and formulas already, so whatever is in doubt stays as it is.
//! Code is never touched, but for the three entities that Slack writes everywhere.

use std::ops::Range;

use super::emoji;
use super::lists::Names;

/// Text with the ranges in it that stay as they are: code, links, mentions.
#[derive(Default)]
struct Draft {
    text: String,
    fixed: Vec<Range<usize>>,
}

/// The text with mentions, links, emoji and entities written out, and bold and struck words marked
/// as `CommonMark` does.
pub fn to_markdown(text: &str, names: &Names) -> String {
    let text = text.replace('\0', "");
    let mut draft = Draft::default();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(['<', '`']) {
        let (before, from) = rest.split_at(start);
        draft.loose(before);
        let taken = match from.starts_with('`') {
            true => code(from).map(|len| (len, unescape(from.get(..len).unwrap_or(from)))),
            false => bracket(from).and_then(|(len, inner)| Some((len, reference(inner, names)?))),
        };
        let len =
            taken.as_ref().map_or_else(|| from.len() - from.trim_start_matches('`').len(), |(len, _)| *len).max(1);
        let (literal, after) = from.split_at(len);
        draft.fixed(taken.as_ref().map_or(literal, |(_, text)| text));
        rest = after;
    }
    draft.loose(rest);
    draft.doubled()
}

/// `[label](target)`, written so that neither can end the other early.
pub fn link(label: &str, target: &str) -> String {
    let label = if balanced(label, '[', ']') { label.to_owned() } else { label.replace(['[', ']'], "") };
    let plain = balanced(target, '(', ')') && !target.contains(|c: char| c.is_whitespace() || c.is_control());
    let mut safe = String::with_capacity(target.len());
    for c in target.chars() {
        match c {
            '(' if !plain => safe.push_str("%28"),
            ')' if !plain => safe.push_str("%29"),
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            c if c.is_whitespace() || c.is_control() => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    format!("[{label}]({safe})")
}

/// A link without its query, which may carry a token.
pub fn without_query(link: &str) -> &str {
    link.split(['?', '#']).next().unwrap_or(link)
}

impl Draft {
    fn loose(&mut self, text: &str) {
        self.text.push_str(&emoji::written_out(&unescape(text)));
    }

    fn fixed(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.fixed.push(start..self.text.len());
    }

    fn is_loose(&self, at: usize) -> bool {
        let next = self.fixed.partition_point(|range| range.end <= at);
        self.fixed.get(next).is_none_or(|range| at < range.start)
    }

    /// The text with `*` and `~` doubled where exactly two of one stand in a line as a pair.
    fn doubled(&self) -> String {
        let mut at = Vec::new();
        let (mut start, mut formula) = (0, false);
        for line in self.text.split_inclusive('\n') {
            let range = start..start + line.len();
            start = range.end;
            let fences = line.match_indices("$$").filter(|(index, _)| self.is_loose(range.start + index)).count();
            if !formula && fences == 0 {
                at.extend(['*', '~'].iter().filter_map(|mark| self.pair(range.clone(), *mark)).flatten());
            }
            formula ^= fences % 2 == 1;
        }
        at.sort_unstable();
        let mut out = String::with_capacity(self.text.len() + at.len());
        let mut done = 0;
        for index in at {
            out.push_str(self.text.get(done..=index).unwrap_or(""));
            out.push_str(self.text.get(index..=index).unwrap_or(""));
            done = index + 1;
        }
        out.push_str(self.text.get(done..).unwrap_or(""));
        out
    }

    /// Where the two marks of a line stand, if they surround words and nothing hints at a formula.
    fn pair(&self, range: Range<usize>, mark: char) -> Option<[usize; 2]> {
        let line = self.text.get(range.clone())?;
        let loose =
            |c: char| line.match_indices(c).map(|(index, _)| range.start + index).filter(|at| self.is_loose(*at));
        let marks: Vec<usize> = loose(mark).take(3).collect();
        let [open, close] = marks.as_slice() else { return None };
        let doubt = ['$', '\\', '=', '^'].iter().any(|c| loose(*c).next().is_some());
        let inner = self.text.get(open + 1..*close)?;
        let before = self.text.get(range.start..*open)?.chars().next_back();
        let after = self.text.get(close + 1..range.end)?.chars().next();
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let words = !inner.is_empty() && inner.trim() == inner;
        (!doubt && !indented && words && edge(before) && edge(after)).then_some([*open, *close])
    }
}

/// Whether a mark may stand next to this.
fn edge(c: Option<char>) -> bool {
    c.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | '(' | ')' | '"' | '\''))
}

/// How long the code is that begins with these backticks; `None` where they are only backticks.
/// Three or more may span lines and need no end; fewer must end in their line.
fn code(text: &str) -> Option<usize> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let fence = ticks >= 3;
    let room = if fence { text } else { text.split('\n').next().unwrap_or(text) };
    let mut at = ticks;
    while let Some(found) = room.get(at..).and_then(|rest| rest.find('`')) {
        let from = room.get(at + found..).unwrap_or("");
        let run = from.len() - from.trim_start_matches('`').len();
        at += found + run;
        if run == ticks || (fence && run > ticks) {
            return Some(at);
        }
    }
    fence.then_some(text.len())
}

/// The length of `<…>` within one line, and what stands in it.
fn bracket(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find(['>', '<', '\n'])?;
    let inner = inner.get(..end).filter(|_| inner.get(end..).is_some_and(|rest| rest.starts_with('>')))?;
    Some((end + 2, inner))
}

/// What stands between `<` and `>`: a mention, a channel, a command or a link; `None` for others.
fn reference(inner: &str, names: &Names) -> Option<String> {
    let (target, label) = inner.split_once('|').map_or((inner, None), |(target, label)| (target, Some(label)));
    let label = label.map(unescape).filter(|label| !label.trim().is_empty());
    let id = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if let Some(user) = target.strip_prefix('@').filter(|user| id(user)) {
        let known = names.people.get(user).cloned().or(label);
        return Some(format!("@{}", known.as_deref().unwrap_or(user)));
    }
    if let Some(channel) = target.strip_prefix('#').filter(|channel| id(channel)) {
        let known = label.or_else(|| names.channels.get(channel).cloned());
        return Some(format!("#{}", known.as_deref().unwrap_or(channel)));
    }
    match target.strip_prefix('!') {
        Some(command) => command_of(command, label),
        None => web_link(&unescape(target), label),
    }
}

fn command_of(command: &str, label: Option<String>) -> Option<String> {
    match command.split('^').next() {
        Some(word @ ("here" | "channel" | "everyone" | "group")) => Some(format!("@{word}")),
        Some("subteam") => {
            label.map_or_else(|| Some("@group".to_owned()), |label| Some(format!("@{}", label.trim_start_matches('@'))))
        }
        Some("date") => label,
        _ => None,
    }
}

fn web_link(target: &str, label: Option<String>) -> Option<String> {
    let lower = target.to_ascii_lowercase();
    if !["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme)) {
        return None;
    }
    let private = ["https://files.slack.com/", "https://slack-files.com/"].iter().any(|host| lower.starts_with(host));
    let target = if private { without_query(target) } else { target };
    let bare = target.split_once(':').filter(|_| !lower.starts_with("http")).map_or(target, |(_, rest)| rest);
    Some(match label.filter(|label| label != target && label != bare) {
        Some(label) => link(&label, target),
        None => bare.to_owned(),
    })
}

fn balanced(text: &str, open: char, close: char) -> bool {
    let mut depth = 0_usize;
    for c in text.chars() {
        if c == open {
            depth += 1;
        } else if c == close {
            let Some(less) = depth.checked_sub(1) else { return false };
            depth = less;
        }
    }
    depth == 0
}

/// The three entities that Slack writes.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let names = Names {
            people: [("U1".to_owned(), "Ana".to_owned())].into(),
            channels: [("C1".to_owned(), "plans".to_owned())].into(),
        };
        to_markdown(text, &names)
    }

    fn stays(text: &str) {
        assert_eq!(said(text), text);
    }

    #[test]
    fn mentions_links_and_entities_are_written_out() {
        assert_eq!(said("<@U1> see <#C1|plans> and <#C1>, <!here> <@U9>"), "@Ana see #plans and #plans, @here @U9");
        assert_eq!(said("<https://a.example/?x=1&amp;y=2|the plan>"), "[the plan](https://a.example/?x=1&y=2)");
        assert_eq!(said("<https://a.example|https://a.example>"), "https://a.example");
        assert_eq!(said("<mailto:bo@a.example|bo@a.example>"), "bo@a.example");
        assert_eq!(said("2 &lt; 3 &amp;&amp; 4 &gt; 3, &amp;lt;"), "2 < 3 && 4 > 3, &lt;");
        assert_eq!(said("<!date^1392734382^{date}|18 Feb> <!subteam^S1|@crew>"), "18 Feb @crew");
        assert_eq!(said("<https://a.example/(x|`x`]>"), "[`x`](https://a.example/%28x)");
        assert_eq!(said("<https://files.slack.com/p.pdf?t=xoxe-1>"), "https://files.slack.com/p.pdf");
    }

    #[test]
    fn bold_is_doubled_also_around_code_and_mentions() {
        assert_eq!(said("this is *important*, really"), "this is **important**, really");
        assert_eq!(said("*`cases` is odd*\n~old~ text"), "**`cases` is odd**\n~~old~~ text");
        assert_eq!(said("*ask <@U1>* about `*x*`"), "**ask @Ana** about `*x*`");
        assert_eq!(said("*Title*\n$$a *b* c$$\n*not* sure"), "**Title**\n$$a *b* c$$\n**not** sure");
    }

    #[test]
    fn doubt_changes_nothing() {
        for text in [
            "2 * 3 * 4",
            "already **bold** and ~~struck~~",
            "$a *b* c$",
            "$$\na *b* c\n$$",
            "x^* and y^*",
            "f(*a*b)",
            "* item\n* other *",
            "x < y and y > z",
            "~5 to ~6",
            "<b>html</b> <!-- note -->",
            "<T> <x|y>",
            "a *b*c* d",
            "    let *a* = *b*",
            "10:100: a::b",
            "it`s <@",
            "`",
            "``",
            "a * b*",
            "\u{a0}*",
            "see http://a.example/~x/ and http://b.example/~y/",
        ] {
            stays(text);
        }
    }

    #[test]
    fn code_is_left_alone_and_a_stray_tick_hides_nothing() {
        assert_eq!(said("a `*code* <@U1>` b"), "a `*code* <@U1>` b");
        assert_eq!(said("```\n*x* &lt;T&gt; `y`\n```"), "```\n*x* <T> `y`\n```");
        stays("``a ` *b* <@U1>``");
        stays("````\n```\n*x* :tada:\n```\n````");
        stays("```\nno end *x* <@U1>");
        assert_eq!(said("it`s <@U1>\nand `so"), "it`s @Ana\nand `so");
    }

    #[test]
    fn emoji_are_written_out_where_they_stand_alone() {
        assert_eq!(said("done :tada: :+1::skin-tone-3: :octocat:"), "done 🎉 👍 :octocat:");
        assert_eq!(said("`:tada:` std::smile::x a:eyes:b"), "`:tada:` std::smile::x a:eyes:b");
    }

    #[test]
    fn any_text_is_survived_and_gives_the_same_twice() {
        let bits = [
            "*",
            "~",
            "`",
            "```",
            "<",
            ">",
            "|",
            "@U1",
            "https://a",
            "&lt;",
            "&",
            ":",
            "tada",
            "\n",
            " ",
            "é",
            "$$",
            "[",
            "(",
            ")",
            "\0",
            "!",
        ];
        for seed in 1..20_000_u64 {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let text: String = (0..seed % 24)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    bits[(state >> 33) as usize % bits.len()]
                })
                .collect();
            assert_eq!(said(&text), said(&text), "seed {seed}: {text:?}");
            assert!(said(&text).len() <= text.len() * 4 + 16, "seed {seed}: {text:?}");
        }
    }
}
