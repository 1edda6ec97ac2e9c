"""Runs (envelopes of one log that follow each other, without what can be derived) and fork proofs."""

import blake3
from envelope import CONTROL, HEADER, KEYS, NONE, Envelope, Header, check_parts, log_id, read_header, verify
from reading import Reader


def read_run(data, workspace, time_before=0, bytes_before=0):
    """The envelopes of a run, chain and signatures verified."""
    reader = Reader(data)
    assert reader.number(1) == 1
    device, life, seq, prev = reader.take(32), reader.take(16), reader.number(8), reader.take(32)
    time, total, envelopes = time_before, bytes_before, []
    while reader.data:
        seq += 1
        envelope = _entry(reader, workspace, device, life, seq, prev, total)
        header = envelope.header
        assert header.time >= time
        check_parts(envelope)
        if envelope.signature:
            verify(header, envelope.signature)
        assert envelope.signature or (seq % 64 and reader.data), "one signature every 64, and at the end"
        prev, time, total = header.id(), header.time, header.bytes
        envelopes.append(envelope)
    assert envelopes
    return envelopes


def _entry(reader, workspace, device, life, seq, prev, bytes_before):
    flags, kind, time = reader.number(1), reader.number(1), reader.number(8)
    assert flags & ~7 == 0 and flags & 6 != 4
    tag = NONE if kind in (CONTROL, KEYS) else reader.take(32)
    change = reader.take(reader.number(4))
    body, body_length, body_hash = None, 0, NONE
    if flags & 2:
        body_length = reader.number(4)
        body = reader.take(body_length) if flags & 4 else None
        body_hash = reader.take(32) if body is None else blake3.digest(body)
    signature = reader.take(64) if flags & 1 else None
    total = bytes_before + HEADER + 64 + len(change) + body_length
    header = Header(
        kind, workspace, device, life, seq, prev, time, total, tag, len(change), blake3.digest(change),
        body_length, body_hash,
    )
    header.check()
    return Envelope(header, signature, change, body)


def read_proof(data, workspace):
    """The log that a fork proof cuts, and at which seq."""
    reader = Reader(data)
    assert reader.number(1) == 1
    left, right = _branch(reader, workspace), _branch(reader, workspace)
    reader.end()
    assert (left.device, left.life, left.seq) == (right.device, right.life, right.seq)
    assert left.id() < right.id(), "the smaller id is on the left"
    return log_id(left.device, left.life), left.seq


def _branch(reader, workspace):
    headers = [read_header(reader.take(HEADER)) for _ in range(reader.number(2))]
    assert 1 <= len(headers) <= 65
    for before, after in zip(headers, headers[1:]):
        assert (after.device, after.life, after.seq) == (before.device, before.life, before.seq + 1)
        assert after.prev == before.id()
    assert all(header.workspace == workspace for header in headers)
    verify(headers[-1], reader.take(64))
    return headers[0]
