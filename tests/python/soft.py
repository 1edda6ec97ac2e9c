"""Soft state: signed words outside the logs, what a device holds and where it can be reached."""

from dataclasses import dataclass

from nacl.signing import VerifyKey

import cbor
import contexts
import hpke
import sealing
from reading import Reader, u64

RECEIPT, ADDRESSES, PERSONAL = 1, 2, 3
LABEL_SOFT, LABEL_PERSONAL = b"\3", b"\5"


@dataclass(frozen=True)
class Word:
    """A word, proven to be its device's."""

    kind: int
    workspace: bytes
    device: bytes
    time: int
    payload: bytes

    def head(self):
        """What stands before the payload."""
        return bytes([1, self.kind]) + self.workspace + self.device + u64(self.time)


def read_word(data):
    """The word, once its signature is verified."""
    signed, signature = data[:-64], data[-64:]
    reader = Reader(signed)
    assert reader.number(1) == 1, "another version"
    word = Word(reader.number(1), reader.take(16), reader.take(32), reader.number(8), reader.data)
    assert len(word.payload) <= 65_536 and word.time < 1 << 48
    assert word.head() + word.payload == signed
    VerifyKey(word.device).verify(contexts.SOFT_SIGNATURE + signed, signature)
    return word


def read_receipt(payload):
    """Root, envelopes, missing bodies, logs, and [first bytes of the log, seq] or None where they don't fit."""
    reader = Reader(payload)
    root, envelopes, missing, logs = reader.take(32), reader.number(8), reader.number(4), reader.number(4)
    frontier = []
    while reader.data:
        frontier.append([reader.take(8), _number(reader)])
    assert [log for log, _ in frontier] == sorted({log for log, _ in frontier})
    return root, envelopes, missing, logs, frontier if frontier or not logs else None


def read_addresses(word, epoch_key):
    """The texts, for who holds the key of the epoch that the payload names."""
    assert word.kind == ADDRESSES and word.payload[:16] == sealing.epoch_id(epoch_key)
    return cbor.decode(sealing.open_part(LABEL_SOFT, word.head(), word.payload[16:], epoch_key))


def read_personal(word, device, box_secret):
    """The content, for one of the devices that the payload has a box for."""
    assert word.kind == PERSONAL
    payload = cbor.decode(word.payload)
    assert list(payload) == [0, 1] and [box[0] for box in payload[0]] == sorted(box[0] for box in payload[0])
    box = next(box for box in payload[0] if box[0] == device)
    key = hpke.open_single(box_secret, box[1], contexts.PERSONAL_BOX, box[2], word.head() + device)
    return sealing.open_part(LABEL_PERSONAL, word.head(), payload[1], key)


def read_state(data):
    """Fields by the bytes of their keys: (read last, {log: seq}) for marks, (time, device, value) for registers."""
    version, fields = cbor.decode(data)
    assert version == 1
    for key, field in fields.items():
        if key[0] == 1:
            assert len(key) == 18 and key[1] in (1, 2) and all(len(log) == 16 for log in field[1])
        else:
            assert len(field) == 3 and len(field[1]) == 32
    return fields


def _number(reader):
    """LEB128 in its shortest form."""
    number = shift = 0
    while True:
        byte = reader.number(1)
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            assert byte or not shift
            return number
        shift += 7
