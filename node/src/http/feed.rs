//! Changes for all who follow them: read from the store once for readers who are equally far.

use std::sync::{Arc, Mutex, PoisonError};

use cremona_engine::ask::Changes;
use cremona_engine::{Answer, Ask, Failure};
use tokio::sync::Semaphore;

use super::Shared;
use crate::words::fail;

/// What was read last, and the turn to read more.
pub struct Feed {
    last: Mutex<Option<Known>>,
    turn: Semaphore,
}

/// Changes after a cursor, with all commits up to one.
#[derive(Clone)]
struct Known {
    since: String,
    limit: u32,
    commit: u64,
    changes: Arc<Changes>,
}

impl Default for Feed {
    /// Nothing is read yet.
    fn default() -> Self {
        Self { last: Mutex::new(None), turn: Semaphore::new(1) }
    }
}

impl Feed {
    /// Changes after a cursor, with everything that is committed now.
    ///
    /// # Errors
    /// [`Failure`] as the engine says.
    pub async fn since(&self, shared: &Shared, since: &str, limit: u32) -> Result<Arc<Changes>, Failure> {
        let commit = *shared.commits.borrow();
        // Whoever waits here finds what another has read meanwhile.
        let _turn = self.turn.acquire().await;
        let fits = |known: &Known| known.since == since && known.limit == limit && known.commit >= commit;
        let known = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(fits);
        if let Some(known) = known {
            return Ok(known.changes);
        }
        let commit = *shared.commits.borrow();
        let ask = Ask::Changes { since: Some(since.to_owned()), limit };
        let Answer::Changes(changes) = shared.ask(ask).await? else { return Err(fail!(Failed, "surprised")) };
        let changes = Arc::new(changes);
        let known = Known { since: since.to_owned(), limit, commit, changes: changes.clone() };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(changes)
    }
}
