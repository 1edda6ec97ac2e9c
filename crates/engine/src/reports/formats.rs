//! A newsletter as Markdown, HTML and Atom.
//!
//! Texts of members stand in it as they were given: in Markdown as a quotation, so that nothing in them
//! ends it; in HTML and Atom as text in which every character stands for itself. HTML is well-formed as
//! XML, and neither asks for anything from elsewhere.

use std::fmt::Write;

use cremona_envelope::{RecordId, Time};

use super::language::say;
use super::newsletter::{Issue, Item};
use crate::show;
use crate::wall::at_of;

const STYLE: &str = "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}\
h3{margin-bottom:0}.by{margin-top:0;opacity:.75}.text{white-space:pre-wrap;overflow-wrap:anywhere}";

/// As Markdown (CommonMark).
pub(crate) fn markdown(issue: &Issue<'_>) -> String {
    let words = issue.want.language.words();
    let mut out = format!("# {}\n\n{}\n", mark(&issue.title()), mark(&issue.about()));
    if issue.channels.is_empty() {
        let _ = write!(out, "\n{}\n", mark(words.nothing));
    }
    for channel in &issue.channels {
        let _ = write!(out, "\n## {}\n", mark(&format!("#{}", channel.name)));
        for item in &channel.items {
            let _ = write!(out, "\n### {}\n\n{}\n\n", mark(&item.title), mark(&issue.by(item)));
            for line in clean(&item.text).trim_end().lines() {
                out.push_str(if line.is_empty() { ">" } else { "> " });
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    if let Some(left_out) = issue.left_out() {
        let _ = write!(out, "\n{}\n", mark(&left_out));
    }
    out
}

/// As a page of HTML that is XML too.
pub(crate) fn html(issue: &Issue<'_>) -> String {
    let (words, tag, title) = (issue.want.language.words(), issue.want.language.tag(), escape(&issue.title()));
    let mut out = format!(
        "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{tag}\" xml:lang=\"{tag}\">\n<head>\n\
         <meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width\"/>\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n",
        escape(&issue.about())
    );
    if issue.channels.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", escape(words.nothing));
    }
    for channel in &issue.channels {
        let _ = write!(out, "<section>\n<h2 dir=\"auto\">#{}</h2>\n", escape(&one_line(&channel.name)));
        for item in &channel.items {
            let _ = write!(
                out,
                "<article id=\"m{}\">\n<h3 dir=\"auto\">{}</h3>\n<p class=\"by\">{}</p>\n\
                 <div class=\"text\" dir=\"auto\">{}</div>\n</article>\n",
                item.id,
                escape(&one_line(&item.title)),
                escape(&one_line(&issue.by(item))),
                escape(item.text.trim_end())
            );
        }
        out.push_str("</section>\n");
    }
    if let Some(left_out) = issue.left_out() {
        let _ = writeln!(out, "<p>{}</p>", escape(&left_out));
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// As an Atom feed (RFC 4287). Its times are those of the messages; without any, the month's beginning.
pub(crate) fn atom(issue: &Issue<'_>) -> String {
    let updated = issue.items().map(|item| item.changed).max().unwrap_or(issue.begins);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<id>{}</id>\n<title>{}</title>\n\
         <subtitle>{}</subtitle>\n<updated>{}</updated>\n<generator>Cremona</generator>\n",
        issue.want.language.tag(),
        issue.urn(issue.want.month.strftime("newsletter %Y-%m").to_string().as_bytes()),
        escape(&issue.title()),
        escape(&[Some(issue.about()), issue.left_out()].into_iter().flatten().collect::<Vec<_>>().join(" ")),
        show::time(updated)
    );
    for channel in &issue.channels {
        for item in &channel.items {
            let _ = write!(
                out,
                "<entry>\n<id>{}</id>\n<title>{}</title>\n<published>{}</published>\n<updated>{}</updated>\n\
                 <author><name>{}</name></author>\n<category term=\"{}\"/>\n<summary>{}</summary>\n\
                 <content type=\"text\">{}</content>\n</entry>\n",
                issue.urn(&item.id.0),
                escape(&one_line(&item.title)),
                show::time(item.shown),
                show::time(item.changed),
                escape(&one_line(&item.author)),
                escape(&one_line(&channel.name)),
                escape(&one_line(&issue.by(item))),
                escape(item.text.trim_end())
            );
        }
    }
    out.push_str("</feed>\n");
    out
}

impl Issue<'_> {
    fn title(&self) -> String {
        say(self.want.language.words().newsletter, &self.want.language.month(self.want.month))
    }

    fn about(&self) -> String {
        say(self.want.language.words().about, self.want.zone.name())
    }

    fn left_out(&self) -> Option<String> {
        (self.left_out > 0).then(|| say(self.want.language.words().left_out, &self.left_out.to_string()))
    }

    fn moment(&self, time: Time) -> String {
        self.want.language.moment(self.want.zone.wall(at_of(time)))
    }

    /// Who wrote a message and when, and what it is.
    fn by(&self, item: &Item) -> String {
        let words = self.want.language.words();
        let mut parts = vec![say(words.by, &item.author), self.moment(item.shown)];
        parts.extend(item.imported_by.as_ref().map(|by| say(words.imported_by, by)));
        parts.extend(item.announcement.then(|| words.announcement.to_owned()));
        parts.extend(item.reply.then(|| words.reply.to_owned()));
        parts.join(" · ")
    }

    /// A name that no other workspace and nothing else in this one has, in the form of RFC 9562, version 8.
    fn urn(&self, what: &[u8]) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("cremona 2026-11 newsletter ids");
        hasher.update(&self.workspace.0).update(what);
        let hash: RecordId = RecordId(first(hasher.finalize().as_bytes()));
        let hex = u128::from_be_bytes(hash.0);
        let id = hex & !(0xf << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
        let text = format!("{id:032x}");
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    }
}

fn first(hash: &[u8; 32]) -> [u8; 16] {
    let mut out = [0; 16];
    out.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    out
}

/// Lines end with a line feed, and what is no text in XML or has no picture is shown as such.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let char = |c: char| match c {
        '\r' => '\n',
        '\n' | '\t' => c,
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(char).collect()
}

fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As text of XML or in an attribute between double quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// As text of Markdown within a line that doesn't begin with it.
fn mark(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '!' | '|' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_members_write_is_text_and_nothing_else() {
        assert_eq!(escape("<script>\"&\u{0}\r\n\u{ffff}\t"), "&lt;script&gt;&quot;&amp;\u{fffd}\n\u{fffd}\t");
        assert_eq!(mark("# [a](b) <i>\n*x*"), "\\# \\[a\\](b) \\<i\\> \\*x\\*");
    }
}
