"""BLAKE3 in plain Python, from its paper (section 2): hash, keyed hash and key derivation of any length."""

import struct

IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
# Which four words of the state each quarter round mixes: columns, then diagonals.
QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
KEYED_HASH, DERIVE_KEY_CONTEXT, DERIVE_KEY_MATERIAL = 16, 32, 64
BLOCK, CHUNK = 64, 1024
MASK = 0xFFFFFFFF


def digest(data, length=32):
    """The hash of data."""
    return _root(bytes(data), IV, 0, length)


def keyed(key, data, length=32):
    """The hash of data under a key of 32 bytes."""
    return _root(bytes(data), struct.unpack("<8I", key), KEYED_HASH, length)


def derive(context, material, length=32):
    """The key that `material` gives for the purpose named by the string `context`."""
    key = _root(context.encode(), IV, DERIVE_KEY_CONTEXT, 32)
    return _root(bytes(material), struct.unpack("<8I", key), DERIVE_KEY_MATERIAL, length)


def _root(data, key, flags, length):
    """The output of the tree over data, as long as asked: the root block, compressed with a counter."""
    chaining, block, counter, block_length, block_flags = _node(data, key, flags, 0)
    out = b""
    counter = 0
    while len(out) < length:
        words = _compress(chaining, block, counter, block_length, block_flags | ROOT)
        out += struct.pack("<16I", *words)
        counter += 1
    return out[:length]


def _node(data, key, flags, first_chunk):
    """The last compression's inputs of the tree over data: a chunk, or a parent of two trees."""
    if len(data) <= CHUNK:
        return _chunk(data, key, flags, first_chunk)
    # The left tree holds the largest power of two of whole chunks that leaves something for the right.
    chunks = (len(data) - 1) // CHUNK
    left = 1 << (chunks.bit_length() - 1)
    halves = (data[: left * CHUNK], first_chunk), (data[left * CHUNK :], first_chunk + left)
    block = ()
    for half, number in halves:
        block += _compress(*_node(half, key, flags, number))[:8]
    return key, block, 0, BLOCK, flags | PARENT


def _chunk(data, key, flags, number):
    """The last compression's inputs of one chunk of at most 1,024 bytes."""
    blocks = [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)] or [b""]
    chaining = key
    for index, block in enumerate(blocks):
        block_flags = flags | (CHUNK_START if index == 0 else 0)
        words = struct.unpack("<16I", block.ljust(BLOCK, b"\0"))
        if index == len(blocks) - 1:
            return chaining, words, number, len(block), block_flags | CHUNK_END
        chaining = _compress(chaining, words, number, BLOCK, block_flags)[:8]
    raise AssertionError("the loop returns at the last block")


def _compress(chaining, words, counter, block_length, flags):
    state = list(chaining) + list(IV[:4]) + [counter & MASK, counter >> 32, block_length, flags]
    words = list(words)
    for turn in range(7):
        for index, quarter in enumerate(QUARTERS):
            _mix(state, quarter, words[2 * index], words[2 * index + 1])
        words = [words[index] for index in PERMUTATION]
    low = [state[index] ^ state[index + 8] for index in range(8)]
    high = [state[index + 8] ^ chaining[index] for index in range(8)]
    return tuple(low + high)


def _mix(state, quarter, x, y):
    a, b, c, d = quarter
    for word, first, second in ((x, 16, 12), (y, 8, 7)):
        state[a] = (state[a] + state[b] + word) & MASK
        state[d] = _rotate(state[d] ^ state[a], first)
        state[c] = (state[c] + state[d]) & MASK
        state[b] = _rotate(state[b] ^ state[c], second)


def _rotate(word, bits):
    return (word >> bits | word << (32 - bits)) & MASK


def test():
    """The vectors of the BLAKE3 project: input bytes 0, 1, ... 250, 0, 1, ..."""
    key = b"whats the Elvish word for friend"
    context = "BLAKE3 2019-12-27 16:29:52 test vectors context"

    def message(length):
        return bytes(index % 251 for index in range(length))

    assert digest(b"").hex() == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    assert digest(message(1)).hex() == "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"
    assert digest(message(1024)).hex() == "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"
    assert digest(message(1025)).hex() == "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"
    assert keyed(key, b"").hex() == "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26"
    assert derive(context, b"").hex() == "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d"
    assert digest(b"", 100)[:32] == digest(b"") and len(digest(b"", 100)) == 100
