"""Bech32m (BIP 350), decoding only: letters to bytes, checksum proven."""

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32M = 0x2BC830A3


def decode(text):
    """The prefix and the bytes that `text` stands for; ValueError where it is not bech32m."""
    if text != text.lower() and text != text.upper():
        raise ValueError("mixed case")
    prefix, separator, letters = text.lower().rpartition("1")
    if not separator or not prefix or len(letters) < 6 or any(letter not in LETTERS for letter in letters):
        raise ValueError("not bech32")
    values = [LETTERS.index(letter) for letter in letters]
    if _checksum(_expand(prefix) + values) != BECH32M:
        raise ValueError("wrong checksum")
    return prefix, _to_bytes(values[:-6])


def _expand(prefix):
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _checksum(values):
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATOR):
            sum_ ^= generator if top >> bit & 1 else 0
    return sum_


def _to_bytes(values):
    number, bits, out = 0, 0, bytearray()
    for value in values:
        number, bits = number << 5 | value, bits + 5
        if bits >= 8:
            bits -= 8
            out.append(number >> bits & 255)
            number &= (1 << bits) - 1
    if bits >= 5 or number:
        raise ValueError("bits left over")
    return bytes(out)


def test():
    """Strings of BIP 350."""
    assert decode("A1LQFN3A") == ("a", b"")
    prefix, data = decode("abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx")
    assert prefix == "abcdef" and data.hex() == "ffbbcdeb38bdab49ca307b9ac5a928398a418820"
    for wrong in ("A1LQFN3B", "a12uel5l", "1lqfn3a", "a1lqfn3", "A1lqfn3a"):
        try:
            decode(wrong)
        except ValueError:
            continue
        raise AssertionError(f"{wrong} was accepted")
