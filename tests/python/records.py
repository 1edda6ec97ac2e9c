"""Records: the payload of a change, the Automerge change that is rebuilt from it, values, bodies, ids."""

import hashlib

import blake3
import cbor
import contexts
from envelope import log_id, record_id
from reading import Reader, u64

MESSAGE, EDIT, DELETE, REACTION, CHANNEL, REGISTER, PROFILE, IMPORTED, IMPORTED_CHANNEL = range(1, 10)
FLAG, PIN, RESOLVE, RETITLE, ACKNOWLEDGE, HOURS, STATUS, DEPUTY = range(10, 18)
DIRECTORY = bytes(18)


def read_payload(data):
    """Document (18 bytes), seq in the chain, hash of the chain's previous change, value."""
    reader = Reader(data)
    assert reader.number(1) == 1
    doc, seq = reader.take(18), reader.number(4)
    assert 1 <= seq <= 1 << 31
    prev = reader.take(32) if seq > 1 else None
    assert len(reader.data) <= 60_000
    return doc, seq, prev, reader.data


def key_of(header):
    """The key under which the record is put: newest first."""
    log = log_id(header.device, header.life).hex()[:16]
    return f"{(1 << 48) - 1 - header.time:012x}{log}{header.seq:010x}"


def actor_of(header, doc):
    """The Automerge actor of a log within a document."""
    return blake3.derive(contexts.ACTOR_ID, header.device + header.life + doc, 16)


def rebuild(header, payload):
    """The bytes of the one Automerge change that header and payload give, and its hash."""
    doc, seq, prev, value = payload
    key = key_of(header).encode()
    columns = (
        (0x15, b"\x7f" + leb(len(key)) + key),                   # key string: one literal
        (0x34, b"\1"),                                            # insert: one false
        (0x42, b"\x7f\1"),                                        # action: put
        (0x56, b"\x7f" + leb(len(value) << 4 | 7)),              # value: its length, of type bytes
        (0x57, value),                                            # value: the bytes
        (0x70, b"\x7f\0"),                                        # pred: none
    )
    columns = [(spec, data) for spec, data in columns if data]
    body = leb(1 if prev else 0) + (prev or b"")
    actor = actor_of(header, doc)
    body += leb(len(actor)) + actor + leb(seq) + leb(seq) + b"\0"  # seq, start op, time 0
    body += b"\0\0"                                               # no message, no other actor
    body += leb(len(columns)) + b"".join(leb(spec) + leb(len(data)) for spec, data in columns)
    body += b"".join(data for _, data in columns)
    chunk = b"\1" + leb(len(body)) + body
    hash_ = hashlib.sha256(chunk).digest()
    return b"\x85\x6f\x4a\x83" + hash_[:4] + chunk, hash_


def leb(number):
    """Unsigned LEB128."""
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def read_body(data):
    """Text and title of a body."""
    body = cbor.decode(data)
    text, title = body[0], body.get(1)
    assert len(text.encode()) <= 65_536 and (title is None or len(title.encode()) <= 300)
    return text, title


def check_value(doc, value):
    """What a value of the later types has to have, and where it stands."""
    kind = value[0]
    assert (doc == DIRECTORY) == (kind in (CHANNEL, REGISTER, PROFILE, IMPORTED_CHANNEL, HOURS, STATUS, DEPUTY)) or kind > DEPUTY
    members = value.get(20, [])
    assert len(members) <= 256 and members == sorted(set(members)) and all(len(member) == 16 for member in members)
    if kind in (FLAG, PIN, RESOLVE, RETITLE, ACKNOWLEDGE):
        assert len(value[1]) == 16
    if kind == FLAG:
        assert value.get(25) in (None, 1, 2, 3)
    if kind == STATUS:
        assert value[27] in (1, 2, 3, 4) and len(value[7].encode()) <= 300 and len(value[2].encode()) <= 64


def id_of(header, value):
    """The id of the record with this value."""
    kind = value[0]
    if kind == IMPORTED:
        texts = (value[10], value[11], value[12], value[13])
        parts = [text.encode() for text in texts] + [value[15], u64(value[18])]
        return hash_texts(contexts.IMPORTED_MESSAGE, parts)
    if kind == IMPORTED_CHANNEL:
        return hash_texts(contexts.IMPORTED_CHANNEL, [value[10].encode(), value[11].encode()])
    if 31 in value and kind in (MESSAGE, CHANNEL):
        return record_id(header.device, value[31], value[32])
    return record_id(header.device, header.life, header.seq)


def hash_texts(context, parts):
    """A hash of texts, each behind its length."""
    return blake3.derive(context, b"".join(u64(len(part)) + part for part in parts), 16)


def state_of(logs):
    """The digest of all documents: for each log its records as (doc, seq, value, body or None)."""
    total = b"\1"
    for log in sorted(logs):
        lines = b"".join(
            doc + u64(seq) + blake3.digest(value) + (bytes(32) if body is None else body)
            for doc, seq, value, body in logs[log]
        )
        total += log + blake3.digest(lines)
    return blake3.digest(total)
