//! `.npy`, numpy's format of one array: magic, version, header length, a Python dictionary with the three keys `descr`,
//! `fortran_order`, `shape`, then the numbers. Source: numpy's NEP 1.
//!
//! The dictionary is read by a grammar of our own that knows these three keys and nothing else; nothing is evaluated.

use super::array::{Array, ByteOrder, ElementType, n_bytes};
use super::compressed::Stream;
use crate::Error;
use gradus::data::Elements;

/// numpy's own limit for the header.
const MAX_HEADER: u64 = 10_000;

/// The array in `bytes`.
///
/// # Errors
/// If the header is not one of numpy's, asks for Python objects, or for another number of bytes than there are.
pub(crate) fn decode(bytes: &[u8], file: &str) -> Result<Array, Error> {
    read(Stream::open(bytes, file), file)
}

/// The array that `stream` gives.
pub(crate) fn read(mut stream: Stream<'_>, file: &str) -> Result<Array, Error> {
    let header = Header::read(&mut stream, file)?;
    let n_bytes = n_bytes(&header.shape, header.element, file)?;
    let data = stream.exactly(n_bytes)?;
    stream.finish(n_bytes)?;
    let shape: Vec<usize> = header.shape.iter().map(|&n| n as usize).collect();
    let mut elements = header.element.decode(data, header.order);
    if header.is_fortran {
        elements = match elements {
            Elements::U8(all) => Elements::U8(row_major(&all, &shape)),
            Elements::F32(all) => Elements::F32(row_major(&all, &shape)),
            Elements::F64(all) => Elements::F64(row_major(&all, &shape)),
        };
    }
    Ok(Array { file: file.into(), shape, elements })
}

/// From the first index running fastest to the last one doing so.
fn row_major<T: Copy>(all: &[T], shape: &[usize]) -> Vec<T> {
    let mut index = vec![0; shape.len()];
    let mut ordered = Vec::with_capacity(all.len());
    for _ in 0..all.len() {
        let at = index.iter().zip(shape).rev().fold(0, |at, (&i, &n)| at * n + i);
        ordered.push(all[at]);
        for (i, &n) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < n {
                break;
            }
            *i = 0;
        }
    }
    ordered
}

#[derive(Debug)]
struct Header {
    element: ElementType,
    order: ByteOrder,
    is_fortran: bool,
    shape: Vec<u64>,
}

impl Header {
    fn read(stream: &mut Stream<'_>, file: &str) -> Result<Self, Error> {
        let not_npy = |reason: String| Error::NotNpy { file: file.into(), reason };
        let magic = match stream.exactly(8) {
            Err(Error::Truncated { found, .. }) => return Err(not_npy(format!("it has {found} bytes"))),
            magic => magic?,
        };
        if &magic[..6] != b"\x93NUMPY" {
            return Err(not_npy("its first bytes are not \\x93NUMPY".into()));
        }
        let n_length_bytes = match magic[6] {
            1 => 2,
            2 | 3 => 4,
            version => return Err(not_npy(format!("it says version {version}"))),
        };
        let length = stream.exactly(n_length_bytes)?;
        let length = length.iter().rev().fold(0, |length, &byte| length << 8 | u64::from(byte));
        if length > MAX_HEADER {
            return Err(not_npy(format!("its header has {length} bytes")));
        }
        let header = stream.exactly(length)?;
        Grammar { header: &header, at: 0, file }.dictionary()
    }
}

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
struct Grammar<'a> {
    header: &'a [u8],
    at: usize,
    file: &'a str,
}

impl Grammar<'_> {
    fn dictionary(mut self) -> Result<Header, Error> {
        let (mut dtype, mut is_fortran, mut shape) = (None, None, None);
        self.expect(b'{', "no `{`")?;
        while !self.accept(b'}') {
            let key = self.text()?;
            self.expect(b':', "no `:`")?;
            match key.as_str() {
                "descr" if dtype.is_none() => dtype = Some(self.dtype()?),
                "fortran_order" if is_fortran.is_none() => is_fortran = Some(self.truth()?),
                "shape" if shape.is_none() => shape = Some(self.shape()?),
                _ => return Err(self.fault("an unknown or repeated key")),
            }
            if !self.accept(b',') {
                self.expect(b'}', "no `,` or `}`")?;
                break;
            }
        }
        self.skip_blanks();
        if self.at != self.header.len() {
            return Err(self.fault("something after the `}`"));
        }
        match (dtype, is_fortran, shape) {
            (Some((element, order)), Some(is_fortran), Some(shape)) => {
                Ok(Header { element, order, is_fortran, shape })
            }
            _ => Err(self.fault("`descr`, `fortran_order` or `shape` is absent")),
        }
    }

    fn dtype(&mut self) -> Result<(ElementType, ByteOrder), Error> {
        let refused = |dtype: &str| Error::ElementType { file: self.file.into(), dtype: dtype.into() };
        if self.peek() == Some(b'[') {
            return Err(refused("structured"));
        }
        let dtype = self.text()?;
        let refused = || Error::ElementType { file: self.file.into(), dtype: crate::error::shown(&dtype) };
        let (order, code) = dtype.split_at_checked(1).ok_or_else(refused)?;
        if code.starts_with('O') {
            return Err(Error::ObjectArray { file: self.file.into() });
        }
        let element = match code {
            "b1" => ElementType::Bool,
            "u1" => ElementType::U8,
            "i1" => ElementType::I8,
            "u2" => ElementType::U16,
            "i2" => ElementType::I16,
            "u4" => ElementType::U32,
            "i4" => ElementType::I32,
            "u8" => ElementType::U64,
            "i8" => ElementType::I64,
            "f2" => ElementType::F16,
            "f4" => ElementType::F32,
            "f8" => ElementType::F64,
            _ => return Err(refused()),
        };
        match order {
            "<" => Ok((element, ByteOrder::Little)),
            ">" => Ok((element, ByteOrder::Big)),
            "|" if element.size() == 1 => Ok((element, ByteOrder::Little)),
            _ => Err(refused()),
        }
    }

    fn truth(&mut self) -> Result<bool, Error> {
        self.skip_blanks();
        for (word, truth) in [(&b"True"[..], true), (b"False", false)] {
            if self.header[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(truth);
            }
        }
        Err(self.fault("neither True nor False"))
    }

    /// `()`, `(3,)` or `(3, 4)`.
    fn shape(&mut self) -> Result<Vec<u64>, Error> {
        self.expect(b'(', "no `(`")?;
        let mut shape = Vec::new();
        while !self.accept(b')') {
            shape.push(self.whole_number()?);
            if !self.accept(b',') {
                self.expect(b')', "no `,` or `)`")?;
                break;
            }
        }
        Ok(shape)
    }

    fn whole_number(&mut self) -> Result<u64, Error> {
        self.skip_blanks();
        let rest = &self.header[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = String::from_utf8_lossy(&rest[..length]);
        let number = digits.parse().map_err(|_| self.fault("a dimension that is no whole number"))?;
        self.at += length;
        Ok(number)
    }

    /// A text in single or double quotes, without escapes.
    fn text(&mut self) -> Result<String, Error> {
        self.skip_blanks();
        let quote = self.peek().filter(|quote| matches!(quote, b'\'' | b'"'));
        let quote = quote.ok_or_else(|| self.fault("no quoted text"))?;
        let rest = &self.header[self.at + 1..];
        let end = rest.iter().position(|&byte| byte == quote || byte == b'\\' || !byte.is_ascii());
        let end = end.filter(|&end| rest[end] == quote).ok_or_else(|| self.fault("an unclosed text"))?;
        self.at += end + 2;
        Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
    }

    fn expect(&mut self, byte: u8, reason: &'static str) -> Result<(), Error> {
        if self.accept(byte) { Ok(()) } else { Err(self.fault(reason)) }
    }

    fn accept(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.header.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.header.get(self.at), Some(b' ' | b'\n')) {
            self.at += 1;
        }
    }

    fn fault(&self, reason: &'static str) -> Error {
        Error::NpyHeader { file: self.file.into(), reason, at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::Class;
    use proptest::prelude::*;

    fn npy(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn header(dtype: &str, is_fortran: &str, shape: &str) -> String {
        format!("{{'descr': '{dtype}', 'fortran_order': {is_fortran}, 'shape': {shape}, }}   \n")
    }

    #[test]
    fn arrays_are_read() {
        fn check(header: &str, data: &[u8], shape: &[usize], elements: Elements) {
            let expected = Array { file: "f".into(), shape: shape.to_vec(), elements };
            assert_eq!(decode(&npy(header, data), "f").unwrap(), expected, "{header}");
        }
        check(&header("|u1", "False", "(2, 2)"), &[1, 2, 3, 4], &[2, 2], Elements::U8(vec![1, 2, 3, 4]));
        // Fortran order: 1 2 / 3 4 / 5 6 is stored column by column.
        let fortran = header("|u1", "True", "(3, 2)");
        check(&fortran, &[1, 3, 5, 2, 4, 6], &[3, 2], Elements::U8(vec![1, 2, 3, 4, 5, 6]));
        check(&header(">i2", "False", "(1,)"), &[1, 2], &[1], Elements::F32(vec![258.0]));
        check(&header("<f8", "False", "()"), &1.5_f64.to_le_bytes(), &[], Elements::F64(vec![1.5]));
        check(&header("|b1", "False", "(0, 3)"), &[], &[0, 3], Elements::U8(vec![]));
        let reordered = "{\"shape\":(1,),\"descr\":\"|u1\",\"fortran_order\":False}";
        check(reordered, &[9], &[1], Elements::U8(vec![9]));
    }

    #[test]
    fn what_numpy_does_not_write_is_refused() {
        fn check(bytes: &[u8], expected: &str) {
            let refusal = decode(bytes, "f.npy").unwrap_err();
            assert_eq!(refusal.to_string(), expected);
            assert_eq!(refusal.class(), Class::Data);
        }
        let help = "f.npy; help: write it with numpy.save";
        check(b"", &format!("not a .npy file of version 1 to 3: it has 0 bytes, {help}"));
        check(
            b"12345678",
            &format!("not a .npy file of version 1 to 3: its first bytes are not \\x93NUMPY, {help}"),
        );
        check(b"\x93NUMPY\x09\0", &format!("not a .npy file of version 1 to 3: it says version 9, {help}"));
        check(
            b"\x93NUMPY\x02\0\xFF\xFF\xFF\xFF",
            &format!("not a .npy file of version 1 to 3: its header has 4294967295 bytes, {help}"),
        );
        check(
            &npy(&header("|O", "False", "(3,)"), &[]),
            "the array holds Python objects, and reading them would run code, f.npy; help: store plain numbers",
        );
        for (dtype, shown) in
            [("'<c8'", "<c8"), ("'<U5'", "<U5"), ("'|V0'", "|V0"), ("[('a', '<f4')]", "structured")]
        {
            check(
                &npy(&format!("{{'descr': {dtype}, 'fortran_order': False, 'shape': (3,)}}"), &[]),
                &format!(
                    "arrays of type `{shown}` are not read, f.npy; help: convert with .astype('float32')"
                ),
            );
        }
        check(
            &npy(&header("<f4", "False", "(1048576, 1048576)"), &[0; 16]),
            "the file is cut short: its header asks for 4398046511104 bytes of data, at most 16 are there, f.npy; help: fetch the file again",
        );
        check(
            &npy(&header("<f4", "False", "(4294967296, 4294967296)"), &[0; 16]),
            "the shape (4294967296, 4294967296) is more than any machine holds, f.npy; help: the header is damaged, fetch the file again",
        );
        check(
            &npy(&header("|u1", "False", "(2,)"), &[0; 3]),
            "bytes follow the 2 bytes that the header declares, f.npy; help: fetch the file again",
        );
        let fault = |reason: &str, at| {
            format!("the .npy header is not as numpy writes it: {reason} at byte {at}, {help}")
        };
        check(&npy("{'shape': (-1,)}", &[]), &fault("a dimension that is no whole number", 11));
        check(&npy("{'shape': (1,), 'shape': (1,)}", &[]), &fault("an unknown or repeated key", 24));
        check(&npy("{'shape': ((((", &[]), &fault("a dimension that is no whole number", 11));
        check(&npy("{'shape': (1,)}", &[]), &fault("`descr`, `fortran_order` or `shape` is absent", 15));
        check(&npy("__import__('os')", &[]), &fault("no `{`", 0));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = decode(&bytes, "f");
        }

        #[test]
        fn no_header_makes_it_panic(header in "[{}()'\":, descrfortn_oshapeTu0-9<|O\\[]{0,60}") {
            let _ = decode(&npy(&header, &[0; 8]), "f");
        }
    }
}
