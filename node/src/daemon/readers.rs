//! Readers of the store, so that questions don't wait for the owner; a few at once, the others in turn.

use std::sync::{Mutex, PoisonError};

use cremona_engine::queries::Like;
use cremona_engine::{Answer, Ask, Failure, Queries};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Most readers at once: each has a connection of its own with its cache.
const MOST: usize = 8;

/// A pool of readers.
pub struct Readers {
    like: Like,
    idle: Mutex<Vec<Queries>>,
    turns: Semaphore,
}

impl Readers {
    /// A pool that opens readers like `first`.
    #[must_use]
    pub fn new(first: Queries) -> Self {
        Self { like: first.like(), idle: Mutex::new(vec![first]), turns: Semaphore::new(MOST) }
    }

    /// Waits for one's turn, which ends with what this gives.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// Answers a question; blocks on the disk.
    ///
    /// # Errors
    /// [`Failure`] as the engine says.
    pub fn answer(&self, ask: &Ask) -> Result<Answer, Failure> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => self.like.open()?,
        };
        let answer = reader.answer(ask, crate::home::now());
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST {
            idle.push(reader);
        }
        answer
    }
}
