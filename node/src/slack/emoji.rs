//! Slack's names of common emoji.

const NAMES: &[(&str, &str)] = &[
    ("+1", "👍"), ("thumbsup", "👍"), ("-1", "👎"), ("thumbsdown", "👎"), ("heart", "❤️"), ("tada", "🎉"), ("eyes", "👀"),
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
    NAMES.iter().find(|(known, _)| *known == name).map_or_else(|| format!(":{name}:"), |(_, emoji)| (*emoji).to_owned())
}
