//! The one table of routes: what each asks of the engine. Router, reading of requests, OpenAPI and tests go
//! by it.
//!
//! The fields of an ask are spread over path, query and body: those that the path names come from there, of
//! a GET the others from the query, of anything else from the JSON object that is the body.

use axum::routing::MethodFilter;

use crate::http::Scope;

/// What is done at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Asks.
    Get,
    /// Adds.
    Post,
    /// Sets.
    Put,
    /// Sets a part.
    Patch,
    /// Takes away.
    Delete,
}

/// A route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Below [`BASE`]; `{name}` stands for the field `name`, `{name=field}` for another field.
    pub path: &'static str,
    /// Which ask, by its `verb`.
    pub verb: &'static str,
    /// How the answer is tagged; its value is the body.
    pub answer: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What a token has to allow.
    pub scope: Scope,
    /// Fields that no request gives, as a JSON object.
    pub fixed: &'static str,
    /// Fields that a request need not give, as a JSON object.
    pub defaults: &'static str,
    /// Whether something new comes of it: 201 instead of 200.
    pub creates: bool,
}

/// What all paths begin with.
pub const BASE: &str = "/api/v1";

/// Asks without a route, and why.
#[cfg(test)]
pub const WITHOUT: [(&str, &str); 2] = [
    ("import", "batches of 16 MB, which a body of 1 MiB does not hold: `cremona import` reads the export itself"),
    ("mailbox", "half of a handshake, which `cremona mailbox pair` does as a whole"),
];

const NONE: &str = "{}";
const PAGE: &str = r#"{"limit":50}"#;

const fn route(method: Method, path: &'static str, verb: &'static str, answer: &'static str) -> Route {
    let scope = if matches!(method, Method::Get) { Scope::Read } else { Scope::Post };
    Route { method, path, verb, answer, summary: "", scope, fixed: NONE, defaults: NONE, creates: false }
}

const fn get(path: &'static str, verb: &'static str, answer: &'static str) -> Route {
    route(Method::Get, path, verb, answer)
}

const fn post(path: &'static str, verb: &'static str, answer: &'static str) -> Route {
    route(Method::Post, path, verb, answer)
}

const fn put(path: &'static str, verb: &'static str, answer: &'static str) -> Route {
    route(Method::Put, path, verb, answer)
}

const fn patch(path: &'static str, verb: &'static str, answer: &'static str) -> Route {
    route(Method::Patch, path, verb, answer)
}

const fn delete(path: &'static str, verb: &'static str, answer: &'static str) -> Route {
    route(Method::Delete, path, verb, answer)
}

impl Method {
    /// As OpenAPI names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// As the router knows it.
    pub fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    /// Whether what a request gives beside the path stands in the query.
    pub fn asks(self) -> bool {
        self == Self::Get
    }
}

impl Route {
    const fn says(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    const fn fixed(self, fixed: &'static str) -> Self {
        Self { fixed, ..self }
    }

    const fn defaults(self, defaults: &'static str) -> Self {
        Self { defaults, ..self }
    }

    const fn creates(self) -> Self {
        Self { creates: true, ..self }
    }

    const fn admin(self) -> Self {
        Self { scope: Scope::Admin, ..self }
    }

    /// Parts of the path: a literal, or the name of a parameter and the field that it is.
    pub fn parts(&self) -> impl Iterator<Item = Result<&'static str, (&'static str, &'static str)>> {
        self.path.trim_start_matches('/').split('/').map(|part| {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => Err(name.split_once('=').unwrap_or((name, name))),
                None => Ok(part),
            }
        })
    }

    /// The whole path as routers and OpenAPI write it.
    pub fn template(&self) -> String {
        self.parts().fold(BASE.to_owned(), |path, part| match part {
            Ok(literal) => format!("{path}/{literal}"),
            Err((name, _)) => format!("{path}/{{{name}}}"),
        })
    }
}

/// All of them.
pub static ROUTES: &[Route] = &[
    get("/channels", "channels", "channels").says("All channels"),
    post("/channels", "channel-create", "channel").defaults(r#"{"purpose":""}"#).creates().says("Create a channel"),
    patch("/channels/{channel}", "channel-describe", "channel").says("Say what a channel is for"),
    put("/channels/{channel}/name", "channel-rename", "channel").says("Give a channel another name"),
    put("/channels/{channel}/archived", "channel-archive", "channel").says("Archive a channel, or take it out again"),
    put("/channels/{channel}/flag", "channel-flag", "channel").says("Set the colour of flags where none is given"),
    get("/channels/{channel}/threads", "threads", "threads").defaults(PAGE).says("Threads, latest activity first"),
    post("/channels/{channel}/threads", "post", "posted").creates().says("Start a thread"),
    get("/channels/{channel=target}/messages", "read", "messages").defaults(PAGE).says("The newest page of a channel"),
    get("/channels/{channel}/pins", "pins", "messages").says("Pinned messages of a channel"),
    put("/channels/{channel=target}/follow", "follow", "inbox").says("Say what of a channel shall come up"),
    put("/channels/{channel=target}/read", "mark", "inbox")
        .fixed(r#"{"upto":null,"unread":false}"#)
        .says("Mark a channel as read"),
    get("/threads/{thread=target}/messages", "read", "messages").defaults(PAGE).says("The newest page of a thread"),
    post("/threads/{thread}/messages", "reply", "posted").creates().says("Answer in a thread"),
    get("/threads/{thread}/as-of", "as-of", "messages").says("A thread as it was at a moment"),
    get("/threads/{thread}/reasons", "explain", "explained").says("Why a thread is in the inbox, or is not"),
    put("/threads/{thread}/done", "done", "explained").fixed(r#"{"undo":false}"#).says("Be done with a thread"),
    delete("/threads/{thread}/done", "done", "explained").fixed(r#"{"undo":true}"#).says("Be done with it no more"),
    put("/threads/{thread}/later", "later", "explained").says("Put a thread off"),
    delete("/threads/{thread}/later", "later", "explained").fixed(r#"{"until":null}"#).says("Put it off no more"),
    put("/threads/{thread=target}/follow", "follow", "explained").says("Say what of a thread shall come up"),
    put("/threads/{thread=target}/read", "mark", "explained").says("Mark a thread as read or unread"),
    put("/threads/{thread}/resolved", "resolve", "message").fixed(r#"{"on":true}"#).says("Resolve a thread"),
    delete("/threads/{thread}/resolved", "resolve", "message").fixed(r#"{"on":false}"#).says("Open a thread again"),
    put("/threads/{thread}/title", "retitle", "message").says("Give a thread another title"),
    put("/messages/{message}", "edit", "message").says("Replace the text of a message of one's own"),
    delete("/messages/{message}", "delete", "message").says("Delete a message of one's own everywhere"),
    get("/messages/{message}/versions", "history", "versions").says("The versions of a message"),
    get("/messages/{message}/holders", "held", "held").says("Which nodes hold a message"),
    put("/messages/{message}/flag", "flag", "message").says("Say how soon a message needs whom"),
    delete("/messages/{message}/flag", "flag", "message")
        .fixed(r#"{"flag":{"colour":"none"}}"#)
        .says("Take one's flag back"),
    put("/messages/{message}/pin", "pin", "message").fixed(r#"{"on":true}"#).says("Pin a message"),
    delete("/messages/{message}/pin", "pin", "message").fixed(r#"{"on":false}"#).says("Unpin a message"),
    put("/messages/{message}/acknowledgement", "acknowledge", "message").says("Take note of a message"),
    put("/messages/{message}/reactions/{emoji}", "react", "message").fixed(r#"{"on":true}"#).says("React to a message"),
    delete("/messages/{message}/reactions/{emoji}", "react", "message")
        .fixed(r#"{"on":false}"#)
        .says("Take a reaction back"),
    get("/inbox", "inbox", "inbox").defaults(PAGE).says("The threads that need this member, most urgent first"),
    get("/search", "search", "hits").defaults(PAGE).says("Find messages"),
    get("/changes", "changes", "changes").defaults(r#"{"limit":500}"#).says("Changes since a cursor, oldest first"),
    get("/scheduled", "scheduled", "messages").says("Messages of one's own that are not shown yet"),
    get("/catch-up", "catch-up", "catch-up").says("What this member missed"),
    get("/digest", "digest", "digest").says("What the day begins with"),
    get("/newsletter", "newsletter", "newsletter")
        .defaults(r#"{"format":"markdown"}"#)
        .says("What was good to know in a month"),
    get("/drafts", "drafts", "drafts").says("All drafts, the one saved last first"),
    post("/drafts", "draft-save", "draft").fixed(r#"{"id":null}"#).creates().says("Keep a text as a draft"),
    get("/drafts/on-hold", "on-hold", "drafts").says("Drafts that are on hold, the next first"),
    put("/drafts/{draft=id}/hold", "draft-hold", "draft").says("Keep a draft until a moment, and send it then"),
    put("/drafts/{draft=id}", "draft-save", "draft").says("Keep another text in a draft"),
    delete("/drafts/{draft=id}", "draft-drop", "draft").says("Drop a draft; the answer is what it was"),
    get("/settings", "settings", "settings").says("This member's settings"),
    put("/settings/{setting=name}", "set", "settings").says("Change a setting"),
    delete("/settings/{setting=name}", "set", "settings").fixed(r#"{"value":null}"#).says("Set as if it never was"),
    get("/members", "members", "members").says("Everyone in the workspace"),
    get("/members/{member}/forecast", "forecast", "forecast").says("When a member's node may be heard next"),
    get("/team", "team", "team").defaults(r#"{"days":2}"#).says("Everyone's hours side by side"),
    put("/me/hours", "hours", "person").says("Publish when this member works"),
    put("/me/status", "set-status", "person").says("Say what this member is about"),
    delete("/me/status", "set-status", "person").fixed(r#"{"status":{"meaning":"open"}}"#).says("Clear one's status"),
    put("/me/deputy", "deputy", "person").says("Say who stands in for this member"),
    delete("/me/deputy", "deputy", "person").fixed(r#"{"deputy":null}"#).says("Have nobody stand in"),
    put("/me/quiet", "quiet", "notices").says("Say when nothing notifies"),
    put("/me/focus", "focus", "notices").says("Let nothing notify until then"),
    delete("/me/focus", "focus", "notices").fixed(r#"{"until":null}"#).says("End the focus"),
    post("/notices", "notices", "notices").says("What is worth an interruption; it counts as told from then on"),
    get("/peers", "peers", "peers").says("Which nodes this one knows, and what is outstanding"),
    get("/status", "status", "status").says("Sizes, counts, and what deserves attention"),
    get("/verification", "verify", "verified").says("Hashes and counts that are equal where nodes hold the same"),
    get("/key", "key", "key").admin().says("The workspace key: whoever has it can join and read"),
    post("/checks", "fsck", "checked")
        .defaults(r#"{"repair":false}"#)
        .admin()
        .says("Check the data directory against itself"),
];
