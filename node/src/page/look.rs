//! How a browser shows the page: what its member chose in it, kept in a cookie of that browser.

use axum::http::header::{COOKIE, HeaderMap};

/// Themes by their names in the cookie, and as `data-theme` has them.
pub const THEMES: [(&str, &str); 6] = [
    ("system", ""),
    ("light", "light"),
    ("dark", "dark"),
    ("contrast", "contrast"),
    ("light-contrast", "light contrast"),
    ("dark-contrast", "dark contrast"),
];

/// How long a browser keeps it, in seconds: a year.
const YEAR: u32 = 31_536_000;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// `data-theme`, empty where the system decides.
    pub theme: &'static str,
    /// Whether single keys do something.
    pub keys: bool,
}

impl Look {
    /// What a browser sends along; `tag` is that of the node whose page it is.
    #[must_use]
    pub fn sent(headers: &HeaderMap, tag: &str) -> Self {
        let name = format!("look-{tag}");
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let look = pairs.find(|(found, _)| *found == name).map_or("", |(_, look)| look);
        let (theme, keys) = look.split_once('.').unwrap_or(("", "keys"));
        let theme = THEMES.iter().find(|(name, _)| *name == theme).map_or("", |(_, theme)| theme);
        Self { theme, keys: keys != "no-keys" }
    }

    /// The cookie that keeps a choice; a theme that there is none of stands for the system's.
    #[must_use]
    pub fn cookie(theme: &str, keys: bool, tag: &str) -> String {
        let theme = THEMES.iter().map(|(name, _)| *name).find(|name| *name == theme).unwrap_or("system");
        let keys = if keys { "keys" } else { "no-keys" };
        format!("look-{tag}={theme}.{keys}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Strict")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_comes_back_as_it_was_made_and_nothing_else_does() {
        let sent = |cookie: &str| Look::sent(&HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]), "ab");
        for (name, theme) in THEMES {
            for keys in [true, false] {
                let cookie = Look::cookie(name, keys, "ab");
                let pair = cookie.split(';').next().unwrap();
                assert_eq!(sent(&format!("other=1; {pair}")), Look { theme, keys });
            }
        }
        for cookie in ["", "look-ab", "look-ab=\"><b>.keys", "look-cd=dark.no-keys", "look-ab=dark"] {
            assert_eq!(sent(cookie), Look { theme: "", keys: true }, "{cookie}");
        }
        assert!(Look::cookie("\r\n", true, "ab").starts_with("look-ab=system.keys;"));
    }
}
