"""What replicas say to each other, and the frontier whose root they compare."""

import blake3
import cbor
from envelope import log_id
from reading import u64

LEAF = 8
NAMES = {
    1: "hello", 2: "node", 3: "entries", 4: "want", 5: "run", 6: "probe", 7: "headers", 8: "want proof", 9: "proof",
    10: "want bodies", 11: "bodies", 12: "want bundle", 13: "slice", 20: "soft offer", 21: "soft want", 22: "soft words",
    24: "notice",
}


def read_frame(data):
    """The frame's name and its fields in order."""
    assert len(data) <= 1_048_576
    return NAMES[data[0]], cbor.decode(data[1:])


def root_of(entries):
    """The root of a frontier of (device, life, seq, head, cut)."""
    return _hash(_by_log(entries), 0)


def children_of(entries):
    """The hashes of the 16 children of a frontier that is larger than a leaf."""
    return _children(_by_log(entries), 0)


def _by_log(entries):
    return sorted((log_id(device, life), (device, life, seq, head, cut)) for device, life, seq, head, cut in entries)


def _hash(by_log, depth):
    """The hash of entries whose log ids agree in their first `depth` nibbles."""
    if not by_log:
        return bytes(32)
    if len(by_log) <= LEAF or depth == 32:
        lines = (device + life + u64(seq) + head + u64(cut) for _, (device, life, seq, head, cut) in by_log)
        return blake3.digest(b"\0" + b"".join(lines))
    return blake3.digest(b"\1" + b"".join(_children(by_log, depth)))


def _children(by_log, depth):
    return [
        _hash([(log, entry) for log, entry in by_log if int(log.hex()[depth], 16) == nibble], depth + 1)
        for nibble in range(16)
    ]
