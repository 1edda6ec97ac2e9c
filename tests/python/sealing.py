"""Opening sealed parts under an epoch key, and proving that they were sealed in the one allowed way."""

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as xchacha_open
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as xchacha_seal

import blake3
import contexts

LABEL_CHANGE, LABEL_BODY = b"\1", b"\2"


def epoch_id(epoch_key):
    """The key's public name."""
    return blake3.derive(contexts.EPOCH_ID, epoch_key, 16)


def open_envelope(envelope, epoch_key):
    """Both plaintexts, the second None where there is no body here."""
    data = envelope.header.associated_data()
    tag_key = blake3.derive(contexts.TAG_KEY, epoch_key)
    assert envelope.header.tag == blake3.keyed(tag_key, data), "the tag commits to another key"
    change = open_part(LABEL_CHANGE, data, envelope.change, epoch_key)
    body = None if envelope.body is None else open_part(LABEL_BODY, data, envelope.body, epoch_key)
    return change, body


def open_part(label, data, sealed, epoch_key):
    """The plaintext; sealing it again has to give the same bytes."""
    part_key = blake3.derive(contexts.PART_KEY, epoch_key)
    padded = xchacha_open(sealed[24:], label + data, sealed[:24], part_key)
    plain = unpad(padded)
    assert seal_part(label, data, plain, epoch_key) == sealed
    return plain


def seal_part(label, data, plain, epoch_key):
    """The part as every key holder makes it."""
    padded = pad(plain)
    nonce = blake3.keyed(blake3.derive(contexts.NONCE_KEY, epoch_key), label + data + padded, 24)
    part_key = blake3.derive(contexts.PART_KEY, epoch_key)
    return nonce + xchacha_seal(padded, label + data, nonce, part_key)


def pad(plain):
    """0x80, then zeros up to the Padmé length, which is at least 32."""
    length = max(32, len(plain) + 1)
    exponent = length.bit_length() - 1
    free = exponent - exponent.bit_length()
    length = -(-length >> free) << free
    return (plain + b"\x80").ljust(length, b"\0")


def unpad(padded):
    """What stands before the last 0x80."""
    plain = padded.rstrip(b"\0")
    assert plain.endswith(b"\x80") and pad(plain[:-1]) == padded
    return plain[:-1]
