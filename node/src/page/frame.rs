//! What stands around every view: where one can go, what waits there, and whose node it is.

use std::sync::OnceLock;

use cremona_engine::ask::{Channel, InboxCounts, Person};
use cremona_engine::{Answer, Ask};

use super::strip::{Strip, hours_text};
use super::words::Words;
use super::{Page, Refusal, assets, surprised};
use crate::render::{line, status_text};

/// Most channels beside the view; the rest are in the list of channels.
const BESIDE: usize = 40;

/// See the module.
pub struct Frame {
    /// Sentences.
    pub w: Words,
    /// The workspace's name.
    pub workspace: String,
    /// The view's name, for styles and scripts.
    pub here: &'static str,
    /// The view's title.
    pub title: String,
    /// Where the view is, with its query.
    pub path: String,
    /// `data-theme`, empty where the system decides.
    pub theme: &'static str,
    /// Whether single keys do something.
    pub keys: bool,
    /// Up to which change this is drawn.
    pub cursor: String,
    /// How often this member had changed what is theirs alone by then.
    pub mine: u64,
    /// Threads in the inbox.
    pub inbox: u64,
    /// Threads that were put off.
    pub later: u64,
    /// Drafts.
    pub drafts: u64,
    /// Messages that are not shown yet.
    pub scheduled: u64,
    /// Channels beside the view.
    pub channels: Vec<Beside>,
    /// This member.
    pub me: Option<Me>,
    /// What was done, or why it could not be.
    pub said: Option<Notice>,
}

/// A channel beside the view.
pub struct Beside {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Threads of it in the inbox.
    pub count: u64,
    /// Whether it is shown.
    pub here: bool,
}

/// A view that can be gone to.
pub struct View {
    /// Where.
    pub href: &'static str,
    /// Its name.
    pub name: String,
    /// What waits there.
    pub count: u64,
    /// Of what.
    pub unit: String,
    /// Whether the count asks for nothing.
    pub rest: bool,
    /// Whether it is shown.
    pub here: bool,
}

/// This member, in their day.
pub struct Me {
    /// Their name.
    pub name: String,
    /// Their hours today.
    pub hours: String,
    /// Their day.
    pub strip: Strip,
    /// What they are about; may be empty.
    pub status: String,
}

/// A sentence above a view.
pub struct Notice {
    /// What is said.
    pub text: String,
    /// What to do next; may be empty.
    pub hint: String,
    /// Whether something failed.
    pub bad: bool,
}

impl Frame {
    /// Asks for all that stands around a view.
    pub async fn of(page: &Page, here: &'static str, title: String) -> Result<Self, Refusal> {
        let mine = page.mine();
        let inbox = Ask::Inbox { channel: None, expired: false, later: false, limit: 0, after: None };
        let (inbox, drafts, scheduled, now) = tokio::try_join!(
            page.ask(inbox),
            page.ask(Ask::Drafts),
            page.ask(Ask::Scheduled),
            page.ask(Ask::Changes { since: None, limit: 1 }),
        )?;
        let (Answer::Inbox(inbox), Answer::Changes(now)) = (inbox, now) else { return Err(surprised()) };
        let (Answer::Drafts(drafts), Answer::Messages(scheduled)) = (drafts, scheduled) else {
            return Err(surprised());
        };
        Ok(Self {
            w: page.w.clone(),
            workspace: line(workspace(page)),
            here,
            title,
            path: page.path.clone(),
            theme: page.theme,
            keys: page.keys,
            cursor: now.next,
            mine,
            inbox: inbox.counts.all,
            later: inbox.counts.later,
            drafts: drafts.drafts.len() as u64,
            scheduled: (scheduled.messages.len() as u64).saturating_add(drafts.on_hold),
            channels: beside(&page.channels, &inbox.counts, &page.path),
            me: page.me.as_ref().map(|me| Me::of(me, &page.w)),
            said: page.said(),
        })
    }

    /// The path of a file that the page is drawn with.
    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// Views that can be gone to.
    pub fn views(&self) -> Vec<View> {
        let view = |href: &'static str, here: &str, code: &str, (count, rest): (u64, bool)| View {
            href,
            name: self.w.s(code),
            count,
            unit: self.w.s(if rest { "page-waiting-unit" } else { "page-threads-unit" }),
            rest,
            here: self.here == here,
        };
        vec![
            view("/", "inbox", "page-inbox", (self.inbox, false)),
            view("/later", "later", "page-later", (self.later, true)),
            view("/drafts", "drafts", "page-drafts", (self.drafts, true)),
            view("/scheduled", "scheduled", "page-scheduled", (self.scheduled, true)),
            view("/search", "search", "page-search", (0, true)),
            view("/team", "team", "page-team", (0, true)),
            view("/digest", "digest", "page-digest", (0, true)),
            view("/newsletter", "newsletter", "page-newsletter", (0, true)),
            view("/status", "status", "page-status", (0, true)),
            view("/settings", "settings", "page-settings", (0, true)),
        ]
    }
}

impl Me {
    fn of(me: &Person, w: &Words) -> Self {
        let (strip, hours) = (Strip::of(me, w), hours_text(me, w));
        let status = me.status.as_ref().map(|status| status_text(status, &w.look())).unwrap_or_default();
        Self { name: line(&me.member.name), hours, strip, status }
    }
}

/// Channels that are not archived; where there are many, those in which something waits come first.
fn beside(channels: &[Channel], counts: &InboxCounts, path: &str) -> Vec<Beside> {
    let count = |id: &str| counts.channels.get(id).copied().unwrap_or(0);
    let mut all: Vec<&Channel> = channels.iter().filter(|channel| !channel.archived).collect();
    if all.len() > BESIDE {
        all.sort_by_key(|channel| std::cmp::Reverse(count(&channel.id) > 0));
        all.truncate(BESIDE);
        all.sort_by(|a, b| a.name.cmp(&b.name));
    }
    all.into_iter()
        .map(|channel| Beside {
            id: channel.id.clone(),
            name: line(&channel.name),
            count: count(&channel.id),
            here: path.strip_prefix("/c/").is_some_and(|rest| rest.split(['/', '?']).next() == Some(&channel.id)),
        })
        .collect()
}

/// The workspace's name, where this node's member gave it; that of the program elsewhere. Read once: it does
/// not change.
fn workspace(page: &Page) -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = crate::home::workspace_name(page.home()).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| "Cremona".to_owned())
    })
}
