//! IDX, the format of MNIST's files: 0, 0, a type code, the number of dimensions, the dimensions (u32), the numbers; all
//! big-endian, row-major. Source: <http://yann.lecun.com/exdb/mnist/>.

use super::array::{Array, ByteOrder, ElementType, n_bytes};
use super::compressed::Stream;
use crate::Error;

/// The array in `bytes`, gzipped or not.
///
/// # Errors
/// If the header is not one of IDX, or the bytes after it are not just as many as it declares.
pub(crate) fn decode(bytes: &[u8], file: &str) -> Result<Array, Error> {
    let not_idx = |reason: String| Error::NotIdx { file: file.into(), reason };
    let mut stream = Stream::open(bytes, file);
    let magic = match stream.exactly(4) {
        Err(Error::Truncated { found, .. }) => return Err(not_idx(format!("it has {found} bytes"))),
        magic => magic?,
    };
    let [0, 0, code, n_dimensions] = *magic.as_slice() else {
        return Err(not_idx(format!("it begins with {}, {}", magic[0], magic[1])));
    };
    let element = element_type(code).ok_or_else(|| not_idx(format!("type code 0x{code:02X} is unknown")))?;
    if !(1..=4).contains(&n_dimensions) {
        return Err(not_idx(format!("{n_dimensions} dimensions, but 1 to 4 are allowed")));
    }
    let header = stream.exactly(4 * u64::from(n_dimensions))?;
    let dimensions: Vec<u64> =
        header.as_chunks().0.iter().map(|&chunk| u64::from(u32::from_be_bytes(chunk))).collect();
    let n_bytes = n_bytes(&dimensions, element, file)?;
    let data = stream.exactly(n_bytes)?;
    stream.finish(n_bytes)?;
    let shape = dimensions.iter().map(|&n| n as usize).collect();
    Ok(Array { file: file.into(), shape, elements: element.decode(data, ByteOrder::Big) })
}

fn element_type(code: u8) -> Option<ElementType> {
    match code {
        0x08 => Some(ElementType::U8),
        0x09 => Some(ElementType::I8),
        0x0B => Some(ElementType::I16),
        0x0C => Some(ElementType::I32),
        0x0D => Some(ElementType::F32),
        0x0E => Some(ElementType::F64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::data::Elements;
    use proptest::prelude::*;

    #[test]
    fn arrays_are_read() {
        fn check(bytes: &[u8], shape: &[usize], elements: Elements) {
            let expected = Array { file: "f".into(), shape: shape.to_vec(), elements };
            assert_eq!(decode(bytes, "f").unwrap(), expected);
        }
        check(&[0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9], &[3], Elements::U8(vec![7, 8, 9]));
        check(
            &[0, 0, 11, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 255, 255],
            &[1, 2],
            Elements::F32(vec![256.0, -1.0]),
        );
        check(&[0, 0, 12, 1, 0, 0, 0, 1, 0, 1, 0, 0], &[1], Elements::F64(vec![65536.0]));
    }

    #[test]
    fn a_wrong_header_or_length_is_told() {
        fn check(bytes: &[u8], expected: &str) {
            let refusal = decode(bytes, "f.idx").unwrap_err();
            assert_eq!(refusal.to_string(), expected);
            assert_eq!(refusal.class(), gradus::Class::Data);
        }
        let ending = "f.idx; help: an IDX file begins with 0, 0, a type code and the number of dimensions";
        check(&[], &format!("not an IDX file: it has 0 bytes, {ending}"));
        check(b"PK\x03\x04", &format!("not an IDX file: it begins with 80, 75, {ending}"));
        check(&[0, 0, 7, 1, 0, 0, 0, 0], &format!("not an IDX file: type code 0x07 is unknown, {ending}"));
        check(&[0, 0, 8, 5], &format!("not an IDX file: 5 dimensions, but 1 to 4 are allowed, {ending}"));
        check(
            &[0, 0, 8, 1, 0, 0, 0, 3, 7, 8],
            "the file is cut short: its header asks for 3 bytes of data, at most 2 are there, f.idx; help: fetch the file again",
        );
        check(
            &[0, 0, 8, 1, 0, 0, 0, 1, 7, 8],
            "bytes follow the 1 bytes that the header declares, f.idx; help: fetch the file again",
        );
        check(
            &[0, 0, 14, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
            "the shape (4294967295, 4294967295, 4294967295) is more than any machine holds, f.idx; help: the header is damaged, fetch the file again",
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..40), is_idx: bool) {
            if is_idx && bytes.len() > 3 {
                bytes[..2].fill(0);
                bytes[2] = 8 + bytes[2] % 7;
                bytes[3] %= 5;
            }
            let _ = decode(&bytes, "f");
        }
    }
}
