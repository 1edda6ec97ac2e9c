//! The benchmarks, one file a question.

pub mod newcomer;
