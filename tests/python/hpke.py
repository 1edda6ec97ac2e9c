"""HPKE (RFC 9180), opening only: base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305."""

import hashlib
import hmac

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt as chacha_open
from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base

KEM = b"KEM" + (0x0020).to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x0020, 0x0001, 0x0003))
BASE = b"\0"


def open_single(secret, encapsulated, info, sealed, aad):
    """The plaintext of the first message to the holder of an X25519 secret; raises where it is not for them."""
    shared = _decapsulate(secret, encapsulated)
    psk = _extract(SUITE, b"", b"psk_id_hash", b"")
    context = BASE + psk + _extract(SUITE, b"", b"info_hash", info)
    key_secret = _extract(SUITE, shared, b"secret", b"")
    key = _expand(SUITE, key_secret, b"key", context, 32)
    nonce = _expand(SUITE, key_secret, b"base_nonce", context, 12)
    return chacha_open(sealed, aad, nonce, key)


def _decapsulate(secret, encapsulated):
    extracted = _extract(KEM, b"", b"eae_prk", crypto_scalarmult(secret, encapsulated))
    return _expand(KEM, extracted, b"shared_secret", encapsulated + crypto_scalarmult_base(secret), 32)


def _extract(suite, salt, label, material):
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + material, hashlib.sha256).digest()


def _expand(suite, key, label, info, length):
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    out, block, number = b"", b"", 1
    while len(out) < length:
        block = hmac.new(key, block + info + bytes([number]), hashlib.sha256).digest()
        out, number = out + block, number + 1
    return out[:length]


def test():
    """RFC 9180, appendix A.2.1: its first message."""
    plain = open_single(
        bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"),
        bytes.fromhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
        bytes.fromhex("4f6465206f6e2061204772656369616e2055726e"),
        bytes.fromhex(
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db"
            "21993c62ce81883d2dd1b51a28"
        ),
        bytes.fromhex("436f756e742d30"),
    )
    assert plain == b"Beauty is truth, truth beauty", plain
