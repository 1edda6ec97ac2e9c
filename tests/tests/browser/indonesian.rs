//! The page in Indonesian: no words of the English catalogue are left on it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::browser::Browser;
use crate::driver::Wish;
use crate::stage::Stage;
use crate::views::World;

/// Shorter pieces of sentences may stand in both languages by chance.
const LONG_ENOUGH: usize = 10;

#[test]
fn in_indonesian_no_english_is_left() {
    let Some(mut stage) = Stage::enter() else { return };
    let world = World::tell(&mut stage);
    let mut ana = Browser::at(&world.ana, "ana");
    ana.go("/settings");
    ana.pick("#lang", "id");
    ana.script("document.getElementById('lang').form.querySelector('button').click()", &[]);
    ana.see("Setelan");
    // The browser asks for English: also what is refused is said as it was set.
    let left = left(&mut ana, world.views().into_iter());
    assert!(left.is_empty(), "English on the Indonesian page:\n{}", left.join("\n"));
}

#[test]
fn a_browser_that_asks_for_indonesian_gets_it_without_a_setting() {
    let Some(mut stage) = Stage::enter() else { return };
    let world = World::tell(&mut stage);
    let mut ana = Browser::with(&world.ana, "ana", Wish { lang: "id", ..Wish::default() });
    let views = world.views().into_iter().filter(|(view, _)| ["inbox", "thread", "nothing-there"].contains(view));
    let left = left(&mut ana, views);
    assert!(left.is_empty(), "English on the Indonesian page:\n{}", left.join("\n"));
}

/// What is said in English, and where.
fn left(page: &mut Browser, views: impl Iterator<Item = (&'static str, String)>) -> Vec<String> {
    let (english, indonesian) = (catalogue("en"), catalogue("id"));
    let only: Vec<&String> = english.difference(&indonesian).collect();
    let mut left = BTreeSet::new();
    for (view, path) in views {
        page.go(&path);
        let said = page.script(SAID, &[]);
        for said in said.as_array().unwrap().iter().filter_map(|said| said.as_str()) {
            let is_in = |piece: &str| said == piece || (piece.len() >= LONG_ENOUGH && said.contains(piece));
            if let Some(piece) = only.iter().find(|piece| is_in(piece)) {
                left.insert(format!("{view}: {said:?} has {piece:?}"));
            }
        }
    }
    left.into_iter().collect()
}

/// All that is said, seen or not: texts, labels, titles and placeholders; without what people wrote.
const SAID: &str = "const all = []; \
     const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
     while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('bdi, .prose, [dir=auto], script, code, kbd, select#lang')) \
         all.push(walk.currentNode.data.replace(/\\s+/g, ' ').trim()); \
     for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]')) \
         for (const name of ['aria-label', 'title', 'placeholder']) all.push(one.getAttribute(name) ?? ''); \
     return all.filter((text) => text)";

/// The pieces of every sentence of a language that are words of the catalogue, not of those it is about.
fn catalogue(lang: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node/locales").join(lang);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let values = files.flat_map(|file| file.lines().filter_map(value).collect::<Vec<_>>());
    values.flat_map(|value| pieces(&value)).filter(|piece| piece.chars().any(char::is_alphabetic)).collect()
}

/// What a line of Fluent says.
fn value(line: &str) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let line = line.trim();
    let said = match line.split_once(['=', ']']) {
        Some((_, said)) if !line.starts_with('{') => said,
        _ => line,
    };
    Some(said.trim().to_owned()).filter(|said| !said.is_empty())
}

/// The parts of a value between its gaps.
fn pieces(value: &str) -> Vec<String> {
    let mut depth = 0;
    let mut pieces = vec![String::new()];
    for letter in value.chars() {
        match letter {
            '{' => {
                depth += 1;
                pieces.push(String::new());
            }
            '}' => depth -= 1,
            letter if depth == 0 => pieces.last_mut().unwrap().push(letter),
            _ => {}
        }
    }
    pieces.into_iter().map(|piece| piece.trim().to_owned()).filter(|piece| piece.len() > 3).collect()
}
