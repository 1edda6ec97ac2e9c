//! What every request passes, also one for nothing that is there: whom it names, where it comes from, who
//! asks, how often, and how long what it brings may be.
//!
//! A page of another origin can make a browser ask this node, and a name of another's can lead to it. So
//! `Host` has to be ours to the letter, `Origin` and `Sec-Fetch-Site` have to be ours where they are given,
//! and nothing is answered without a token or cookie. No header ever allows another origin anything.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
    TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use axum::http::{Method, Request, Response, StatusCode};
use axum::middleware::Next;
use cremona_engine::{Answer, Ask};

use super::access::Who;
use super::enter::enter;
use super::problem::{Form, Problem};
use super::{Shared, headers, lang};
use crate::page::look::Look;
use crate::words::fail;

/// Longest body, in bytes: 64 KiB of text, each byte of which takes six in JSON and more in a form.
pub const MAX_BODY: usize = 1024 * 1024;
/// How long a body may take to come.
const BODY_PATIENCE: Duration = Duration::from_secs(20);
/// Most cookies of our name that are tried.
const MOST_COOKIES: usize = 4;
/// By what requests without token or session are counted.
const NOBODY: [u8; 32] = [0; 32];

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");

/// Lets a request through to its handler, or refuses it; either way the answer carries our headers.
pub async fn guard(State(shared): State<Arc<Shared>>, request: Request<Body>, next: Next) -> Response<Body> {
    let form = form_of(&shared, &request);
    let asker = request.headers().clone();
    let mut response = match pass(&shared, request, next).await {
        Ok(response) => match response.extensions().get::<Problem>().cloned() {
            Some(problem) => problem.answer(form, lang_of(&shared, form, &asker).await),
            None => response,
        },
        // Whoever asks too often is not asked after.
        Err(problem) if problem.status == StatusCode::TOO_MANY_REQUESTS => {
            refused(&problem, form, lang::wanted(&asker))
        }
        Err(problem) => refused(&problem, form, lang_of(&shared, form, &asker).await),
    };
    headers::put_on(response.headers_mut());
    shared.counts.answered(response.status());
    response
}

/// Whether who asks for this path is a program or a person.
fn form_of(shared: &Shared, request: &Request<Body>) -> Form {
    let path = request.uri().path();
    if path.starts_with("/api/") || path == "/metrics" {
        return Form::Details;
    }
    Form::Page(Look::sent(request.headers(), &shared.tag))
}

/// The language of a refusal: on the page that of this member, where it is them who asks.
async fn lang_of(shared: &Shared, form: Form, asker: &HeaderMap) -> crate::words::Lang {
    let known = matches!(form, Form::Page(_)) && matches!(who(shared, asker), Ok(Some(_)));
    match if known { shared.ask(Ask::Settings).await.ok() } else { None } {
        Some(Answer::Settings(settings)) => lang::spoken(&settings.settings, asker),
        Some(_) | None => lang::wanted(asker),
    }
}

fn refused(problem: &Problem, form: Form, lang: crate::words::Lang) -> Response<Body> {
    let mut response = problem.answer(form, lang);
    // Whoever is refused before their body was read has to begin anew: it can't be told from a request.
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    if problem.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

async fn pass(shared: &Arc<Shared>, mut request: Request<Body>, next: Next) -> Result<Response<Body>, Problem> {
    check_shape(&request)?;
    let origin = check_host(shared, &request)?;
    let enters = request.uri().path() == "/enter" && request.method() == Method::GET;
    check_origin(&origin, &request, enters)?;
    if request.uri().path() == "/healthz" {
        return Ok(next.run(request).await);
    }
    if enters {
        take(shared, &NOBODY)?;
        return enter(shared, &request, is_elsewhere(request.headers()));
    }
    let Some(who) = who(shared, request.headers())? else {
        take(shared, &NOBODY)?;
        return Err(nobody());
    };
    if who.session && !is_safe(request.method()) {
        check_own_page(&origin, request.headers())?;
    }
    take(shared, &who.hash)?;
    request.extensions_mut().insert(who);
    let request = whole(request).await?;
    Ok(next.run(request).await)
}

/// Refuses what two readers could part differently, and methods that nothing here knows.
fn check_shape(request: &Request<Body>) -> Result<(), Problem> {
    if request.headers().contains_key(TRANSFER_ENCODING) {
        return Err(Problem::new(StatusCode::LENGTH_REQUIRED, fail!(Usage, "http-length-required")));
    }
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    if !known.contains(request.method()) {
        return Err(no_method());
    }
    if !request.uri().path().starts_with('/') {
        return Err(Problem::from(fail!(Usage, "http-odd-target")));
    }
    Ok(())
}

/// Our origin as the request names it; refuses one that names another.
fn check_host(shared: &Shared, request: &Request<Body>) -> Result<String, Problem> {
    let wrong = || Problem::new(StatusCode::MISDIRECTED_REQUEST, fail!(Usage, "http-other-host"));
    let host = single(request.headers(), &HOST)?.ok_or_else(wrong)?;
    let ours = |name: &str| shared.hosts.iter().any(|known| known == name);
    let named = request.uri().authority().is_none_or(|authority| authority.as_str() == host);
    let scheme = request.uri().scheme_str().is_none_or(|scheme| scheme == "http");
    if ours(host) && named && scheme { Ok(format!("http://{host}")) } else { Err(wrong()) }
}

/// Refuses what another site's page makes a browser send; only a link to `/enter` may stand there.
fn check_origin(origin: &str, request: &Request<Body>, enters: bool) -> Result<(), Problem> {
    let foreign = || Problem::new(StatusCode::FORBIDDEN, fail!(NotAllowed, "http-other-origin"));
    let headers = request.headers();
    if single(headers, &ORIGIN)?.is_some_and(|given| given != origin) {
        return Err(foreign());
    }
    // A link that is fetched ahead has not been followed.
    if headers.contains_key(PURPOSE) {
        return Err(foreign());
    }
    match single(headers, &FETCH_SITE)? {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) if enters && single(headers, &FETCH_MODE)? == Some("navigate") => Ok(()),
        Some(_) => Err(foreign()),
    }
}

/// Whether a browser says that a page of another origin leads here.
fn is_elsewhere(headers: &HeaderMap) -> bool {
    headers.get(FETCH_SITE).is_some_and(|site| site != "none" && site != "same-origin")
}

/// A cookie travels with whatever makes the browser ask, so a change has to come from our own page.
fn check_own_page(origin: &str, headers: &HeaderMap) -> Result<(), Problem> {
    let ours = single(headers, &ORIGIN)? == Some(origin) || single(headers, &FETCH_SITE)? == Some("same-origin");
    if ours { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, fail!(NotAllowed, "http-other-origin"))) }
}

/// Who asks: the bearer of a token, where one is shown, else the page by its cookie.
fn who(shared: &Shared, headers: &HeaderMap) -> Result<Option<Who>, Problem> {
    if let Some(given) = single(headers, &AUTHORIZATION)? {
        let token = given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        return Ok(token.and_then(|(_, token)| shared.access.bearer(token.trim())));
    }
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let ours = pairs.filter(|(name, _)| *name == shared.cookie).take(MOST_COOKIES);
    Ok(ours.filter_map(|(_, secret)| shared.access.session(secret)).next())
}

/// The value of a header that may stand there once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let odd = || Problem::from(fail!(Usage, "http-odd-header", name = name.as_str()));
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| odd()),
        (Some(_), Some(_)) => Err(odd()),
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn take(shared: &Shared, who: &[u8; 32]) -> Result<(), Problem> {
    shared.rates.take(who, Instant::now()).map_err(|wait| Problem {
        status: StatusCode::TOO_MANY_REQUESTS,
        failure: fail!(TryLater, "http-too-often"),
        retry_after: Some(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)),
    })
}

/// The request with all of its body: it is short, and comes in time, or nothing is done with it.
async fn whole(request: Request<Body>) -> Result<Request<Body>, Problem> {
    let (parts, body) = request.into_parts();
    let too_long = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, fail!(Usage, "http-body-long", limit = MAX_BODY));
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match announced {
        None | Some(0) => return Ok(Request::from_parts(parts, Body::empty())),
        Some(length) if length > MAX_BODY as u64 => return Err(too_long()),
        Some(_) => {}
    }
    match tokio::time::timeout(BODY_PATIENCE, to_bytes(body, MAX_BODY)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
        // Cut off, or longer than announced, which the connection does not let through.
        Ok(Err(_)) => Err(too_long()),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, fail!(TryLater, "http-body-slow"))),
    }
}

/// Nobody who may ask: neither token nor cookie, or one that does not work.
fn nobody() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, fail!(NotAllowed, "http-nobody"))
}

/// A method that is not for this path.
pub fn no_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, fail!(Usage, "http-no-method"))
}
