//! The page before there is a workspace: create one, or join by pasting a key. Once there is one, the node takes
//! over the same port, and the browser is led on by a link that works once.
//!
//! The same rules hold as later ([`super::guard`]): this machine's names only, one link to come in by, forms of
//! this page only. A pasted key is in the body of a form, never in an address.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, COOKIE, HOST, HeaderMap, HeaderValue, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use cremona_engine::{Ask, Failure};
use serde::Deserialize;
use tokio::sync::Notify;

use super::given::Form;
use super::{Problem, Server, headers, hosts, problem, serve, wanted_lang};
use crate::home::{self, Home, now};
use crate::page::look::Look;
use crate::page::{Words, assets};
use crate::words::{Lang, fail};

/// What handlers share.
struct First {
    path: PathBuf,
    hosts: Vec<String>,
    address: String,
    /// The secret of the link; empty once it was used.
    link: Mutex<String>,
    cookie: String,
    /// One form at a time makes a workspace.
    making: tokio::sync::Mutex<()>,
    made: AtomicBool,
    done: Notify,
}

/// What was typed, and why it can't be done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    key: String,
    name: String,
    dial: String,
    workspace: String,
    zone: String,
    from: String,
    to: String,
    #[serde(skip)]
    fault: String,
    #[serde(skip)]
    hint: String,
    #[serde(skip)]
    joining: bool,
}

#[derive(Template)]
#[template(path = "first.html")]
struct View {
    w: Words,
    typed: Typed,
}

impl View {
    fn asset(&self, name: &str) -> String {
        assets::path(name)
    }
}

/// Serves the page of `server` until there is a workspace at `path`; `told` gets the link to it.
///
/// # Errors
/// [`Failure`] where the system gives no random bytes, or the workspace that was made can't be opened.
pub async fn run(server: &Server, path: &Path, told: impl FnOnce(String)) -> Result<Home, Failure> {
    let secret = || crate::home::random().map(|bytes: [u8; 32]| blake3::Hash::from_bytes(bytes).to_hex().to_string());
    let (link, cookie) = (secret()?, secret()?);
    let first = Arc::new(First {
        path: path.to_owned(),
        hosts: hosts(&server.address),
        address: server.address.to_string(),
        link: Mutex::new(link.clone()),
        cookie: format!("cremona-first-{}={cookie}", server.address.port()),
        making: tokio::sync::Mutex::default(),
        made: AtomicBool::new(false),
        done: Notify::new(),
    });
    told(format!("http://{}/enter?link={link}", server.address));
    let mut connections = serve::accept_until(&server.listener, router(first.clone()), first.done.notified()).await;
    // Answers under way are given; whoever asks for more over an old connection is told to come again.
    tokio::spawn(async move { while connections.join_next().await.is_some() {} });
    let path = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || crate::place::own(&path)).await;
    opened.map_err(|error| fail!(Failed, "reader-failed", error = error.to_string()))?
}

fn router(first: Arc<First>) -> Router {
    Router::new()
        .route("/", get(form))
        .route("/create", post(create))
        .route("/join", post(join))
        .route("/assets/{digest}/{name}", get(assets::file))
        .fallback(async || Problem::from(fail!(NotFound, "first-nothing-there")))
        .layer(middleware::from_fn_with_state(first.clone(), guard))
        .with_state(first)
}

async fn guard(State(first): State<Arc<First>>, request: Request, next: Next) -> Response {
    let asker = request.headers().clone();
    let mut response = match before(&first, &request) {
        Some(response) => response,
        None => next.run(request).await,
    };
    if let Some(problem) = response.extensions().get::<Problem>() {
        // Nobody has chosen a look yet.
        response = problem.answer(problem::Form::Page(Look::sent(&asker, "")), wanted_lang(&asker));
    }
    headers::put_on(response.headers_mut());
    response
}

/// What is answered before any form is looked at; `None` lets the request through.
fn before(first: &First, request: &Request) -> Option<Response> {
    let text = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if !text(HOST).is_some_and(|host| first.hosts.iter().any(|known| known == host)) {
        let other = Problem::new(StatusCode::MISDIRECTED_REQUEST, fail!(Usage, "first-other-host"));
        return Some(other.into_response());
    }
    if first.made.load(Ordering::Acquire) {
        return Some(again(request.uri().path_and_query().map_or("/", |path| path.as_str())));
    }
    let ours = |origin: &str| first.hosts.iter().any(|host| origin.strip_prefix("http://") == Some(host));
    if text(ORIGIN).is_some_and(|origin| !ours(origin)) || (request.method() != Method::GET && text(ORIGIN).is_none()) {
        return Some(Problem::from(fail!(NotAllowed, "http-other-origin")).into_response());
    }
    if request.uri().path() == "/enter" {
        return Some(enter(first, request.uri().query().unwrap_or_default()));
    }
    let cookies = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let known = cookies.flat_map(|text| text.split(';')).any(|pair| pair.trim() == first.cookie);
    (!known).then(link_used)
}

/// Over a new connection, which the node itself answers.
fn again(path: &str) -> Response {
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, place);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Nobody comes in without the link, and by it once.
fn link_used() -> Response {
    Problem::new(StatusCode::UNAUTHORIZED, fail!(NotAllowed, "first-link-used")).into_response()
}

fn enter(first: &First, query: &str) -> Response {
    let mut link = first.link.lock().unwrap_or_else(PoisonError::into_inner);
    if link.is_empty() || query.strip_prefix("link=") != Some(link.as_str()) {
        return link_used();
    }
    link.clear();
    let cookie = format!("{}; Path=/; HttpOnly; SameSite=Strict", first.cookie);
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
    response.headers_mut().insert(SET_COOKIE, HeaderValue::from_str(&cookie).expect("hexadecimal digits"));
    response
}

async fn form(headers: HeaderMap) -> Response {
    view(wanted_lang(&headers), empty(), StatusCode::OK)
}

/// What stands in the fields before anything is typed.
fn empty() -> Typed {
    Typed { zone: machine_zone(), from: "09:00".to_owned(), to: "17:30".to_owned(), ..Typed::default() }
}

fn view(lang: Lang, typed: Typed, status: StatusCode) -> Response {
    let w = Words { lang, now: Words::now_in(None) };
    match (View { w, typed }).render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the first page can't be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page with empty fields, and why what came can't be read.
fn refused(lang: Lang, problem: &Problem, joining: bool) -> Response {
    let (fault, hint) = lang.tell(&problem.failure);
    view(lang, Typed { fault, hint, joining, ..empty() }, problem.status)
}

fn machine_zone() -> String {
    jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}

/// What was typed, or a form that is none.
type Sent = Result<Form<Typed>, Problem>;

async fn create(State(first): State<Arc<First>>, headers: HeaderMap, sent: Sent) -> Response {
    let lang = wanted_lang(&headers);
    let typed = match sent {
        Ok(Form(typed)) => typed,
        Err(problem) => return refused(lang, &problem, false),
    };
    let made = |path: &Path, typed: &Typed| {
        home::init(path, typed.workspace.trim(), typed.name.trim(), now())?;
        let mut home = Home::open(path, now())?;
        let hours = format!("{} mon-fri {}-{}", typed.zone.trim(), typed.from.trim(), typed.to.trim());
        // Hours can be set at any time: a workspace is not lost for them.
        let set = home.answer(Ask::Hours { hours }, now());
        home.engine.close();
        if let Err(failure) = set {
            tracing::warn!(message = %failure.message, "hours were not set");
        }
        Ok(())
    };
    make(first, lang, Typed { joining: false, ..typed }, made).await
}

async fn join(State(first): State<Arc<First>>, headers: HeaderMap, sent: Sent) -> Response {
    let lang = wanted_lang(&headers);
    let typed = match sent {
        Ok(Form(typed)) => typed,
        Err(problem) => return refused(lang, &problem, true),
    };
    let made = |path: &Path, typed: &Typed| {
        let dial: Vec<String> = typed.dial.split_whitespace().map(str::to_owned).collect();
        let key: String = typed.key.split_whitespace().collect();
        home::join(path, &key, typed.name.trim(), &dial, now()).map(drop)
    };
    make(first, lang, Typed { joining: true, ..typed }, made).await
}

async fn make(
    first: Arc<First>,
    lang: Lang,
    typed: Typed,
    made: impl FnOnce(&Path, &Typed) -> Result<(), Failure> + Send + 'static,
) -> Response {
    let _one = first.making.lock().await;
    if first.made.load(Ordering::Acquire) {
        return again("/");
    }
    let (path, given) = (first.path.clone(), typed.clone());
    let result = tokio::task::spawn_blocking(move || made(&path, &given)).await;
    let result = result.unwrap_or_else(|error| Err(fail!(Failed, "reader-failed", error = error.to_string())));
    match result.and_then(|()| super::link(&first.path, &first.address)) {
        Ok(link) => {
            first.made.store(true, Ordering::Release);
            first.done.notify_one();
            let path = link.split_once(&first.address).map_or("/", |(_, path)| path).to_owned();
            let mut response = again(&path);
            // The form is done: what follows is a visit.
            *response.status_mut() = StatusCode::SEE_OTHER;
            response
        }
        Err(failure) => {
            let (fault, hint) = lang.tell(&failure);
            view(lang, Typed { fault, hint, ..typed }, StatusCode::BAD_REQUEST)
        }
    }
}
