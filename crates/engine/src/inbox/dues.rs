//! By when each message is to be answered that is flagged for this member.

use cremona_envelope::{RecordId, Time};
use cremona_store::Read;

use super::rule::{Live, live};
use super::{Facts, Mine};
use crate::error::EngineError;

/// Messages whose flags ask something of this member, or of one for whom it stands in, by a time: in
/// threads that are put off too, and once for each flag.
pub(crate) fn dues(read: &Read<'_>, mine: &Mine) -> Result<Vec<(RecordId, Time)>, EngineError> {
    let mut dues = Vec::new();
    for bytes in read.open_concerns()? {
        for flag in Facts::decode(&bytes)?.flags {
            if let Live::Is(_, _, Some(due)) = live(&flag, mine) {
                dues.push((RecordId(*flag.message), due));
            }
        }
    }
    Ok(dues)
}
