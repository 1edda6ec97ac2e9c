//! The benchmarks, one file a question.

pub mod idle;
pub mod live;
pub mod newcomer;
pub mod node;
pub mod reconnect;
