//! The workspace key as people paste it, and what they are told when it is wrong.

use cremona_envelope::workspace_key::{MAX_HINTS, MAX_TEXT};
use cremona_envelope::{KeyError, Secret, WorkspaceId, WorkspaceKey};
use proptest::prelude::*;

use crate::people::cases;

const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn key() -> WorkspaceKey {
    WorkspaceKey { workspace: WorkspaceId([0x5a; 16]), generation: 0, secret: Secret([0xc3; 16]), hints: Vec::new() }
}

fn with_hints(hints: &[&str]) -> WorkspaceKey {
    WorkspaceKey { hints: hints.iter().map(|hint| (*hint).to_owned()).collect(), ..key() }
}

/// `text` with the letter at `index` replaced.
fn with_letter(text: &str, index: usize, letter: char) -> String {
    text.chars().enumerate().map(|(at, old)| if at == index { letter } else { old }).collect()
}

#[test]
fn the_string_starts_with_wsk1_and_has_68_letters() {
    let text = key().encode();
    assert!(text.starts_with("wsk1") && text.len() == 68, "{text}");
    assert_eq!(WorkspaceKey::parse(&text), Ok(key()));
}

#[test]
fn a_key_is_read_however_it_was_pasted() {
    let text = key().encode();
    let (a, rest) = text.split_at(20);
    let (b, c) = rest.split_at(20);
    let pasted = [
        text.to_uppercase(),
        format!("{}{}", a.to_uppercase(), rest),
        format!("  {a} {b}\t{c}\n"),
        format!("{a}\r\n{b}\r\n{c}\r\n"),
        format!("\"{text}\""),
        format!("'{text}'"),
        format!("`{text}`"),
        format!("```\n{text}\n```"),
        format!("“{text}”"),
        format!("„{text}“"),
        format!("« {text} »"),
        format!("<{text}>."),
        format!("({text}),"),
        format!("**{text}**"),
        format!("{a}\u{200b}{b}\u{2060}{c}\u{feff}"),
        format!("\u{a0}{a}\u{ad}{b}\u{202f}{c}\u{3000}"),
        format!("\u{1b}{text}\0"),
    ];
    for paste in pasted {
        assert_eq!(WorkspaceKey::parse(&paste), Ok(key()), "{paste:?}");
    }
}

#[test]
fn every_single_wrong_letter_is_named_with_its_place_and_the_right_one() {
    let text = key().encode();
    for (index, instead) in text.chars().enumerate() {
        for found in LETTERS.chars().chain("b1io?é".chars()).filter(|found| *found != instead) {
            let error = WorkspaceKey::parse(&with_letter(&text, index, found));
            assert_eq!(error, Err(KeyError::Typo { position: index + 1, found, instead }));
        }
    }
}

#[test]
fn the_place_of_a_wrong_letter_is_counted_without_quotes_and_spaces() {
    let text = with_letter(&key().encode(), 9, '!').to_uppercase();
    let pasted = format!("\" {} {}\"", &text[..5], &text[5..]);
    let instead = key().encode().chars().nth(9).unwrap();
    let error = WorkspaceKey::parse(&pasted).unwrap_err();
    assert_eq!(error, KeyError::Typo { position: 10, found: '!', instead });
    let said = format!("letter 10 of the key looks wrong: it is '!' and probably should be '{instead}'");
    assert_eq!(error.to_string(), said);
}

#[test]
fn two_wrong_letters_are_not_guessed_at() {
    let text = key().encode();
    let next = |index: usize| LETTERS.chars().find(|letter| Some(*letter) != text.chars().nth(index)).unwrap();
    for (one, other) in [(4, 5), (10, 60), (66, 67)] {
        let twice = with_letter(&with_letter(&text, one, next(one)), other, next(other));
        assert_eq!(WorkspaceKey::parse(&twice), Err(KeyError::Checksum));
    }
    let twice = with_letter(&with_letter(&text, 20, 'b'), 30, 'o');
    assert_eq!(WorkspaceKey::parse(&twice), Err(KeyError::Letter { position: 21, found: 'b' }));
}

#[test]
fn a_key_that_was_not_copied_whole_is_told_so() {
    let text = key().encode();
    for end in 4..68 {
        assert_eq!(WorkspaceKey::parse(&text[..end]), Err(KeyError::Length { found: end }), "{end}");
    }
    for start in 1..60 {
        assert_eq!(WorkspaceKey::parse(&text[start..]), Err(KeyError::Prefix), "{start}");
    }
    assert_eq!(WorkspaceKey::parse(&format!("{text}q")), Err(KeyError::Length { found: 69 }));
}

#[test]
fn other_texts_are_not_keys() {
    for nothing in ["", "  \n", "\"\"", "\u{200b}"] {
        assert_eq!(WorkspaceKey::parse(nothing), Err(KeyError::Empty));
    }
    for other in
        ["hello", "https://example.org", "wsk", "wskqqqq", "@host:1", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]
    {
        assert_eq!(WorkspaceKey::parse(other), Err(KeyError::Prefix), "{other}");
    }
    assert_eq!(WorkspaceKey::parse(&"w".repeat(10_000_000)), Err(KeyError::Prefix));
    let long = format!("wsk1{}", "q".repeat(2 * MAX_TEXT));
    assert_eq!(WorkspaceKey::parse(&long), Err(KeyError::Length { found: MAX_TEXT }));
}

#[test]
fn a_key_of_a_newer_version_is_told_so_whatever_its_length() {
    for length in [1, 36, 60] {
        let mut bytes = vec![0; length];
        bytes[0] = 7;
        let text = bech32::encode::<bech32::Bech32m>(bech32::Hrp::parse("wsk").unwrap(), &bytes).unwrap();
        assert_eq!(WorkspaceKey::parse(&text), Err(KeyError::Version(7)));
    }
    let short = bech32::encode::<bech32::Bech32m>(bech32::Hrp::parse("wsk").unwrap(), &[1; 35]).unwrap();
    assert!(matches!(WorkspaceKey::parse(&short), Err(KeyError::Length { .. })));
    let old_checksum = bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("wsk").unwrap(), &[1; 36]).unwrap();
    assert!(WorkspaceKey::parse(&old_checksum).is_err());
}

#[test]
fn hints_travel_along_in_any_form_a_host_has() {
    let hints = ["192.168.1.20:4001", "[::1]:4001", "ana-laptop.local:65535", "[fe80::1%eth0]:1"];
    let key = with_hints(&hints);
    assert_eq!(WorkspaceKey::parse(&key.encode()), Ok(key.clone()));
    let (text, hints) = key.encode().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let pasted = format!("\"{}\n @ {}\"", text.to_uppercase(), hints.replace(',', " , "));
    assert_eq!(WorkspaceKey::parse(&pasted), Ok(key));
    assert_eq!(WorkspaceKey::parse(&format!("{text}@")), Ok(self::key()));
}

#[test]
fn a_wrong_hint_is_named() {
    let text = key().encode();
    for hint in
        ["host", "host:", "host:0", "host:65536", "host:+80", "host:-1", ":80", "ho/st:80", "a b\u{7}c!:80", "höst:80"]
    {
        let shown: String = hint.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        assert_eq!(WorkspaceKey::parse(&format!("{text}@{hint}")), Err(KeyError::Hint(shown)));
    }
    assert!(WorkspaceKey::parse(&format!("{text}@{}:1", "h".repeat(254))).is_err());
    let many = vec!["h:1"; MAX_HINTS + 5].join(",");
    assert_eq!(WorkspaceKey::parse(&format!("{text}@{many}")).unwrap().hints.len(), MAX_HINTS);
}

#[test]
fn a_wrong_letter_counts_more_than_a_wrong_hint() {
    let text = with_letter(&key().encode(), 7, 'b');
    assert!(matches!(WorkspaceKey::parse(&format!("{text}@nonsense")), Err(KeyError::Typo { position: 8, .. })));
}

#[test]
fn no_message_and_no_debug_output_shows_the_secret() {
    let text = with_hints(&["host:1"]).encode();
    let twice = WorkspaceKey::parse(&format!("{text}\n{text}")).unwrap_err();
    assert_eq!(twice, KeyError::Hint("host:1".to_owned()));
    let shouted = WorkspaceKey::parse(&format!("{text} {}", text.to_uppercase())).unwrap_err();
    assert_eq!(shouted, KeyError::Hint("host:1".to_owned()));
    assert!(format!("{:?}", key()).contains("Secret(..)"));
}

#[test]
fn each_purpose_has_its_own_key() {
    let secret = Secret([1; 16]);
    let keys = [secret.knock_key(), secret.lockbox_key(), secret.invite_key().to_bytes()];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    assert_ne!(secret.knock_key(), Secret([2; 16]).knock_key());
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_key_reads_back(
        workspace in any::<[u8; 16]>(),
        generation in any::<u16>(),
        secret in any::<[u8; 16]>(),
        ports in prop::collection::vec(1_u16.., 0..MAX_HINTS),
    ) {
        let hints = ports.iter().map(|port| format!("10.0.0.7:{port}")).collect();
        let key = WorkspaceKey { workspace: WorkspaceId(workspace), generation, secret: Secret(secret), hints };
        prop_assert_eq!(WorkspaceKey::parse(&key.encode()), Ok(key));
    }

    #[test]
    fn any_text_is_answered_calmly(text in "\\PC{0,90}", tail in "[a-z0-9@:,]{0,80}") {
        prop_assert!(WorkspaceKey::parse(&text).is_err());
        let tail = format!("wsk1{tail}");
        prop_assert!(WorkspaceKey::parse(&tail).is_err());
    }
}
