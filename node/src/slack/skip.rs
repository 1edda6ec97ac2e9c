//! Why a message of an export is left out: a closed set, so that a report can count by reason.

/// Why a message is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The file it stands in is damaged or holds no list; counted once for the file.
    File,
    /// Its file holds more messages than are read of one file.
    Crowd,
    /// It is no record.
    Form,
    /// It is a record of something else.
    Kind,
    /// The tool says what it did; nobody said it.
    System,
    /// It repeats a reply in the channel.
    Repeat,
    /// No timestamp, or one that can't be read.
    Timestamp,
    /// Over the limit of a text.
    Long,
    /// No text, file or attachment.
    Empty,
    /// Deleted there, and no replies live on.
    Deleted,
    /// In a private channel or a direct message.
    Private,
    /// In a channel that is not known to be public.
    Unlisted,
}

impl Skip {
    /// The reason as people read it.
    pub fn said(self) -> &'static str {
        match self {
            Self::File => "unreadable file",
            Self::Crowd => "more than 100000 messages in one file",
            Self::Form => "not a message object",
            Self::Kind => "not a message",
            Self::System => "system message",
            Self::Repeat => "repeats a reply in the channel",
            Self::Timestamp => "its timestamp is missing or can't be read",
            Self::Long => "longer than 64 KiB",
            Self::Empty => "it says nothing",
            Self::Deleted => "deleted before the export",
            Self::Private => "private channels and direct messages are not imported, so that they don't become public",
            Self::Unlisted => "the channel is not listed in channels.json, so it may be private",
        }
    }
}
