//! What is counted of requests, for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;

/// Answers by the first digit of their status, since the start.
#[derive(Default)]
pub struct Counts {
    classes: [AtomicU64; 6],
}

impl Counts {
    /// One more answer.
    pub fn answered(&self, status: StatusCode) {
        if let Some(class) = self.classes.get(usize::from(status.as_u16() / 100)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// `2xx` and so on, and how many answers were so.
    pub fn all(&self) -> impl Iterator<Item = (String, u64)> {
        let count = |class: usize| self.classes.get(class).map_or(0, |count| count.load(Ordering::Relaxed));
        (2..6).map(move |class| (format!("{class}xx"), count(class)))
    }
}
