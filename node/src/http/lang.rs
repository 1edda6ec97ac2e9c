//! The language that an asker wants: by this member's setting on the page, else by `Accept-Language`.

use axum::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use cremona_engine::ask::SettingLine;

use crate::words::Lang;

/// Most languages of a header that are looked at.
const MOST: usize = 32;

/// The language of those that the node has which is wanted most; English where none is.
#[must_use]
pub fn wanted(headers: &HeaderMap) -> Lang {
    let text = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, Lang::En);
    for part in text.split(',').take(MOST) {
        let (tag, quality) = part.split_once(';').unwrap_or((part, ""));
        let quality: f32 = match quality.trim().strip_prefix("q=") {
            Some(quality) => quality.parse().unwrap_or(0.0),
            None => 1.0,
        };
        let language = tag.trim().split('-').next().unwrap_or_default();
        let lang = match () {
            () if language.eq_ignore_ascii_case("id") || language.eq_ignore_ascii_case("in") => Lang::Id,
            () if language.eq_ignore_ascii_case("en") => Lang::En,
            () => continue,
        };
        if quality > best.0 {
            best = (quality, lang);
        }
    }
    best.1
}

/// The language of the page: the one that this member has set; that of the header where they have set none.
#[must_use]
pub fn spoken(settings: &[SettingLine], headers: &HeaderMap) -> Lang {
    let set = settings.iter().find(|line| line.name == "language").and_then(|line| line.value.as_deref());
    match set {
        Some("id") => Lang::Id,
        Some("en") => Lang::En,
        Some(_) | None => wanted(headers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_wanted_most_of_those_that_are_there() {
        for (header, lang) in [
            ("id", Lang::Id),
            ("id-ID,id;q=0.9,en;q=0.8", Lang::Id),
            ("fr, en;q=0.5, id;q=0.7", Lang::Id),
            ("en-GB,en;q=0.9,id;q=0.8", Lang::En),
            ("tlh", Lang::En),
            ("id;q=0", Lang::En),
            ("", Lang::En),
            (";;q=,,id;q=x", Lang::En),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, header.parse().unwrap())]);
            assert_eq!(wanted(&headers), lang, "{header:?}");
        }
    }

    #[test]
    fn what_is_set_goes_before_what_the_browser_says() {
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, "en".parse().unwrap())]);
        let set =
            |value: Option<&str>| vec![SettingLine { name: "language".to_owned(), value: value.map(str::to_owned) }];
        assert_eq!(spoken(&set(Some("id")), &headers), Lang::Id);
        assert_eq!(spoken(&set(None), &headers), Lang::En);
    }
}
