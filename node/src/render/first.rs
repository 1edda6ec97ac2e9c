//! What the verbs say that begin something: founding, joining, starting a node, giving the key.

use cremona_engine::Failure;
use qrcode::render::unicode::Dense1x2;

use super::Look;
use super::look::short;
use crate::daemon::Ready;
use crate::home::{InitDone, JoinDone};
use crate::words::{fail, say};

/// What `init` says.
pub fn init(done: &InitDone, look: &Look) -> String {
    format!("{}\n\n  {}\n\n{}\n", say!(look.lang, "init-done"), done.key, say!(look.lang, "init-next"))
}

/// What `join` says.
pub fn join(done: &JoinDone, look: &Look) -> String {
    say!(look.lang, "join-done", workspace = short(&done.workspace)) + "\n"
}

/// What `up` says once it answers.
pub fn ready(ready: &Ready, look: &Look) -> String {
    let addresses: String = ready.addresses.iter().map(|address| format!("  {address}\n")).collect();
    let is_up = say!(look.lang, "up-ready", node = short(&ready.device));
    let page =
        ready.page.as_ref().map(|link| format!("{}\n  {link}\n", say!(look.lang, "up-page"))).unwrap_or_default();
    format!("{is_up}\n{addresses}{page}{}\n", say!(look.lang, "up-stop"))
}

/// The key as a QR code of half blocks.
///
/// # Errors
/// [`Failure`] where the key is too long for one.
pub fn qr(key: &str) -> Result<String, Failure> {
    let code = qrcode::QrCode::new(key).map_err(|error| fail!(Failed, "key-not-drawn", error = error.to_string()))?;
    // Most terminals are dark, so what is light in the code is what is drawn.
    let mut drawing = code.render::<Dense1x2>();
    let drawn = drawing.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build();
    Ok(format!("{drawn}\n{key}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_key_is_followed_by_the_key() {
        let drawn = qr("wsk1qyqq").unwrap();
        assert!(drawn.contains('▀') && drawn.ends_with("\nwsk1qyqq\n"), "{drawn}");
        assert_eq!(qr(&"x".repeat(5_000)).unwrap_err().reason, cremona_engine::Reason::Failed);
    }
}
