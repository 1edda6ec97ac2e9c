//! The catalogue, walked: both languages say the same things, of what the code names nothing is
//! missing, and nothing stands there that nobody says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::FluentResource;
use fluent_syntax::ast;

use super::catalogue::texts;
use super::*;

/// What is the same word in both languages.
const SAME: [&str; 10] = [
    "check-data",
    "check-node",
    "column-id",
    "what-emoji",
    "what-status",
    // Moments are written in one way in both languages.
    "page-at-example",
    "page-due-example",
    "page-until-example",
    "page-for-whom-hint",
    "page-megabytes",
];
/// Sentences whose names are put together: `io_failure(what)`, stations of the doctor, help and names
/// of values, what is heard.
const FAMILIES: [&str; 8] = ["io-", "check-", "help", "value-", "heard-", "what-", "page-theme-", "page-set-"];

/// The gaps of a sentence, and what of it is text.
#[derive(Debug, Default)]
struct Sentence {
    gaps: BTreeSet<String>,
    /// Gaps by which a plural is chosen: a language without plurals need not have them.
    plurals: BTreeSet<String>,
    text: String,
    refers: Vec<String>,
}

/// Sentences by name; attributes as `name.attribute`.
fn sentences(lang: Lang) -> BTreeMap<String, Sentence> {
    let mut all = BTreeMap::new();
    for (file, text) in texts(lang) {
        let resource = FluentResource::try_new(text.to_owned())
            .unwrap_or_else(|(_, errors)| panic!("{file}.ftl of {lang:?}: {errors:?}"));
        for entry in resource.entries() {
            let ast::Entry::Message(message) = entry else { continue };
            if let Some(value) = &message.value {
                all.insert(message.id.name.to_owned(), sentence(value));
            }
            for attribute in &message.attributes {
                all.insert(format!("{}.{}", message.id.name, attribute.id.name), sentence(&attribute.value));
            }
        }
    }
    all
}

fn sentence(pattern: &ast::Pattern<&str>) -> Sentence {
    let mut sentence = Sentence::default();
    read(pattern, &mut sentence);
    sentence
}

fn read(pattern: &ast::Pattern<&str>, into: &mut Sentence) {
    for element in &pattern.elements {
        match element {
            ast::PatternElement::TextElement { value } => into.text.push_str(value),
            ast::PatternElement::Placeable { expression: ast::Expression::Inline(inline) } => gap(inline, into),
            ast::PatternElement::Placeable { expression: ast::Expression::Select { selector, variants } } => {
                let mut chosen = Sentence::default();
                gap(selector, &mut chosen);
                into.plurals.append(&mut chosen.gaps);
                variants.iter().for_each(|variant| read(&variant.value, into));
            }
        }
    }
}

fn gap(inline: &ast::InlineExpression<&str>, into: &mut Sentence) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            into.gaps.insert(id.name.to_owned());
        }
        ast::InlineExpression::MessageReference { id, attribute } => into.refers.push(match attribute {
            Some(attribute) => format!("{}.{}", id.name, attribute.name),
            None => id.name.to_owned(),
        }),
        other => panic!("the catalogue keeps to plain gaps, plurals and references, not {other:?}"),
    }
}

/// The gaps of a sentence and of what it refers to.
fn gaps(all: &BTreeMap<String, Sentence>, name: &str) -> BTreeSet<String> {
    let sentence = &all[name];
    sentence.gaps.iter().cloned().chain(sentence.refers.iter().flat_map(|other| gaps(all, other))).collect()
}

#[test]
fn both_languages_say_the_same_things_with_the_same_gaps() {
    let (english, indonesian) = (sentences(Lang::En), sentences(Lang::Id));
    let help = |name: &str| name.starts_with("help") || name.starts_with("value-");
    let names =
        |all: &BTreeMap<String, Sentence>| all.keys().filter(|name| !help(name)).cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&english), names(&indonesian));
    for name in english.keys() {
        assert_eq!(gaps(&english, name), gaps(&indonesian, name), "{name}");
    }
}

#[test]
fn no_sentence_is_empty_and_none_was_left_in_english() {
    let english = sentences(Lang::En);
    for (name, sentence) in sentences(Lang::Id) {
        let says = !sentence.text.trim().is_empty() || !sentence.gaps.is_empty() || !sentence.refers.is_empty();
        assert!(says, "{name} is empty");
        let words = sentence.text.chars().any(char::is_alphabetic);
        if let Some(same) = english.get(&name).filter(|_| words && !SAME.contains(&name.as_str())) {
            assert_ne!(same.text, sentence.text, "{name} is English");
        }
    }
}

/// Where the code names a sentence: its name, and the gaps that it fills.
fn named() -> Vec<(String, BTreeSet<String>, String)> {
    let mut found = Vec::new();
    sources(&["node", "crates/engine"], &mut |path, text| {
        for start in ["said!(", "say!(", "fail!("] {
            for (at, _) in text.match_indices(start) {
                let call = balanced(&text[at + start.len()..]);
                let Some((_, rest)) = call.split_once('"') else { continue };
                let Some((code, rest)) = rest.split_once('"') else { continue };
                let whole = code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
                if whole && !code.is_empty() {
                    found.push((code.to_owned(), filled(rest), path.display().to_string()));
                }
            }
        }
    });
    found
}

/// Every file of our source in these folders of the project.
fn sources(folders: &[&str], each: &mut impl FnMut(&Path, &str)) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("node stands in the project");
    folders.iter().for_each(|folder| visit(&project.join(folder).join("src"), each));
}

fn visit(folder: &Path, each: &mut impl FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, each);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            each(&path, text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default());
        }
    }
}

/// The page's templates.
fn templates(each: &mut impl FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")).unwrap() {
        let path = entry.unwrap().path();
        each(&path, &std::fs::read_to_string(&path).unwrap());
    }
}

#[test]
fn what_templates_name_is_there_and_has_no_gaps_but_a_number() {
    let all = sentences(Lang::En);
    let mut found = 0;
    templates(&mut |path, text| {
        for (call, gap) in [("w.s(\"", None), ("w.n(\"", Some("count"))] {
            for code in text.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                found += 1;
                assert!(all.contains_key(code), "{} names {code}, which is not in the catalogue", path.display());
                let gaps: BTreeSet<String> = gaps(&all, code)
                    .into_iter()
                    .chain(all[code].plurals.clone())
                    .filter(|name| !name.is_empty())
                    .collect();
                assert_eq!(gaps, gap.map(str::to_owned).into_iter().collect(), "{}: {code}", path.display());
            }
        }
    });
    assert!(found > 100, "only {found} places were found");
}

/// What stands before the parenthesis that closes; those in strings don't count.
fn balanced(text: &str) -> &str {
    let (mut open, mut quoted, mut escaped) = (1, false, false);
    let end = text.char_indices().find(|(_, c)| {
        match c {
            '"' if !escaped => quoted = !quoted,
            '(' if !quoted => open += 1,
            ')' if !quoted => open -= 1,
            _ => {}
        }
        escaped = *c == '\\' && !escaped;
        open == 0
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// `name` of each `, name = value` that stands in no other call.
fn filled(rest: &str) -> BTreeSet<String> {
    let (mut depth, mut quoted, mut parts, mut part) = (0, false, Vec::new(), String::new());
    for c in rest.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if depth == 0 && !quoted => parts.push(std::mem::take(&mut part)),
            _ => {}
        }
        part.push(c);
    }
    parts.push(part);
    let name = |part: &String| {
        let (name, _) = part.trim_start_matches(',').split_once('=')?;
        let name = name.trim();
        name.chars().all(|c| c.is_ascii_lowercase() || c == '_').then(|| name.to_owned()).filter(|n| !n.is_empty())
    };
    parts.iter().filter_map(name).collect()
}

#[test]
fn what_the_code_names_is_there_and_its_gaps_are_filled() {
    let (english, indonesian) = (sentences(Lang::En), sentences(Lang::Id));
    let named = named();
    assert!(named.len() > 150, "only {} places were found", named.len());
    for (code, filled, path) in named {
        let all = if code.starts_with("help-") { &indonesian } else { &english };
        assert!(all.contains_key(&code), "{path} names {code}, which is not in the catalogue");
        let of_all = all.keys().filter(|name| **name == code || name.starts_with(&format!("{code}.")));
        let gaps: BTreeSet<String> =
            of_all.flat_map(|name| gaps(all, name).into_iter().chain(all[name].plurals.clone())).collect();
        assert_eq!(gaps, filled, "{path}: {code}");
    }
}

#[test]
fn nothing_stands_in_the_catalogue_that_nobody_says() {
    let mut code = String::new();
    sources(&["node", "crates/engine"], &mut |_, text| code.push_str(text));
    templates(&mut |_, text| code.push_str(text));
    let all = sentences(Lang::En);
    let referred: BTreeSet<&str> =
        all.values().flat_map(|sentence| &sentence.refers).filter_map(|name| name.split('.').next()).collect();
    for name in all.keys().filter(|name| !name.contains('.')) {
        let family = FAMILIES.iter().chain(&["skip-"]).any(|start| name.starts_with(start));
        let family = family || name.ends_with("-of-another");
        let used = family || referred.contains(name.as_str()) || code.contains(&format!("\"{name}\""));
        assert!(used, "nobody says {name}");
    }
}

#[test]
fn names_that_are_put_together_are_there() {
    let all = sentences(Lang::En);
    let starts = [
        ("io_failure(\"", "io-"),
        ("Check::good(\"", "check-"),
        ("Check::note(\"", "check-"),
        ("Check::wrong(\"", "check-"),
        ("= line(\"", "what-"),
        ("= checked(\"", "what-"),
        ("> line(\"", "what-"),
        ("> checked(\"", "what-"),
        ("EditError::Empty(\"", "what-"),
    ];
    let mut count = 0;
    sources(&["node", "crates/model"], &mut |path, text| {
        for (start, prefix) in starts {
            for (at, _) in text.match_indices(start) {
                let what = text[at + start.len()..].split('"').next().unwrap_or_default().replace(' ', "-");
                assert!(all.contains_key(&format!("{prefix}{what}")), "{}: {prefix}{what}", path.display());
                count += 1;
            }
        }
    });
    assert!(count > 30, "only {count} places were found");
}

/// How a failure is made.
const FAILURES: [&str; 2] = ["Failure::new(", "Self::new(Reason::"];

/// The failures made in a source that nobody names: what stands behind each.
fn nameless(text: &str) -> Vec<String> {
    let text: String = text.lines().map(|line| format!("{}\n", line.trim())).collect();
    let text = text.replace("Self::new(\nReason::", "Self::new(Reason::");
    let made = FAILURES.iter().flat_map(|start| text.match_indices(start)).map(|(at, _)| &text[at..]);
    let behind = made.map(|made| {
        let call = made.find('(').map_or("", |open| balanced(&made[open + 1..]));
        let rest = made.split_once(call).map_or("", |(_, rest)| rest);
        (call.to_owned(), rest.trim_start_matches(')').trim_start().to_owned())
    });
    behind.filter(|(_, rest)| !rest.starts_with(".named(")).map(|(call, _)| call).collect()
}

#[test]
fn whatever_is_refused_has_a_name_for_other_languages() {
    let mut made = 0;
    sources(&["node", "crates/engine"], &mut |path, text| {
        made += FAILURES.iter().map(|start| text.matches(start).count()).sum::<usize>();
        assert_eq!(nameless(text), Vec::<String>::new(), "{}: not `named`: see decision 41", path.display());
    });
    assert!(made > 40, "only {made} places were found");
    // What the walk would find.
    assert_eq!(nameless("Err(Failure::new(Reason::Usage, \"(a\", \"b\").into())"), ["Reason::Usage, \"(a\", \"b\""]);
    assert_eq!(nameless("Self::new(\n    Reason::Usage, f(1), \"\",\n)\n.named(said!(\"a\"))"), [""; 0]);
}

#[test]
fn every_verb_and_argument_has_help_in_indonesian_and_no_other_has() {
    let all = sentences(Lang::Id);
    let mut wanted: BTreeSet<String> =
        ["usage", "verbs", "arguments", "options", "any-options", "any-verb", "default", "choices"]
            .map(|name| format!("help-{name}"))
            .into();
    let mut values = BTreeSet::new();
    let command = crate::command::command(Lang::En);
    collect(&command, "", &all, &mut wanted, &mut values);
    let found: BTreeSet<String> = all.keys().filter(|name| name.starts_with("help")).cloned().collect();
    assert_eq!(found, wanted);
    let found: BTreeSet<String> = all.keys().filter(|name| name.starts_with("value-")).cloned().collect();
    assert_eq!(found, values);
}

fn collect(
    command: &clap::Command,
    path: &str,
    all: &BTreeMap<String, Sentence>,
    wanted: &mut BTreeSet<String>,
    values: &mut BTreeSet<String>,
) {
    let key = crate::command::key(path);
    wanted.insert(key.clone());
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str().replace('_', "-");
        let (own, common) = (format!("{key}.{id}"), format!("help.{id}"));
        wanted.insert(if all.contains_key(&own) { own } else { common });
        if arg.get_action().takes_values() {
            let names = arg.get_value_names().unwrap_or_default().iter();
            values.extend(names.filter(|name| **name != "-").map(|name| crate::command::value_key(name)));
        }
    }
    for verb in command.get_subcommands() {
        let below = if path.is_empty() { verb.get_name().to_owned() } else { format!("{path}-{}", verb.get_name()) };
        collect(verb, &below, all, wanted, values);
    }
}

#[test]
fn the_language_is_that_of_the_first_variable_that_is_set() {
    let wanted = |given, variables: &[(&str, &str)]| {
        Lang::wanted(given, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(wanted(None, &[]), Lang::En);
    assert_eq!(wanted(None, &[("LANG", "id_ID.UTF-8")]), Lang::Id);
    assert_eq!(wanted(None, &[("LANG", "id_ID.UTF-8"), ("LC_ALL", "C")]), Lang::En);
    assert_eq!(wanted(None, &[("LANG", "id_ID.UTF-8"), ("LC_ALL", "")]), Lang::Id);
    assert_eq!(wanted(None, &[("LC_MESSAGES", "in"), ("LANG", "en_GB")]), Lang::Id);
    assert_eq!(wanted(None, &[("LANG", "idioma")]), Lang::En);
    assert_eq!(wanted(Some(Lang::En), &[("LC_ALL", "id_ID")]), Lang::En);
}

#[test]
fn plurals_go_by_the_language() {
    assert_eq!(say!(Lang::En, "span-hours", count = 1_u32), "1 hour");
    assert_eq!(say!(Lang::En, "span-hours", count = 2_000_u32), "2,000 hours");
    assert_eq!(say!(Lang::Id, "span-hours", count = 1_u32), "1 jam");
}

#[test]
fn a_hint_is_the_sentences_or_else_its_causes() {
    let full = said!("io-write", path = "/srv", error = said!("system-full"));
    assert_eq!(Lang::En.say(&full), "can't write /srv: the disk is full");
    assert_eq!(Lang::En.hint(&full), "make room on the disk; nothing was lost");
    assert_eq!(Lang::Id.hint(&full), "kosongkan sebagian disk; tidak ada yang hilang");
    assert_eq!(Lang::En.hint(&said!("time-now")), "");
}

#[test]
fn a_failure_of_a_newer_node_is_told_as_it_came() {
    let failure = Failure::new(Reason::Failed, "the moon is full", "wait").named(said!("moon-full"));
    assert_eq!(Lang::Id.tell(&failure), ("the moon is full".to_owned(), "wait".to_owned()));
}

#[test]
fn what_other_crates_say_is_recognised_with_its_gaps() {
    for (english, indonesian) in [
        ("flooded: too many frames", "membanjiri: terlalu banyak bingkai"),
        ("stalled: it did not answer within 30 s", "macet: tidak menjawab dalam 30 dtk"),
        (
            "can't find ana.example:1: failed to lookup address information: Name or service not known",
            "ana.example:1 tidak bisa ditemukan: nama itu tidak dikenal",
        ),
        (
            "Connection refused (os error 111); Timeout has been reached",
            "sambungan ditolak (galat OS 111); waktunya habis",
        ),
        ("12345 texts have not arrived yet", "12.345 teks belum tiba"),
        (
            "it closed before admission: it is of another workspace, or no cremona node (it closed)",
            "menutup sebelum diterima: milik ruang kerja lain, atau bukan node cremona (menutup sambungan)",
        ),
        ("more than 100000 messages in one file", "lebih dari 100.000 pesan dalam satu berkas"),
        ("no such thing", "no such thing"),
        ("", ""),
    ] {
        assert_eq!(Lang::Id.hear(english), indonesian);
        assert_eq!(Lang::En.hear(english), english);
    }
    for (name, sentence) in sentences(Lang::En).iter().filter(|(name, _)| name.starts_with("heard-")) {
        if sentence.gaps.is_empty() {
            assert_eq!(heard::recognised(&sentence.text), Some(Said::new(name)));
        }
    }
}

#[test]
fn golden_failures() {
    for (lang, tag) in [(Lang::En, "en"), (Lang::Id, "id")] {
        let mut text = String::new();
        for (name, _) in sentences(lang).iter().filter(|(name, _)| !name.contains('.')) {
            if !["failures", "engine", "causes", "usage", "heard"].iter().any(|file| stands_in(lang, file, name)) {
                continue;
            }
            let all = sentences(lang);
            let of_all = all.keys().filter(|other| *other == name || other.starts_with(&format!("{name}.")));
            let gaps: BTreeSet<String> = of_all.flat_map(|name| gaps(&all, name)).collect();
            let said = gaps.iter().fold(Said::new(name), |said, gap| said.with(gap, format!("<{gap}>")));
            text += &format!("{name}\n    {}\n", lang.say(&said));
            let hint = lang.hint(&said);
            if !hint.is_empty() {
                text += &format!("    {hint}\n");
            }
        }
        crate::golden::check(&format!("failures.{tag}.txt"), &text);
    }
}

fn stands_in(lang: Lang, file: &str, name: &str) -> bool {
    let start = format!("{name} =");
    texts(lang).iter().any(|(known, text)| *known == file && text.lines().any(|line| line.starts_with(&start)))
}
