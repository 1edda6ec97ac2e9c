//! A small made-up export for `cremona demo`: a team in New York, London and Singapore.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Id, name, zone.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("U1", "Ana", "America/New_York"),
    ("U2", "Bo", "Europe/London"),
    ("U3", "Cy", "Asia/Singapore"),
    ("U4", "Dewi", "Asia/Jakarta"),
    ("U5", "Emeka", "Europe/London"),
    ("U6", "Fern", "America/New_York"),
];

/// Id, name, purpose.
const CHANNELS: &[(&str, &str, &str)] = &[
    ("C1", "product", "What we build next, and why"),
    ("C2", "field-notes", "What people who use it tell us"),
    ("C3", "kitchen", "Everything that is not work"),
];

/// Channel, hours after the message before, author, text; a text that starts with `> ` answers the
/// last thread of its channel.
const TALK: &[(&str, u64, &str, &str)] = &[
    ("C1", 0, "U1", "Proposal: the offline map ships before the shared list\nField teams lose signal for half a day. A map that works there is worth more than a list that does not."),
    ("C1", 6, "U2", "> Agreed, with one worry: the tiles are 400 MB for a city. Who pays for that on a phone plan?"),
    ("C1", 7, "U3", "> Nobody has to. Tiles can come from a colleague's phone in the same van. *Peer first*, server second."),
    ("C1", 11, "U1", "> I like that. Cy, could you write down what two phones have to agree on before they trade tiles?"),
    ("C1", 9, "U3", "> Done, draft is in <https://wiki.example/tiles?token=abc|the tile note>. Short version: a hash, a size, and patience."),
    ("C1", 14, "U2", "> Decision then: map first, tiles between peers, list in spring. I will tell the pilot team."),
    ("C2", 20, "U4", "Visit to the Surabaya depot\nTim lapangan bilang: sinyal hilang setelah jam sepuluh. Mereka menulis di kertas dan mengetik ulang malam hari."),
    ("C2", 5, "U5", "> Two hours of typing every night, if I read that right? That is the number I would put on the first slide."),
    ("C2", 8, "U4", "> Betul, kadang tiga jam. I have photos of the paper forms, faces removed."),
    ("C2", 12, "U6", "> Could we measure it again in March, same depot, same people? Then we know whether we helped."),
    ("C3", 30, "U6", "Who else is up at an hour that ends in a.m.?"),
    ("C3", 2, "U3", "> Me, but here it is a respectable two in the afternoon. There is laksa."),
    ("C3", 1, "U2", "> There is rain. It is very good rain."),
    ("C1", 40, "U5", "How do we name the thing that waits in the van\n`courier`, `mule`, `satchel`? Names stick, so three days of thinking are cheap."),
    ("C1", 9, "U1", "> `satchel`. A mule has opinions."),
    ("C1", 13, "U3", "> +1 to satchel, and it fits on a button in Indonesian too: `tas`."),
    ("C1", 10, "U5", "> satchel it is. I renamed the branch; old links forward for a month."),
    ("C2", 26, "U5", "Call with the ferry operator\nThey have 14 boats and one harbour with wifi. Boats meet at sea twice a day. &lt;this is our whole pitch&gt;"),
    ("C2", 8, "U1", "> So the boats are the network. Could one of them carry the mail for the others?"),
    ("C2", 10, "U4", "> Yes: kapal pagi membawa pesan kapal malam. The crew already does that with paper."),
    ("C3", 18, "U4", "Resep sambal dari ibu saya\nCabai, terasi, tomat, gula merah. Ulek sampai lengan lelah, lalu ulek lagi."),
    ("C3", 9, "U6", "> I made it. My arms are tired and I regret nothing."),
    ("C1", 33, "U2", "What happens if two people edit one note while both are away?"),
    ("C1", 8, "U3", "> Both texts stay, the later one is shown, and the history has the other. Nobody is asked to merge at 2 a.m."),
    ("C1", 12, "U6", "> And if one of the clocks is wrong by a day?"),
    ("C1", 9, "U3", "> Then it is shown as wrong, and nothing waits for it. A clock is a claim."),
    ("C1", 15, "U1", "> That sentence goes on the wall."),
    ("C2", 48, "U6", "Numbers from the second pilot week\n31 people, 2,140 notes, longest time without signal: 19 hours. Notes lost: 0."),
    ("C2", 7, "U2", "> Zero is a big word. How do we know?"),
    ("C2", 9, "U5", "> We counted on paper for one day, next to it. 96 on paper, 96 here."),
    ("C2", 11, "U4", "> Dan kertasnya sekarang pensiun. The depot wants to keep it for the wall."),
    ("C3", 22, "U5", "Quiet hours are now in my calendar as *swimming*. It is not even a lie."),
    ("C3", 7, "U1", "> Mine say `fermata`."),
];

/// The export as a ZIP, the same bytes every time.
#[must_use]
pub fn sample_export() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let users: Vec<Value> = PEOPLE
        .iter()
        .map(|(id, name, zone)| json!({"id": id, "team_id": "TSAMPLE", "name": name.to_lowercase(), "tz": zone, "profile": {"display_name": name}}))
        .collect();
    let channels: Vec<Value> = CHANNELS
        .iter()
        .map(|(id, name, purpose)| json!({"id": id, "name": name, "created": 1_767_600_000, "purpose": {"value": purpose}}))
        .collect();
    add(&mut zip, "users.json", &Value::from(users));
    add(&mut zip, "channels.json", &Value::from(channels));
    for (name, objects) in days() {
        add(&mut zip, &name, &Value::from(objects));
    }
    zip.finish().expect("writing to memory can't fail").into_inner()
}

/// The files of days.
fn days() -> BTreeMap<String, Vec<Value>> {
    let mut days: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut roots: BTreeMap<&str, String> = BTreeMap::new();
    // Monday, 5 January 2026, nine in the morning in New York.
    let mut seconds = 1_767_621_600_u64;
    for (number, (channel, hours, author, text)) in TALK.iter().enumerate() {
        seconds += hours * 3_600 + 137;
        let ts = format!("{seconds}.{number:06}");
        let (text, root) = match text.strip_prefix("> ") {
            Some(text) => (text, roots.get(channel).cloned()),
            None => {
                roots.insert(channel, ts.clone());
                (*text, None)
            }
        };
        let mut object = json!({"type": "message", "user": author, "ts": ts, "text": text});
        if let Some(root) = root {
            object["thread_ts"] = Value::from(root);
        }
        if number % 7 == 5 {
            object["reactions"] = json!([{"name": "tada", "users": ["U2", "U4"]}, {"name": "+1::skin-tone-4", "users": ["U6"]}]);
        }
        if number % 11 == 8 {
            object["edited"] = json!({"user": author, "ts": format!("{}.000000", seconds + 240)});
        }
        let name = CHANNELS.iter().find(|(id, ..)| id == channel).map_or(*channel, |(_, name, _)| name);
        days.entry(format!("{name}/{}.json", date(seconds))).or_default().push(object);
    }
    days
}

fn date(seconds: u64) -> String {
    let second = i64::try_from(seconds).unwrap_or(0);
    jiff::Timestamp::from_second(second).map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn add(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, json: &Value) {
    let written = zip.start_file(name, SimpleFileOptions::default()).map(|()| zip.write_all(json.to_string().as_bytes()));
    assert!(matches!(written, Ok(Ok(()))), "writing to memory can't fail");
}
