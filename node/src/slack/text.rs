//! Slack's markup as `CommonMark`, changed only where it is certain what was meant.

use super::Names;

/// The text with mentions, links and entities written out, and bold and struck words marked as
/// `CommonMark` does. Code is left as it is.
pub fn to_markdown(text: &str, names: &Names) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split("```").enumerate() {
        if index > 0 {
            out.push_str("```");
        }
        if index % 2 == 1 {
            out.push_str(&unescape(part));
            continue;
        }
        for (index, span) in part.split('`').enumerate() {
            if index > 0 {
                out.push('`');
            }
            let code = index % 2 == 1;
            out.push_str(&if code { unescape(span) } else { prose(span, names) });
        }
    }
    out
}

fn prose(text: &str, names: &Names) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        out.push_str(&marks(&unescape(before)));
        let Some(end) = from.find('>').filter(|end| !from[1..*end].contains(['\n', '<'])) else {
            out.push('<');
            rest = &from[1..];
            continue;
        };
        out.push_str(&reference(&from[1..end], names).unwrap_or_else(|| unescape(&from[..=end])));
        rest = &from[end + 1..];
    }
    out.push_str(&marks(&unescape(rest)));
    out
}

/// What stands between `<` and `>`: a mention, a channel, a command or a link; `None` for others.
fn reference(inner: &str, names: &Names) -> Option<String> {
    let (target, label) = inner.split_once('|').map_or((inner, None), |(target, label)| (target, Some(label)));
    if let Some(user) = target.strip_prefix('@') {
        return Some(format!("@{}", label.unwrap_or_else(|| names.of(user))));
    }
    if let Some(channel) = target.strip_prefix('#') {
        return Some(format!("#{}", label.filter(|label| !label.is_empty()).unwrap_or(channel)));
    }
    if let Some(command) = target.strip_prefix('!') {
        let word = label.unwrap_or_else(|| command.split('^').next().unwrap_or(command));
        return Some(if word.starts_with('@') { word.to_owned() } else { format!("@{word}") });
    }
    let link = ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    if !link {
        return None;
    }
    let target = unescape(target);
    Some(match label.map(unescape).filter(|label| !label.is_empty() && *label != target) {
        Some(label) => format!("[{}]({target})", label.replace(['[', ']'], "")),
        None => target.trim_start_matches("mailto:").to_owned(),
    })
}

/// `*bold*` and `~struck~` of single words or phrases that stand alone within a line.
fn marks(text: &str) -> String {
    double(&double(text, '*'), '~')
}

/// Doubles a mark around a phrase, if exactly two of it stand in the line and look like a pair.
fn double(text: &str, mark: char) -> String {
    let lines = text.split('\n').map(|line| {
        if line.matches(mark).count() != 2 {
            return line.to_owned();
        }
        let mut parts = line.splitn(3, mark);
        let (Some(before), Some(inner), Some(after)) = (parts.next(), parts.next(), parts.next()) else { return line.to_owned() };
        let edge = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | '(' | ')' | '"'));
        let words = inner.trim() == inner && !inner.is_empty() && !inner.contains(['$', '\\', '=', '^', '_']);
        if words && edge(before.chars().last()) && edge(after.chars().next()) {
            format!("{before}{mark}{mark}{inner}{mark}{mark}{after}")
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The three entities that Slack writes.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        to_markdown(text, &Names(std::iter::once(("U1".to_owned(), "Ana".to_owned())).collect()))
    }

    #[test]
    fn mentions_links_and_entities_are_written_out() {
        assert_eq!(said("<@U1> see <#C1|plans>, <!here>"), "@Ana see #plans, @here");
        assert_eq!(said("<https://a.example/?x=1&amp;y=2|the plan>"), "[the plan](https://a.example/?x=1&y=2)");
        assert_eq!(said("<https://a.example>"), "https://a.example");
        assert_eq!(said("2 &lt; 3 &amp;&amp; 4 &gt; 3"), "2 < 3 && 4 > 3");
    }

    #[test]
    fn bold_is_doubled_and_doubt_changes_nothing() {
        assert_eq!(said("this is *important*, really"), "this is **important**, really");
        assert_eq!(said("2 * 3 * 4"), "2 * 3 * 4");
        assert_eq!(said("already **bold**"), "already **bold**");
        assert_eq!(said("$a*b*c$"), "$a*b*c$");
        assert_eq!(said("a `*code*` b"), "a `*code*` b");
        assert_eq!(said("```\n*x* &lt;T&gt;\n```"), "```\n*x* <T>\n```");
        assert_eq!(said("x < y and y > z"), "x < y and y > z");
    }
}
