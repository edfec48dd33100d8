//! From bytes to text: UTF-8 without NUL, and everything else refused with the place of the first offence.

use crate::{Error, Place};

/// The text in `bytes`, without its byte order mark.
///
/// # Errors
/// If it is empty, in UTF-16, not UTF-8, or has a NUL in it.
pub(crate) fn decode<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, Error> {
    if looks_like_utf16(bytes) {
        return Err(Error::Utf16 { file: file.into() });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (before, after) = bytes.split_at(error.valid_up_to());
        Error::NotUtf8 { place: Box::new(place_after(before, file)), byte: after[0] }
    })?;
    if let Some(at) = text.find('\0') {
        return Err(Error::Nul { place: Box::new(place_after(&bytes[..at], file)) });
    }
    if text.trim().is_empty() {
        return Err(Error::Empty { file: file.into() });
    }
    Ok(text)
}

/// A byte order mark of UTF-16, or Latin letters with a NUL beside each.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let beside = |nul: usize, letter: usize| {
        let head = &bytes[..bytes.len().min(64)];
        head.len() >= 4 && head.chunks_exact(2).all(|pair| pair[nul] == 0 && pair[letter] != 0)
    };
    marked || beside(0, 1) || beside(1, 0)
}

/// The line and character that follow `before`, which is UTF-8.
fn place_after(before: &[u8], file: &str) -> Place {
    let before = String::from_utf8_lossy(before).replace("\r\n", "\n").replace('\r', "\n");
    let line = before.matches('\n').count() as u64 + 1;
    let character = before.chars().rev().take_while(|&c| c != '\n').count() as u64 + 1;
    Place { file: file.into(), line: Some(line), character: Some(character), ..Place::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clean_text_passes() {
        fn check(bytes: &[u8], expected: &str) {
            let found = decode(bytes, "f.csv").map_or_else(|error| error.to_string(), str::to_owned);
            assert_eq!(found, expected);
        }
        check(b"\xEF\xBB\xBFa,b", "a,b");
        check(b"", "the file is empty, f.csv; help: give it a header and rows");
        check(b" \n\n", "the file is empty, f.csv; help: give it a header and rows");
        for utf16 in [&b"\xFF\xFEa\0"[..], b"\xFE\xFF\0a", b"a\0,\0b\0", b"\0a\0,\0b"] {
            check(
                utf16,
                "the text looks like UTF-16, f.csv; help: convert it with `iconv -f UTF-16 -t UTF-8`",
            );
        }
        check(
            b"a,b\r\n\xC3\xA9,caf\xE9\n",
            "byte 0xE9 is not UTF-8, f.csv, line 2, character 6; help: convert the file with `iconv -f LATIN1 -t UTF-8`",
        );
        check(
            b"a,b\r1,\0",
            "a NUL byte, f.csv, line 2, character 3; help: this is no text file, or a damaged one",
        );
    }
}
