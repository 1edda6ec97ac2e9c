//! The API and the page's door over HTTP: what they do for those who may, and that nobody else gets in.

mod api;
mod docs;
mod events;
mod hostile;
mod readers;
mod refusals;
mod site;
