//! Slack's names of common emoji, in reactions and in text.

/// Longest name that is looked for in a text, in bytes.
const MAX_NAME: usize = 40;

#[rustfmt::skip] // a table, several to a line
const NAMES: &[(&str, &str)] = &[
    ("+1", "👍"), ("thumbsup", "👍"), ("thumbs_up", "👍"), ("-1", "👎"), ("thumbsdown", "👎"), ("heart", "❤️"), ("tada", "🎉"), ("eyes", "👀"),
    ("white_check_mark", "✅"), ("heavy_check_mark", "✔️"), ("x", "❌"), ("joy", "😂"), ("smile", "😄"), ("smiley", "😃"),
    ("grinning", "😀"), ("grin", "😁"), ("laughing", "😆"), ("rolling_on_the_floor_laughing", "🤣"), ("slightly_smiling_face", "🙂"),
    ("simple_smile", "🙂"), ("wink", "😉"), ("blush", "😊"), ("heart_eyes", "😍"), ("sunglasses", "😎"), ("thinking_face", "🤔"),
    ("neutral_face", "😐"), ("cry", "😢"), ("sob", "😭"), ("scream", "😱"), ("confused", "😕"), ("disappointed", "😞"),
    ("sweat_smile", "😅"), ("sweat", "😓"), ("angry", "😠"), ("rage", "😡"), ("exploding_head", "🤯"), ("partying_face", "🥳"),
    ("pray", "🙏"), ("clap", "👏"), ("raised_hands", "🙌"), ("muscle", "💪"), ("wave", "👋"), ("ok_hand", "👌"), ("point_up", "☝️"),
    ("point_right", "👉"), ("v", "✌️"), ("crossed_fingers", "🤞"), ("handshake", "🤝"), ("raised_hand", "✋"), ("facepalm", "🤦"),
    ("shrug", "🤷"), ("rocket", "🚀"), ("fire", "🔥"), ("100", "💯"), ("star", "⭐"), ("star2", "🌟"), ("sparkles", "✨"),
    ("zap", "⚡"), ("boom", "💥"), ("bulb", "💡"), ("warning", "⚠️"), ("question", "❓"), ("exclamation", "❗"), ("bug", "🐛"),
    ("memo", "📝"), ("pushpin", "📌"), ("calendar", "📅"), ("coffee", "☕"), ("beer", "🍺"), ("beers", "🍻"), ("pizza", "🍕"),
    ("cake", "🍰"), ("gift", "🎁"), ("trophy", "🏆"), ("dart", "🎯"), ("package", "📦"), ("lock", "🔒"), ("key", "🔑"), ("mag", "🔍"),
    ("ship", "🚢"), ("sunny", "☀️"), ("rainbow", "🌈"), ("seedling", "🌱"), ("octopus", "🐙"), ("blue_heart", "💙"),
    ("green_heart", "💚"), ("purple_heart", "💜"), ("broken_heart", "💔"), ("hourglass", "⌛"), ("red_circle", "🔴"), ("large_green_circle", "🟢"),
];

/// The emoji of a name; `:name:` where it is not a common one.
pub fn of(name: &str) -> String {
    common(name).map_or_else(|| format!(":{name}:"), str::to_owned)
}

/// A text with the common `:name:` that stand alone written as emoji, without their skin tones.
pub fn written_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(':') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let alone = !out.ends_with(|c: char| c.is_alphanumeric() || c == ':');
        match named(from).filter(|_| alone) {
            Some((emoji, after)) => {
                out.push_str(emoji);
                rest = after;
            }
            None => {
                out.push(':');
                rest = from.strip_prefix(':').unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

/// The emoji that a text begins with, and what comes after it.
fn named(text: &str) -> Option<(&'static str, &str)> {
    let (name, after) = text.strip_prefix(':')?.split_once(':').filter(|(name, _)| name.len() <= MAX_NAME)?;
    // `:x:` and `:v:` are as likely to be letters.
    let emoji = common(name).filter(|_| name.len() > 1)?;
    let tone =
        after.strip_prefix(":skin-tone-").and_then(|tone| tone.split_once(':')).filter(|(tone, _)| tone.len() == 1);
    let after = tone.map_or(after, |(_, after)| after);
    (!after.starts_with(char::is_alphanumeric)).then_some((emoji, after))
}

fn common(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, emoji)| *emoji)
}
