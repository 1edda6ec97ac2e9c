//! Who may ask by HTTP: tokens, sessions of the page, and one-time links, in one file of the data directory.
//!
//! Only BLAKE3 hashes of them are kept: each is 32 random bytes, so nothing slower is needed. The node and
//! the command line change the file under a lock of its own, whole or not at all; the node reads it again
//! whenever it is another one. So tokens can be made and revoked whether or not a node runs.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cremona_engine::Failure;
use cremona_envelope::Time;
use serde::{Deserialize, Serialize};

use crate::home::{io_failure, now, random, shown, to_hex, write_whole};
use crate::words::fail;

/// Name of the file.
const NAME: &str = "access.json";
/// Name of the file whose lock whoever changes it holds.
const LOCK: &str = "access.lock";
const VERSION: u32 = 1;
/// How long a one-time link works.
pub const LINK_MS: u64 = 10 * 60_000;
/// How long a session of the page lasts.
pub const SESSION_MS: u64 = 90 * 86_400_000;
/// Most tokens.
const MOST_TOKENS: usize = 200;
/// Most sessions and most links; the oldest make room.
const MOST_OTHERS: usize = 100;
/// What a token begins with, so that who finds one knows what it is.
const PREFIX: &str = "crt_";

/// What a token lets its bearer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Read all that this member can.
    Read,
    /// Write in this member's name.
    Post,
    /// Everything, the workspace key included.
    Admin,
}

/// A token, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// When it was made, ms since 1970.
    pub created: u64,
    /// When it ends, ms since 1970; `None` for never.
    pub expires: Option<u64>,
    /// BLAKE3, hexadecimal.
    hash: String,
}

/// A session of the page, or a link that has not been used.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pass {
    expires: u64,
    hash: String,
}

/// The contents of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Book {
    version: u32,
    tokens: Vec<Token>,
    sessions: Vec<Pass>,
    links: Vec<Pass>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// What they may do.
    pub scopes: Vec<Scope>,
    /// Whether it is the page, by its cookie.
    pub session: bool,
    /// By what their requests are counted.
    pub(super) hash: [u8; 32],
}

impl Who {
    /// Whether they may do what needs this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }
}

/// The file, as it was read last.
pub struct Access {
    home: PathBuf,
    read: Mutex<(Stamp, Arc<Book>)>,
}

/// By what another file is told from the one that was read: inode, length, time of change.
type Stamp = Option<(u64, u64, i64, i64)>;

impl Access {
    /// That of the data directory `home`; there need not be a file yet.
    ///
    /// # Errors
    /// [`Failure`] where it is damaged or of a newer version.
    pub fn open(home: &Path) -> Result<Self, Failure> {
        let stamp = stamp(home);
        let book = Arc::new(read(home)?);
        Ok(Self { home: home.to_owned(), read: Mutex::new((stamp, book)) })
    }

    /// The bearer of a token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Option<Who> {
        let (hash, now) = (hash_of(token), now().0);
        let book = self.book();
        let found = book.tokens.iter().find(|known| is(&known.hash, &hash))?;
        let holds = found.expires.is_none_or(|end| now < end);
        holds.then(|| Who { scopes: found.scopes.clone(), session: false, hash: *hash.as_bytes() })
    }

    /// The page of a session.
    #[must_use]
    pub fn session(&self, secret: &str) -> Option<Who> {
        let (hash, now) = (hash_of(secret), now().0);
        let book = self.book();
        let found = book.sessions.iter().any(|known| is(&known.hash, &hash) && now < known.expires);
        found.then(|| Who { scopes: vec![Scope::Admin], session: true, hash: *hash.as_bytes() })
    }

    /// Exchanges a link, which then works no more, for a session; `None` where it does not work.
    ///
    /// # Errors
    /// [`Failure`] where the file can't be changed.
    pub fn enter(&self, link: &str) -> Result<Option<String>, Failure> {
        let hash = hash_of(link);
        // A link that is not there is refused without a lock.
        if !self.book().links.iter().any(|known| is(&known.hash, &hash)) {
            return Ok(None);
        }
        let secret = to_hex(&random()?);
        let entered = change(&self.home, |book, now| {
            let found = book.links.iter().position(|known| is(&known.hash, &hash));
            let holds = found.map(|at| book.links.remove(at)).is_some_and(|link| now.0 < link.expires);
            if holds {
                let expires = now.plus(SESSION_MS).0;
                book.sessions.push(Pass { expires, hash: hash_of(&secret).to_hex().to_string() });
            }
            Ok(holds)
        })?;
        Ok(entered.then_some(secret))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Failure`] where the file can't be changed.
    pub fn leave(&self, who: &Who) -> Result<(), Failure> {
        let hash = blake3::Hash::from_bytes(who.hash);
        change(&self.home, |book, _| {
            book.sessions.retain(|known| !is(&known.hash, &hash));
            Ok(())
        })
    }

    /// What the file says now; what was read last, where it can't be read now.
    fn book(&self) -> Arc<Book> {
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.home);
        if known.0 != now {
            match read(&self.home) {
                Ok(book) => *known = (now, Arc::new(book)),
                // Nobody is let in by what can't be read.
                Err(failure) => {
                    tracing::error!(message = %failure.message, "nobody can ask by HTTP");
                    *known = (None, Arc::new(Book::empty()));
                }
            }
        }
        known.1.clone()
    }
}

impl Book {
    fn empty() -> Self {
        Self { version: VERSION, tokens: Vec::new(), sessions: Vec::new(), links: Vec::new() }
    }

    /// Forgets what has expired, and the oldest where there are too many.
    fn tidy(&mut self, now: Time) {
        for passes in [&mut self.sessions, &mut self.links] {
            passes.retain(|pass| now.0 < pass.expires);
            let over = passes.len().saturating_sub(MOST_OTHERS);
            passes.drain(..over);
        }
    }
}

/// Makes a link that opens the page once; the secret of it.
///
/// # Errors
/// [`Failure`] where the file can't be changed.
pub fn link(home: &Path) -> Result<String, Failure> {
    let secret = to_hex(&random()?);
    change(home, |book, now| {
        let expires = now.plus(LINK_MS).0;
        book.links.push(Pass { expires, hash: hash_of(&secret).to_hex().to_string() });
        Ok(())
    })?;
    Ok(secret)
}

/// Makes a token; the token itself, which is nowhere kept.
///
/// # Errors
/// [`Failure`] where there is one of that name, or the file can't be changed.
pub fn create(home: &Path, name: &str, scopes: &[Scope], days: Option<u32>) -> Result<(String, Token), Failure> {
    let secret = format!("{PREFIX}{}", to_hex(&random()?));
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    let token = change(home, |book, now| {
        let over = |token: &Token| token.expires.is_some_and(|end| end <= now.0);
        // The name of one that has ended is free again.
        book.tokens.retain(|token| token.name != name || !over(token));
        if book.tokens.iter().any(|token| token.name == name) {
            return Err(fail!(Failed, "token-taken", name = name));
        }
        if book.tokens.len() >= MOST_TOKENS {
            return Err(fail!(TryLater, "tokens-full", count = MOST_TOKENS));
        }
        let token = Token {
            name: name.to_owned(),
            scopes,
            created: now.0,
            expires: days.map(|days| now.plus(u64::from(days).saturating_mul(86_400_000)).0),
            hash: hash_of(&secret).to_hex().to_string(),
        };
        book.tokens.push(token.clone());
        Ok(token)
    })?;
    Ok((secret, token))
}

/// All tokens, in the order in which they were made.
///
/// # Errors
/// [`Failure`] where the file can't be read.
pub fn list(home: &Path) -> Result<Vec<Token>, Failure> {
    Ok(read(home)?.tokens)
}

/// Revokes a token, which from then on lets nobody in.
///
/// # Errors
/// [`Failure`] where there is none of that name, or the file can't be changed.
pub fn revoke(home: &Path, name: &str) -> Result<Token, Failure> {
    change(home, |book, _| {
        let at = book.tokens.iter().position(|token| token.name == name);
        at.map(|at| book.tokens.remove(at)).ok_or_else(|| fail!(NotFound, "no-token", name = name))
    })
}

fn hash_of(secret: &str) -> blake3::Hash {
    blake3::hash(secret.as_bytes())
}

/// In constant time, as [`blake3::Hash`] compares.
fn is(kept: &str, hash: &blake3::Hash) -> bool {
    blake3::Hash::from_hex(kept).is_ok_and(|kept| kept == *hash)
}

fn stamp(home: &Path) -> Stamp {
    let file = std::fs::metadata(home.join(NAME)).ok()?;
    Some((file.ino(), file.len(), file.mtime(), file.mtime_nsec()))
}

fn read(home: &Path) -> Result<Book, Failure> {
    let path = home.join(NAME);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Book::empty()),
        Err(error) => return Err(io_failure("read", &path, &error)),
    };
    let damaged = || fail!(Failed, "access-damaged", path = shown(&path));
    let version: serde_json::Value = serde_json::from_str(&text).map_err(|_| damaged())?;
    match version["version"].as_u64() {
        Some(1) => serde_json::from_str(&text).map_err(|_| damaged()),
        Some(newer) => Err(fail!(Failed, "file-newer", path = shown(&path), version = newer, known = VERSION)),
        None => Err(damaged()),
    }
}

/// Changes the file, one at a time in all processes.
fn change<T>(home: &Path, work: impl FnOnce(&mut Book, Time) -> Result<T, Failure>) -> Result<T, Failure> {
    let _held = lock(home)?;
    let mut book = read(home)?;
    book.tidy(now());
    let done = work(&mut book, now())?;
    book.tidy(now());
    write_whole(home, NAME, &serde_json::to_string_pretty(&book).expect("plain fields"))?;
    Ok(done)
}

fn lock(home: &Path) -> Result<File, Failure> {
    let path = home.join(LOCK);
    let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = open.map_err(|error| io_failure("open", &path, &error))?;
    file.lock().map_err(|error| io_failure("lock", &path, &error))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_and_its_session_stays() {
        let home = tempfile::tempdir().unwrap();
        let access = Access::open(home.path()).unwrap();
        let link = link(home.path()).unwrap();
        assert_eq!(access.enter("no such link").unwrap(), None);
        let session = access.enter(&link).unwrap().unwrap();
        assert_eq!(access.enter(&link).unwrap(), None, "once");
        let who = access.session(&session).unwrap();
        assert!(who.session && who.may(Scope::Post) && who.may(Scope::Admin));
        assert_eq!(access.bearer(&session), None, "a cookie is no token");
        let again = Access::open(home.path()).unwrap();
        assert_eq!(again.session(&session), Some(who.clone()), "also after a restart");
        again.leave(&who).unwrap();
        assert_eq!(access.session(&session), None);
    }

    #[test]
    fn a_token_lets_in_until_it_is_revoked_and_is_nowhere_kept() {
        let home = tempfile::tempdir().unwrap();
        let access = Access::open(home.path()).unwrap();
        let (token, listed) = create(home.path(), "ci", &[Scope::Post, Scope::Read], None).unwrap();
        let who = access.bearer(&token).unwrap();
        assert!(who.may(Scope::Read) && who.may(Scope::Post) && !who.may(Scope::Admin) && !who.session);
        assert_eq!(access.session(&token), None, "a token is no cookie");
        let kept = std::fs::read_to_string(home.path().join(NAME)).unwrap();
        assert!(!kept.contains(&token) && !kept.contains(token.trim_start_matches(PREFIX)));
        assert_eq!(list(home.path()).unwrap(), [listed]);
        assert!(create(home.path(), "ci", &[Scope::Read], None).is_err(), "the name is taken");
        revoke(home.path(), "ci").unwrap();
        assert_eq!(access.bearer(&token), None);
        assert_eq!(revoke(home.path(), "ci").unwrap_err().reason, cremona_engine::Reason::NotFound);
    }

    #[test]
    fn what_has_ended_lets_nobody_in_and_its_name_is_free() {
        let home = tempfile::tempdir().unwrap();
        let access = Access::open(home.path()).unwrap();
        let (token, _) = create(home.path(), "ci", &[Scope::Read], Some(0)).unwrap();
        assert_eq!(access.bearer(&token), None);
        create(home.path(), "ci", &[Scope::Read], Some(1)).unwrap();
    }

    #[test]
    fn a_damaged_file_lets_nobody_in() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let access = Access::open(home.path()).unwrap();
        let (token, _) = create(home.path(), "ci", &[Scope::Read], None).unwrap();
        let file = home.path().join(NAME);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&file, "{").unwrap();
        assert_eq!(access.bearer(&token), None);
        std::fs::write(&file, "{\"version\": 9}").unwrap();
        assert!(Access::open(home.path()).is_err());
    }
}
