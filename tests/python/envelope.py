"""Headers and the single form of an envelope: read, checked against each other, signature verified."""

from dataclasses import dataclass, replace

from nacl.signing import VerifyKey

import blake3
import contexts
from reading import Reader, u64

CONTROL, CHANGE, KEYS = 0, 1, 2
HEADER = 227
NONE = bytes(32)


@dataclass(frozen=True)
class Header:
    """The 227 bytes, field by field. A body of length 0 is none."""

    kind: int
    workspace: bytes
    device: bytes
    life: bytes
    seq: int
    prev: bytes
    time: int
    bytes: int
    tag: bytes
    change_length: int
    change_hash: bytes
    body_length: int
    body_hash: bytes

    def encode(self):
        """The bytes, version 1 and suite 1 in front."""
        return b"".join((
            b"\1\1", bytes([self.kind]), self.workspace, self.device, self.life, u64(self.seq), self.prev,
            u64(self.time), u64(self.bytes), self.tag, self.change_length.to_bytes(4, "big"), self.change_hash,
            self.body_length.to_bytes(4, "big"), self.body_hash,
        ))

    def id(self):
        """The envelope's id."""
        return blake3.digest(self.encode())

    def own_bytes(self):
        """What it counts for: header, signature, parts."""
        return HEADER + 64 + self.change_length + self.body_length

    def associated_data(self):
        """The header with what depends on sealing set to zero."""
        return replace(self, tag=NONE, change_hash=NONE, body_hash=NONE).encode()

    def check(self):
        """Every field within its range."""
        assert 0 < self.seq < 1 << 48 and self.time < 1 << 48 and self.bytes < 1 << 56
        assert 0 < self.change_length <= 65_536 and self.body_length <= 131_072
        assert self.body_length or self.body_hash == NONE
        assert self.kind not in (CONTROL, KEYS) or (self.tag == NONE and not self.body_length)


@dataclass(frozen=True)
class Envelope:
    """A header and its parts; `body` is None where there is none or it is not here."""

    header: Header
    signature: bytes
    change: bytes
    body: bytes


def read_header(data):
    """The header that 227 bytes are."""
    reader = Reader(data)
    if reader.take(2) != b"\1\1":
        raise ValueError("another version or suite")
    header = Header(
        reader.number(1), reader.take(16), reader.take(32), reader.take(16), reader.number(8), reader.take(32),
        reader.number(8), reader.number(8), reader.take(32), reader.number(4), reader.take(32), reader.number(4),
        reader.take(32),
    )
    reader.end()
    header.check()
    assert header.encode() == data
    return header


def read_single(data):
    """The envelope in its single form, verified."""
    reader = Reader(data)
    header = read_header(reader.take(HEADER))
    flags = reader.number(1)
    assert flags & ~3 == 0 and (header.body_length or not flags & 2)
    signature = reader.take(64) if flags & 1 else None
    change = reader.take(header.change_length)
    body = reader.take(header.body_length) if flags & 2 else None
    reader.end()
    envelope = Envelope(header, signature, change, body)
    check_parts(envelope)
    verify(header, signature)
    return envelope


def check_parts(envelope):
    """Both parts are those that the header describes."""
    header = envelope.header
    assert blake3.digest(envelope.change) == header.change_hash and len(envelope.change) == header.change_length
    if envelope.body is not None:
        assert blake3.digest(envelope.body) == header.body_hash and len(envelope.body) == header.body_length


def verify(header, signature):
    """The device signed this id; raises where it did not."""
    VerifyKey(header.device).verify(contexts.ENVELOPE_SIGNATURE + header.id(), signature)


def log_id(device, life):
    """The log of one life of a device."""
    return blake3.derive(contexts.LOG_ID, device + life, 16)


def record_id(device, life, seq):
    """The record first written there."""
    return blake3.derive(contexts.RECORD_ID, device + life + u64(seq), 16)
