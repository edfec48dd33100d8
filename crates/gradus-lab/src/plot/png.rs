//! A PNG of pixels, to stand inside an SVG (ISO/IEC 15948: signature, IHDR, IDAT, IEND), as a data URI.

use super::palette::Colour;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// `pixels`, row after row from the top, `width` in a row.
///
/// # Panics
/// If the pixels do not fill their last row.
pub(super) fn data_uri(width: usize, pixels: &[Colour]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png(width, pixels)))
}

fn png(width: usize, pixels: &[Colour]) -> Vec<u8> {
    assert!(width > 0 && pixels.len().is_multiple_of(width), "rows of one width");
    let height = pixels.len() / width;
    let mut header = Vec::new();
    header.extend((width as u32).to_be_bytes());
    header.extend((height as u32).to_be_bytes());
    // 8 bits each of red, green and blue; no interlacing.
    header.extend([8, 2, 0, 0, 0]);
    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &compressed(width, pixels));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// Each row begins with the number of its filter, 0 for none.
fn compressed(width: usize, pixels: &[Colour]) -> Vec<u8> {
    let mut rows = Vec::with_capacity(pixels.len() * 3 + pixels.len() / width);
    for row in pixels.chunks(width) {
        rows.push(0);
        rows.extend(row.iter().flatten());
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&rows).and_then(|()| encoder.finish()).expect("memory takes all that is written to it")
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    file.extend(kind);
    file.extend(data);
    file.extend(crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_chunks() {
        let file = png(2, &[[1, 2, 3]; 4]);
        assert!(
            file.starts_with(&SIGNATURE)
                && file[12..16] == *b"IHDR"
                && file[16..24] == [0, 0, 0, 2, 0, 0, 0, 2]
        );
        // The last twelve bytes of every PNG.
        assert!(file.ends_with(&[0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82]));
    }
}
