//! Columns of bytes, in bundles and in the store: writing them, and reading them without trusting a length.
#![allow(clippy::missing_errors_doc)] // every function fails only as `Short` says

/// Why a column ends where it should not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Short;

/// Writes a number, 7 bits a byte, the least first.
pub fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

/// What is left of a column.
#[derive(Clone, Copy)]
pub struct Column<'a>(pub &'a [u8]);

impl<'a> Column<'a> {
    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, Short> {
        let (byte, rest) = self.0.split_first().ok_or(Short)?;
        self.0 = rest;
        Ok(*byte)
    }

    /// The next bytes, as many as the array has.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Short> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Short)?;
        self.0 = rest;
        Ok(*array)
    }

    /// The next `len` bytes.
    pub fn bytes(&mut self, len: u64) -> Result<&'a [u8], Short> {
        let len = usize::try_from(len).map_err(|_| Short)?;
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(Short)?;
        self.0 = rest;
        Ok(bytes)
    }

    /// The next number, as [`put_number`] writes it.
    pub fn number(&mut self) -> Result<u64, Short> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return Err(Short);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Short)
    }

    /// A count of things, of which there may be no more than `most`.
    pub fn count(&mut self, most: usize) -> Result<usize, Short> {
        let count = self.number()?;
        usize::try_from(count).ok().filter(|count| *count <= most).ok_or(Short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            put_number(&mut out, value);
            let mut column = Column(&out);
            assert_eq!((column.number(), column.0.len()), (Ok(value), 0));
        }
    }

    #[test]
    fn a_number_that_never_ends_is_short() {
        assert_eq!(Column(&[0xff; 11]).number(), Err(Short));
        assert_eq!(Column(&[0x80]).number(), Err(Short));
    }
}
