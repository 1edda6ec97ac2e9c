"""What is said in clear: genesis, join, epoch keys; and what follows from the pasted workspace key."""

from dataclasses import replace

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as xchacha_open
from nacl.signing import SigningKey, VerifyKey

import bech32m
import blake3
import cbor
import contexts
import hpke
from envelope import CONTROL, KEYS
from reading import Reader, u16
from sealing import epoch_id

GENESIS_TYPE, JOIN_TYPE, KEYS_TYPE, ERASE_TYPE, MAILBOX_TYPE = 1, 2, 3, 4, 5


def read_workspace_key(text):
    """Generation, workspace, secret and hints of the string that people paste."""
    key, _, hints = text.partition("@")
    prefix, data = bech32m.decode(key)
    reader = Reader(data)
    assert prefix == "wsk" and reader.number(1) == 1
    reader.take(1)
    generation, workspace, secret = reader.number(2), reader.take(16), reader.take(16)
    reader.end()
    return generation, workspace, secret, hints.split(",") if hints else []


def read_pairing_string(text):
    """Device, token and hints of the string that pairs a mailbox."""
    string, _, hints = text.partition("@")
    prefix, data = bech32m.decode(string)
    reader = Reader(data)
    assert prefix == "mbx" and reader.number(1) == 1
    reader.take(1)
    device, token = reader.take(32), reader.take(16)
    reader.end()
    return device, token, hints.split(",") if hints else []


def read_handover(data):
    """Workspace and knock key."""
    reader = Reader(data)
    assert reader.number(1) == 1
    workspace, knock = reader.take(16), reader.take(32)
    reader.end()
    return workspace, knock


def type_of(envelope):
    """The type number of a control payload."""
    return cbor.decode(envelope.change)[0]


def read_erase(envelope):
    """Log and seqs of each body that is to be dropped."""
    payload = cbor.decode(envelope.change)
    assert payload[0] == ERASE_TYPE and sum(len(seqs) for _, seqs in payload[1]) <= 1_024
    return payload[1]


def read_mailbox(envelope):
    """Device and addresses of a mailbox."""
    payload = cbor.decode(envelope.change)
    assert payload[0] == MAILBOX_TYPE and len(payload[1]) == 32 and len(payload[2]) <= 8
    return payload[1], payload[2]


def invite_key(secret):
    """Public half of the key that signs joins."""
    return bytes(SigningKey(blake3.derive(contexts.INVITE_KEY, secret)).verify_key)


def member_id(workspace, device):
    """The member whose first device this is."""
    return blake3.derive(contexts.MEMBER_ID, workspace + device, 16)


def read_genesis(envelope):
    """The payload by key, once it is proven that it founds the workspace of its header."""
    header = envelope.header
    assert header.kind == CONTROL and header.seq == 1
    payload = cbor.decode(envelope.change)
    assert payload[0] == GENESIS_TYPE and payload[5] == 0, "only key holders join, in version 1"
    assert [len(payload[key]) for key in (1, 2, 3, 6)] == [32] * 4
    blank = replace(header, workspace=bytes(16)).encode()
    assert blake3.derive(contexts.WORKSPACE_ID, blank, 16) == header.workspace
    return payload


def read_join(envelope, genesis):
    """The payload by key, once it is proven that the invite key let this device in."""
    header = envelope.header
    assert header.kind == CONTROL and header.seq == 1 and header.workspace == genesis.header.workspace
    payload, founding = cbor.decode(envelope.change), cbor.decode(genesis.change)
    assert payload[0] == JOIN_TYPE and payload[1] == member_id(header.workspace, header.device)
    assert payload[3] == genesis.header.id() and payload[4] == founding[4]
    cites = payload[6]
    assert len(cites) <= 64 and cites == sorted(set(cites)) and header.time >= genesis.header.time
    signed = contexts.JOIN_SIGNATURE + header.workspace + payload[1] + header.device + payload[2] + payload[3]
    VerifyKey(founding[3]).verify(signed + u16(payload[4]), payload[5])
    return payload


def read_keys(envelope):
    """The payload by key."""
    assert envelope.header.kind == KEYS
    payload = cbor.decode(envelope.change)
    assert payload[0] == KEYS_TYPE and len(payload[1]) == 16 and len(payload[3]) == 48
    assert [box[0] for box in payload[2]] == sorted(box[0] for box in payload[2])
    return payload


def open_lockbox(payload, workspace, secret):
    """The epoch key, for who holds the workspace key."""
    key, epoch = blake3.derive(contexts.LOCKBOX_KEY, secret), payload[1]
    halves = (blake3.derive(contexts.LOCKBOX_NONCE, key + epoch + half, 16) for half in (b"\0", b"\1"))
    epoch_key = xchacha_open(payload[3], workspace + epoch, b"".join(halves)[:24], key)
    assert epoch_id(epoch_key) == epoch
    return epoch_key


def open_box(payload, workspace, device, box_secret):
    """The epoch key, for the device that a box was made for."""
    box = next(box for box in payload[2] if box[0] == device)
    epoch_key = hpke.open_single(box_secret, box[1], contexts.EPOCH_BOX, box[2], workspace + device)
    assert epoch_id(epoch_key) == payload[1]
    return epoch_key
