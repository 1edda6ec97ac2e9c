"""CBOR (RFC 8949) as Cremona writes it: definite lengths and shortest heads; anything else is refused."""


def decode(data):
    """The one value that data holds: int, bytes, str, list, dict, bool or None."""
    value, end = _item(data, 0)
    if end != len(data):
        raise ValueError("bytes left over")
    return value


def _item(data, at):
    major, number, at = _head(data, at)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        text = data[at : at + number]
        if len(text) != number:
            raise ValueError("cut short")
        return (text if major == 2 else text.decode()), at + number
    if major == 4:
        return _items(data, at, number)
    if major == 5:
        flat, at = _items(data, at, 2 * number)
        keys = flat[::2]
        if keys != sorted(keys) or len(set(keys)) != len(keys):
            raise ValueError("map keys are not ascending")
        return dict(zip(keys, flat[1::2])), at
    if major == 7 and number in (20, 21, 22):
        return {20: False, 21: True, 22: None}[number], at
    raise ValueError(f"major type {major} is not used")


def _items(data, at, count):
    out = []
    for _ in range(count):
        value, at = _item(data, at)
        out.append(value)
    return out, at


def _head(data, at):
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if low < 24:
        return major, low, at
    if low > 27:
        raise ValueError("indefinite lengths are not used")
    size = 1 << (low - 24)
    number = int.from_bytes(data[at : at + size], "big")
    least = 24 if size == 1 else 1 << (4 * size)
    if len(data) < at + size or (major < 7 and number < least):
        raise ValueError("a number is cut short or not in its shortest form")
    return major, number, at + size


def test():
    """Examples of RFC 8949, appendix A."""
    examples = {
        "00": 0, "17": 23, "1818": 24, "1903e8": 1000, "1b000000e8d4a51000": 1000000000000, "20": -1,
        "f4": False, "f5": True, "f6": None, "4401020304": b"\1\2\3\4", "62c3bc": "\u00fc",
        "8301820203820405": [1, [2, 3], [4, 5]], "a201020304": {1: 2, 3: 4}, "80": [], "a0": {},
    }
    for data, value in examples.items():
        assert decode(bytes.fromhex(data)) == value, data
    for wrong in ("1800", "0000", "9f01ff", "42aa", "a2030401 02"):
        try:
            decode(bytes.fromhex(wrong))
        except (ValueError, IndexError):
            continue
        raise AssertionError(f"{wrong} was accepted")
