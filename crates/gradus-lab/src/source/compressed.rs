//! Bytes that may be gzipped, read without believing what they say about their size.
//!
//! Deflate makes at most 1,032 bytes out of one. A header that declares more than the bytes there can grow to is refused before
//! memory is asked for; where nothing is declared, growth is stopped at a limit.

use crate::Error;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// The most bytes that deflate makes out of one.
const MAX_RATIO: u64 = 1032;
/// Text may grow to this size, or to a hundred times its compressed one, whichever is more.
const MAX_TEXT: u64 = 64 << 20;

/// All of `bytes`, decompressed if they are gzip data.
pub(crate) fn whole<'a>(bytes: &'a [u8], file: &str) -> Result<Cow<'a, [u8]>, Error> {
    if !is_gzip(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    let limit = MAX_TEXT.max(100 * bytes.len() as u64);
    let mut text = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes).take(limit + 1);
    reader.read_to_end(&mut text).map_err(|error| gzip_fault(file, &error))?;
    if text.len() as u64 > limit {
        return Err(Error::Expands { file: file.into(), limit });
    }
    Ok(Cow::Owned(text))
}

/// Bytes one after the other, and how many can come at most.
pub(crate) struct Stream<'a> {
    reader: Box<dyn Read + 'a>,
    at_most: u64,
    file: String,
}

impl<'a> Stream<'a> {
    /// The bytes of a file, decompressed if they are gzip data.
    pub(crate) fn open(bytes: &'a [u8], file: &str) -> Self {
        let n_bytes = bytes.len() as u64;
        match is_gzip(bytes) {
            true => Self::of(Box::new(MultiGzDecoder::new(bytes)), n_bytes.saturating_mul(MAX_RATIO), file),
            false => Self::of(Box::new(bytes), n_bytes, file),
        }
    }

    /// What `reader` gives, which is `at_most` bytes.
    pub(crate) fn of(reader: Box<dyn Read + 'a>, at_most: u64, file: &str) -> Self {
        Self { reader, at_most, file: file.into() }
    }

    /// What `reader` gives, which was deflated to `compressed` bytes.
    pub(crate) fn deflated(reader: Box<dyn Read + 'a>, declared: u64, compressed: u64, file: &str) -> Self {
        Self::of(reader, declared.min(compressed.saturating_mul(MAX_RATIO)), file)
    }

    /// The next `n_bytes` bytes.
    ///
    /// # Errors
    /// If there are fewer.
    pub(crate) fn exactly(&mut self, n_bytes: u64) -> Result<Vec<u8>, Error> {
        let truncated = |file: &str, found| Error::Truncated { file: file.into(), expected: n_bytes, found };
        if n_bytes > self.at_most {
            return Err(truncated(&self.file, self.at_most));
        }
        let mut bytes = vec![0; n_bytes as usize];
        let mut filled = 0;
        while filled < bytes.len() {
            match self.reader.read(&mut bytes[filled..]).map_err(|error| gzip_fault(&self.file, &error))? {
                0 => return Err(truncated(&self.file, filled as u64)),
                n => filled += n,
            }
        }
        self.at_most -= n_bytes;
        Ok(bytes)
    }

    /// Ends the reading after `n_bytes` bytes of data.
    ///
    /// # Errors
    /// If there is one more byte, or a checksum is wrong.
    pub(crate) fn finish(mut self, n_bytes: u64) -> Result<(), Error> {
        match self.reader.read(&mut [0]).map_err(|error| gzip_fault(&self.file, &error))? {
            0 => Ok(()),
            _ => Err(Error::Trailing { file: self.file, expected: n_bytes }),
        }
    }
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

fn gzip_fault(file: &str, error: &std::io::Error) -> Error {
    Error::Gzip { file: file.into(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::GzEncoder;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut compressed = Vec::new();
        GzEncoder::new(bytes, Compression::default()).read_to_end(&mut compressed).unwrap();
        compressed
    }

    #[test]
    fn a_stream_gives_what_it_has_and_no_more() {
        fn check(bytes: &[u8], wanted: u64, expected: &str) {
            let mut stream = Stream::open(bytes, "f");
            let found = stream.exactly(wanted).and_then(|data| stream.finish(wanted).map(|()| data.len()));
            let found = found.map_or_else(|error| error.to_string(), |n| n.to_string());
            assert!(found.starts_with(expected), "{found} is not {expected}");
        }
        for bytes in [b"abcd".to_vec(), gzip(b"abcd")] {
            check(&bytes, 4, "4");
            check(&bytes, 3, "bytes follow the 3 bytes that the header declares, f;");
        }
        check(
            b"abcd",
            5,
            "the file is cut short: its header asks for 5 bytes of data, at most 4 are there, f;",
        );
        check(&gzip(b"abcd"), 5, "the file is cut short: its header asks for 5 bytes of data, at most 4");
        check(&gzip(b"abcd"), 1 << 40, "the file is cut short: its header asks for 1099511627776 bytes");
        check(&gzip(b"abcd")[..15], 4, "damaged gzip data (");
    }

    #[test]
    fn text_is_decompressed_up_to_a_limit() {
        assert_eq!(whole(&gzip(b"a,b"), "f").unwrap().as_ref(), b"a,b");
        let bomb = gzip(&vec![b'a'; (MAX_TEXT + 1) as usize]);
        assert!(matches!(whole(&bomb, "f"), Err(Error::Expands { limit: MAX_TEXT, .. })));
    }
}
