//! Tokens: one that was just made, all that there are, one that is no more.

use super::Look;
use super::table::Table;
use crate::http::{Scope, ShownToken};
use crate::words::say;

/// A token that was just made.
pub fn token_made(made: &ShownToken, look: &Look) -> String {
    let token = made.token.as_deref().unwrap_or_default();
    if !look.terminal {
        return format!("{token}\n");
    }
    format!("{}\n\n  {token}\n", say!(look.lang, "token-made", name = &made.name))
}

/// All tokens, in the order in which they were made.
pub fn tokens(tokens: &[ShownToken], look: &Look) -> String {
    if tokens.is_empty() && look.terminal {
        return say!(look.lang, "tokens-none") + "\n";
    }
    let mut table = Table::new(look, &["column-name", "column-scopes", "column-created", "column-ends"]);
    for token in tokens {
        let scopes: Vec<_> = token.scopes.iter().copied().map(Scope::word).collect();
        table.row(vec![
            token.name.clone(),
            scopes.join(","),
            look.when(&token.created),
            token.expires.as_deref().map(|end| look.when(end)).unwrap_or_default(),
        ]);
    }
    table.finish(look)
}

/// A token that lets nobody in any more.
pub fn token_revoked(revoked: &ShownToken, look: &Look) -> String {
    say!(look.lang, "token-revoked", name = &revoked.name) + "\n"
}
