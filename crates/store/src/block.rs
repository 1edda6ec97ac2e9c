//! A block's bytes: envelopes of one log that follow each other, in columns.
//!
//! Layout: length of what does not compress and its bytes (of each envelope its id and, where there is
//! one, its tag, hash of its body and signature), length of the rest and its columns under zstd: kinds,
//! flags, times, sizes, numbers (key, document, lengths of body and change), changes, each with its length
//! before it. Times and sizes are what they have grown by. Integers are LEB128. Log and seq are the row's.

use cremona_envelope::columns::{Column, Short, put_number};
use cremona_envelope::{EnvelopeId, Time};

use crate::log::{EnvelopeRow, Status};

/// Level of compression; higher ones take longer and save a hundredth.
const LEVEL: i32 = 3;
/// More than the columns of a block can have, so that a damaged length takes no memory.
const MOST: usize = 64 << 20;

mod flag {
    pub(super) const CLEAR: u8 = 1;
    pub(super) const TAG: u8 = 2;
    pub(super) const BODY: u8 = 4;
    pub(super) const SIGNED: u8 = 8;
}

/// Whether an envelope may be in a block: those that may yet change are looked for by their status.
pub(crate) fn fits(row: &EnvelopeRow) -> bool {
    matches!(row.status, Status::Applied | Status::Clear)
}

/// The bytes of a block, or zstd's failure.
pub(crate) fn encode(rows: &[&EnvelopeRow]) -> std::io::Result<Vec<u8>> {
    let mut fixed = Vec::new();
    let [mut kinds, mut flags, mut times, mut sizes, mut numbers, mut changes] = [const { Vec::new() }; 6];
    let (mut time, mut size) = (0_u64, 0_u64);
    for row in rows {
        fixed.extend(row.id.0);
        fixed.extend(row.tag.iter().flatten());
        fixed.extend(row.body.iter().flat_map(|(_, hash)| hash));
        fixed.extend(row.signature.iter().flatten());
        let is = |yes: bool, flag: u8| if yes { flag } else { 0 };
        flags.push(
            is(row.status == Status::Clear, flag::CLEAR)
                | is(row.tag.is_some(), flag::TAG)
                | is(row.body.is_some(), flag::BODY)
                | is(row.signature.is_some(), flag::SIGNED),
        );
        kinds.push(row.kind);
        put_number(&mut times, row.time.0.wrapping_sub(time));
        put_number(&mut sizes, row.bytes.wrapping_sub(size));
        (time, size) = (row.time.0, row.bytes);
        put_number(&mut numbers, row.epoch.cast_unsigned());
        put_number(&mut numbers, row.doc.cast_unsigned());
        put_number(&mut numbers, row.body.map_or(0, |(len, _)| u64::from(len)));
        put_number(&mut numbers, row.change.len() as u64);
        changes.extend(&row.change);
    }
    let mut raw = Vec::new();
    for column in [kinds, flags, times, sizes, numbers, changes] {
        put_number(&mut raw, column.len() as u64);
        raw.extend(column);
    }
    let mut out = Vec::new();
    put_number(&mut out, fixed.len() as u64);
    out.extend(fixed);
    put_number(&mut out, raw.len() as u64);
    out.extend(zstd::bulk::compress(&raw, LEVEL)?);
    Ok(out)
}

/// The envelopes of a block of `log` that begins at `first`.
pub(crate) fn decode(log: i64, first: u64, bytes: &[u8]) -> Result<Vec<EnvelopeRow>, Short> {
    let mut outer = Column(bytes);
    let len = outer.number()?;
    let mut fixed = Column(outer.bytes(len)?);
    let len = outer.count(MOST)?;
    let raw = zstd::bulk::decompress(outer.0, len).map_err(|_| Short)?;
    let mut raw = Column(&raw);
    let mut column = || raw.number().and_then(|len| raw.bytes(len)).map(Column);
    let [kinds, flags] = [column()?, column()?];
    let [mut times, mut sizes, mut numbers, mut changes] = [column()?, column()?, column()?, column()?];
    let (mut time, mut size) = (0_u64, 0_u64);
    let mut rows = Vec::with_capacity(flags.0.len());
    for (seq, (&kind, &flags)) in (first..).zip(kinds.0.iter().zip(flags.0)) {
        let has = |flag: u8| flags & flag != 0;
        time = time.wrapping_add(times.number()?);
        size = size.wrapping_add(sizes.number()?);
        let [epoch, doc] = [numbers.number()?.cast_signed(), numbers.number()?.cast_signed()];
        let [body_len, change_len] = [numbers.number()?, numbers.number()?];
        let body_len = u32::try_from(body_len).map_err(|_| Short)?;
        rows.push(EnvelopeRow {
            log,
            seq,
            id: EnvelopeId(fixed.array()?),
            kind,
            time: Time(time),
            bytes: size,
            status: if has(flag::CLEAR) { Status::Clear } else { Status::Applied },
            epoch,
            change: changes.bytes(change_len)?.to_vec(),
            tag: has(flag::TAG).then(|| fixed.array()).transpose()?,
            body: has(flag::BODY).then(|| Ok((body_len, fixed.array()?))).transpose()?,
            signature: has(flag::SIGNED).then(|| fixed.array()).transpose()?,
            doc,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64) -> EnvelopeRow {
        let odd = seq % 2 == 1;
        EnvelopeRow {
            log: 7,
            seq,
            id: EnvelopeId([3; 32]),
            kind: if odd { 2 } else { 1 },
            time: Time(1_000 - seq), // never so in a log, and kept all the same
            bytes: seq * 400,
            status: if odd { Status::Clear } else { Status::Applied },
            epoch: i64::from(!odd),
            change: vec![5; 60],
            tag: odd.then_some([1; 32]),
            body: (!odd).then_some((64, [9; 32])),
            signature: seq.is_multiple_of(3).then_some([8; 64]),
            doc: if odd { 0 } else { 12 },
        }
    }

    #[test]
    fn envelopes_come_back_as_they_were() {
        let rows: Vec<_> = (129..=256).map(row).collect();
        let bytes = encode(&rows.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(decode(7, 129, &bytes).unwrap(), rows);
    }

    #[test]
    fn a_block_that_is_cut_short_says_so() {
        let bytes = encode(&[&row(1), &row(2)]).unwrap();
        for len in 0..bytes.len() {
            assert_eq!(decode(7, 1, &bytes[..len]), Err(Short));
        }
    }
}
