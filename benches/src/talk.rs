//! Text of a made-up team, the same for a seed: what the benchmarks run on where no archive is given.
//!
//! Words are drawn from 6,000 by a law of Zipf (the word of rank r about as often as 1 / r); a message
//! has 1 to 400 of them, half of all fewer than 19, a twentieth more than 80; one message in three
//! starts no thread of its own but answers in one of the last twelve of its channel; a fifth of the
//! members writes half of all. The tables show what came out, measured.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// First of January 2024, in seconds since 1970.
pub const START: u64 = 1_704_067_200;
const WORDS: usize = 6_000;
const SYLLABLES: [&str; 40] = [
    "ba", "ne", "ko", "ri", "ta", "mu", "se", "lo", "vi", "da", "pe", "no", "ka", "shi", "to", "ra", "me", "su", "lin",
    "dor", "gar", "fen", "mor", "tal", "ver", "nis", "pol", "rem", "cha", "wen", "hau", "bri", "ste", "qui", "jo",
    "zen", "ux", "or", "al", "is",
];

/// Numbers that look random, from a seed (splitmix64).
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1, 1 left out.
    #[allow(clippy::cast_precision_loss)]
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `most`, which is at least 1.
    #[allow(clippy::cast_possible_truncation)]
    pub fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }
}

/// How many are in a team, and where they talk.
#[derive(Clone, Copy, Debug)]
pub struct Crew {
    /// People.
    pub members: usize,
    /// Channels.
    pub channels: usize,
    /// Months from first to last message.
    pub months: usize,
}

impl Crew {
    /// A team that could have said `messages` messages.
    #[must_use]
    pub fn of(messages: usize) -> Self {
        match messages {
            0..=5_000 => Self { members: 8, channels: 5, months: 6 },
            5_001..=200_000 => Self { members: 50, channels: 12, months: 24 },
            _ => Self { members: 1_000, channels: 93, months: 24 },
        }
    }
}

/// One thing said.
pub struct Said {
    /// Number of the channel.
    pub channel: usize,
    /// Number of who says it.
    pub member: usize,
    /// Milliseconds since 1970; never decreasing.
    pub time_ms: u64,
    /// Number, among all things said, of the thread's root.
    pub root: Option<usize>,
    /// The text.
    pub text: String,
}

/// Everything a team says, in order of time.
pub struct Talk {
    dice: Dice,
    crew: Crew,
    messages: usize,
    number: usize,
    vocabulary: Vec<String>,
    recent: Vec<Vec<usize>>,
}

impl Talk {
    /// The talk of `crew`, `messages` long, from `seed`.
    #[must_use]
    pub fn new(crew: Crew, messages: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let vocabulary = (0..WORDS).map(|rank| word(&mut dice, rank)).collect();
        Self { dice, crew, messages, number: 0, vocabulary, recent: vec![Vec::new(); crew.channels] }
    }

    fn text(&mut self) -> String {
        // Two bell curves' worth of dice, as the exponent: a log-normal length.
        let bell: f64 = (0..12).map(|_| self.dice.unit()).sum::<f64>() - 6.0;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let length = ((18.0 * (bell * 0.9).exp()) as usize).clamp(1, 400);
        let mut text = String::new();
        for at in 0..length {
            let rank = zipf(&mut self.dice, WORDS);
            if at > 0 {
                text.push_str(if self.dice.below(12) == 0 { ", " } else { " " });
            }
            text.push_str(&self.vocabulary[rank]);
        }
        text.push(if self.dice.below(5) == 0 { '?' } else { '.' });
        text
    }
}

impl Iterator for Talk {
    type Item = Said;

    fn next(&mut self) -> Option<Said> {
        if self.number >= self.messages {
            return None;
        }
        let channel = zipf(&mut self.dice, self.crew.channels);
        let busy = self.dice.below(2) == 0;
        let member = self.dice.below(if busy { (self.crew.members / 5).max(1) } else { self.crew.members });
        let span_ms = self.crew.months as u64 * 30 * 86_400_000;
        let time_ms = START * 1_000 + span_ms * self.number as u64 / self.messages as u64;
        let recent = &self.recent[channel];
        let root = (!recent.is_empty() && self.dice.below(3) > 0).then(|| recent[self.dice.below(recent.len())]);
        if root.is_none() {
            let recent = &mut self.recent[channel];
            recent.push(self.number);
            if recent.len() > 12 {
                recent.remove(0);
            }
        }
        self.number += 1;
        Some(Said { channel, member, time_ms, root, text: self.text() })
    }
}

/// Writes a Slack export of a talk.
///
/// # Errors
/// Where the file can't be written.
pub fn export(path: &Path, crew: &Crew, messages: usize) -> Result<()> {
    let mut zip = ZipWriter::new(std::fs::File::create(path)?);
    let users: Vec<Value> = (0..crew.members)
        .map(|at| json!({"id": format!("U{at}"), "team_id": "TTALK", "name": name(at), "profile": {"display_name": name(at)}}))
        .collect();
    let channels: Vec<Value> = (0..crew.channels)
        .map(|at| json!({"id": format!("C{at}"), "name": format!("channel-{at}"), "created": START, "purpose": {"value": ""}}))
        .collect();
    add(&mut zip, "users.json", &Value::from(users))?;
    add(&mut zip, "channels.json", &Value::from(channels))?;
    let mut stamps: Vec<String> = Vec::with_capacity(messages);
    let mut days: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (number, said) in Talk::new(*crew, messages, 1).enumerate() {
        let seconds = said.time_ms / 1_000;
        let stamp = format!("{seconds}.{:06}", number % 1_000_000);
        let root = said.root.map_or(&stamp, |root| &stamps[root]);
        let day = format!("channel-{}/{}.json", said.channel, date(seconds));
        days.entry(day).or_default().push(json!({
            "type": "message", "user": format!("U{}", said.member), "ts": stamp, "thread_ts": root, "text": said.text
        }));
        stamps.push(stamp);
    }
    for (day, objects) in days {
        add(&mut zip, &day, &Value::from(objects))?;
    }
    zip.finish()?;
    Ok(())
}

fn add(zip: &mut ZipWriter<std::fs::File>, name: &str, json: &Value) -> Result<()> {
    zip.start_file(name, SimpleFileOptions::default().last_modified_time(zip::DateTime::default()))?;
    Ok(zip.write_all(json.to_string().as_bytes())?)
}

/// What member number `at` is called.
#[must_use]
pub fn name(at: usize) -> String {
    word(&mut Dice::new(at as u64 + 77), WORDS + at)
}

/// A rank below `most`, the rank r about as often as 1 / (r + 1): the inverse of that law's sum.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn zipf(dice: &mut Dice, most: usize) -> usize {
    let rank = ((most as f64 + 1.0).powf(dice.unit()) - 1.0) as usize;
    rank.min(most - 1)
}

/// A word of two to four syllables, and its rank in syllables so that no two are alike.
fn word(dice: &mut Dice, rank: usize) -> String {
    let mut word: String = (0..1 + dice.below(3)).map(|_| SYLLABLES[dice.below(SYLLABLES.len())]).collect();
    let mut rest = rank;
    loop {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
        if rest == 0 {
            return word;
        }
    }
}

/// The date of a second, as exports name their files (days since 1970 to a civil date, after Hinnant).
fn date(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_says_the_same() {
        let talk = |seed| Talk::new(Crew::of(1_000), 1_000, seed).map(|said| said.text).collect::<Vec<_>>();
        assert_eq!(talk(1), talk(1));
        assert_ne!(talk(1), talk(2));
    }

    #[test]
    fn answers_stand_in_the_channel_of_their_root() {
        let said: Vec<Said> = Talk::new(Crew::of(5_000), 5_000, 3).collect();
        assert!(said.iter().all(|one| one.root.is_none_or(|root| said[root].channel == one.channel)));
        assert!(said.is_sorted_by_key(|one| one.time_ms));
    }

    #[test]
    fn lengths_are_as_stated() {
        let mut words: Vec<usize> =
            Talk::new(Crew::of(5_000), 5_000, 3).map(|said| said.text.split(' ').count()).collect();
        words.sort_unstable();
        assert!((15..=20).contains(&words[2_500]), "median {}", words[2_500]);
        assert!((65..=100).contains(&words[4_750]), "95 of 100 {}", words[4_750]);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(START), "2024-01-01");
        assert_eq!(date(START + 59 * 86_400), "2024-02-29");
        assert_eq!(date(0), "1970-01-01");
    }
}
