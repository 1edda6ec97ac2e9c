"""Taking fields off the front of bytes."""


class Reader:
    """Bytes that are read from the front; whoever reads past the end gets a ValueError."""

    def __init__(self, data):
        self.data = bytes(data)

    def take(self, count):
        """The next `count` bytes."""
        if count > len(self.data):
            raise ValueError(f"{count} bytes wanted, {len(self.data)} left")
        field, self.data = self.data[:count], self.data[count:]
        return field

    def number(self, size):
        """The next big-endian number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def end(self):
        """Nothing may be left."""
        if self.data:
            raise ValueError(f"{len(self.data)} bytes left over")


def u16(number):
    """Big-endian, 2 bytes."""
    return number.to_bytes(2, "big")


def u64(number):
    """Big-endian, 8 bytes."""
    return number.to_bytes(8, "big")
