//! Which names are nearest to what was typed: edits counted, for "did you mean".

/// Longest text that names are suggested for, in characters.
const LONGEST: usize = 64;
/// Most names suggested.
const MOST: usize = 3;

/// The names that the fewest edits lead to, at most three, best first. Only what needs no more edits than a
/// third of the text counts; the last part of a name (`New_York`) may stand for all of it.
pub(crate) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    if typed.chars().count() > LONGEST {
        return Vec::new();
    }
    let typed = folded(typed);
    let most_edits = (typed.chars().count() / 3).max(1);
    let mut near: Vec<_> = names
        .map(|name| {
            let whole = folded(name);
            let last = whole.rsplit('/').next().unwrap_or_default();
            (edits(&typed, &whole).min(edits(&typed, last).saturating_add(usize::from(last != whole))), name)
        })
        .filter(|(edits, _)| *edits <= most_edits)
        .collect();
    near.sort_unstable();
    let best = near.first().map_or(0, |(edits, _)| edits.saturating_add(1));
    near.into_iter().filter(|(edits, _)| *edits <= best).take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// How texts are compared: in small letters, words joined.
fn folded(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Levenshtein's distance, row by row.
fn edits(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (before, x) in from.chars().enumerate() {
        let (mut corner, mut left) = (before, before.saturating_add(1));
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(to.chars()) {
            let replaced = corner.saturating_add(usize::from(x != y));
            corner = *cell;
            left = replaced.min(left.saturating_add(1)).min(cell.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (from, to, count) in [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("senin", "senen", 1)] {
            assert_eq!(edits(from, to), count, "{from} {to}");
            assert_eq!(edits(to, from), count, "{to} {from}");
        }
    }

    #[test]
    fn what_is_far_from_everything_has_nothing_near() {
        assert_eq!(nearest("xyzzy", ["mon", "tue"].into_iter()), Vec::<String>::new());
        assert_eq!(nearest(&"a".repeat(1_000), ["a"].into_iter()), Vec::<String>::new());
    }
}
