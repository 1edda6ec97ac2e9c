//! The page for people: views rendered by the node from the same answers that the command line shows.
//!
//! A view is a handler, a template in `templates/` and the [`frame`] around it. Whatever is done is a form
//! that works without scripts ([`acts`]); the modules in `assets/` make the same forms and views quicker.

mod acts;
pub mod assets;
mod channel;
mod compose;
mod frame;
mod hold;
mod inbox;
mod lists;
pub mod look;
mod markdown;
mod message;
mod reports;
mod rows;
mod search;
mod settings;
mod status;
mod strip;
mod sure;
mod team;
mod thread;
mod words;

use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use cremona_engine::ask::{Author, Channel, Person, SettingLine};
use cremona_engine::{Answer, Ask, Failure};

use crate::http::{Problem, Shared, spoken_lang};
use crate::words::fail;
use frame::Notice;
use look::Look;
use markdown::Named;
pub use words::Words;

/// Why a view can't be shown.
pub type Refusal = Problem;

/// Everything of the page; whoever comes here has passed the guard.
pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(inbox::inbox))
        .route("/later", get(inbox::later))
        .route("/expired", get(inbox::expired))
        .route("/why/{thread}", get(inbox::why))
        .route("/channels", get(channel::channels).post(acts::create_channel))
        .route("/c/{channel}", get(channel::channel))
        .route("/c/{channel}/new", get(compose::new_thread))
        .route("/t/{thread}", get(thread::thread))
        .route("/m/{message}", get(thread::message))
        .route("/m/{message}/history", get(thread::history))
        .route("/m/{message}/held", get(thread::held))
        .route("/m/{message}/flag", get(sure::flag))
        .route("/m/{message}/edit", get(compose::edit))
        .route("/m/{message}/delete", get(sure::delete))
        .route("/put-off/{thread}", get(sure::put_off))
        .route("/new", post(acts::post))
        .route("/reply", post(acts::reply))
        .route("/edit", post(acts::edit))
        .route("/preview", post(compose::preview))
        .route("/draft", post(acts::keep_draft))
        .route("/act", post(acts::act))
        .route("/channel", post(acts::describe_channel))
        .route("/drafts", get(lists::drafts))
        .route("/scheduled", get(lists::scheduled))
        .route("/hold/{draft}", get(hold::hold).post(hold::save))
        .route("/more", get(lists::more))
        .route("/search", get(search::search))
        .route("/team", get(team::team))
        .route("/invite", get(team::invite))
        .route("/status", get(status::status))
        .route("/digest", get(reports::digest))
        .route("/catch-up", get(reports::catch_up))
        .route("/newsletter", get(reports::newsletter))
        .route("/settings", get(settings::settings).post(settings::save))
        .route("/assets/{digest}/{name}", get(assets::file))
}

/// Who asks, in which language and zone, and how they like it to look.
pub struct Page {
    shared: Arc<Shared>,
    /// Sentences.
    pub w: Words,
    /// This member, unless the workspace has not been met.
    pub me: Option<Person>,
    /// This member's settings.
    pub settings: Vec<SettingLine>,
    /// All channels, by name.
    pub channels: Vec<Channel>,
    /// `data-theme`.
    pub theme: &'static str,
    /// Whether single keys do something.
    pub keys: bool,
    /// Path and query.
    pub path: String,
}

impl Page {
    /// Asks the node.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, Refusal> {
        Ok(self.shared.ask(ask).await?)
    }

    /// Asks for a change that is made once, however often the form is sent.
    pub async fn once(&self, key: &str, ask: Ask) -> Result<Answer, Refusal> {
        if key.is_empty() {
            return self.ask(ask).await;
        }
        Ok(self.shared.once(key, ask).await?)
    }

    /// The data directory.
    pub fn home(&self) -> &std::path::Path {
        &self.shared.home
    }

    /// How often this member has changed what is theirs alone.
    pub fn mine(&self) -> u64 {
        *self.shared.mine.borrow()
    }

    /// This node's tag, by which its cookies are told from others'.
    pub fn tag(&self) -> &str {
        &self.shared.tag
    }

    /// What the last act left to be said: only sentences of the catalogue, by name, come this way.
    fn said(&self) -> Option<Notice> {
        let (_, query) = self.path.split_once('?')?;
        let code = query.split('&').find_map(|part| part.strip_prefix("said="))?;
        let said = cremona_engine::Said::new(code.strip_prefix("page-said-").map(|_| code)?);
        let text = self.w.lang.value(&said)?;
        Some(Notice { text, hint: self.w.lang.hint(&said), bad: false })
    }

    /// What becomes a link in a text that mentions these.
    pub fn named<'a>(&'a self, mentions: &'a [Author]) -> Named<'a> {
        Named { mentions, me: self.my_id(), channels: &self.channels }
    }

    /// A channel, if it is here.
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The id of this member.
    pub fn my_id(&self) -> &str {
        self.me.as_ref().map_or("", |me| me.member.member.as_str())
    }
}

impl FromRequestParts<Arc<Shared>> for Page {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let (me, settings, channels) =
            tokio::try_join!(me(shared), shared.ask(Ask::Settings), shared.ask(Ask::Channels))?;
        let (Answer::Settings(settings), Answer::Channels(channels)) = (settings, channels) else {
            return Err(surprised());
        };
        let (settings, channels) = (settings.settings, channels.channels);
        let lang = spoken_lang(&settings, &parts.headers);
        let zone = me.as_ref().and_then(|me| jiff::tz::TimeZone::get(&me.zone).ok());
        let now = Words::now_in(zone);
        let look = Look::sent(&parts.headers, &shared.tag);
        Ok(Self {
            w: Words { lang, now },
            theme: look.theme,
            keys: look.keys,
            path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            shared: shared.clone(),
            me,
            settings,
            channels,
        })
    }
}

/// This member in their day; `None` for a newcomer who has met nobody.
async fn me(shared: &Shared) -> Result<Option<Person>, Failure> {
    static ID: OnceLock<String> = OnceLock::new();
    let id = match ID.get() {
        Some(id) => id.clone(),
        None => {
            let Answer::Members(members) = shared.ask(Ask::Members).await? else { return Ok(None) };
            let Some(me) = members.members.into_iter().find(|member| member.me) else { return Ok(None) };
            ID.get_or_init(|| me.id).clone()
        }
    };
    let Answer::Team(team) = shared.ask(Ask::Team { members: vec![id], days: 1 }).await? else { return Ok(None) };
    Ok(team.people.into_iter().find(|person| person.me))
}

/// Renders a view.
pub fn show(template: &impl Template) -> Result<Response, Refusal> {
    let text = template.render().map_err(|error| fail!(Failed, "page-broken", error = error.to_string()))?;
    Ok(Html(text).into_response())
}

/// Sends the browser on, after something was done.
pub fn see_other(path: &str) -> Response {
    let target = axum::http::HeaderValue::from_str(path).unwrap_or(axum::http::HeaderValue::from_static("/"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(axum::http::header::LOCATION, target);
    response
}

/// An answer that no version of this node gives.
pub fn surprised() -> Refusal {
    Problem::from(crate::run::surprised())
}
