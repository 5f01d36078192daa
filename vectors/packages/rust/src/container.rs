//! Reads the container of the vectors, as CONTAINER.md describes it.

use base64::{engine::general_purpose::STANDARD, Engine};
use std::collections::BTreeMap;

const DAMAGED: &str = "vectors.pack is damaged";

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<usize, &'static str> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(DAMAGED)?;
            self.0 = rest;
            value |= usize::from(byte & 127) << shift;
            if *byte < 128 {
                return Ok(value);
            }
        }
        Err(DAMAGED)
    }

    fn bytes(&mut self) -> Result<&'a [u8], &'static str> {
        let size = self.number()?;
        let taken = self.0.get(..size).ok_or(DAMAGED)?;
        self.0 = &self.0[size..];
        Ok(taken)
    }
}

/// Undoes the copies.
fn expand(data: &[u8]) -> Result<Vec<u8>, &'static str> {
    let (mut reader, mut out) = (Reader(data), Vec::new());
    loop {
        out.extend_from_slice(reader.bytes()?);
        if reader.0.is_empty() {
            return Ok(out);
        }
        let (length, distance) = (reader.number()?, reader.number()?);
        let begin = out.len().checked_sub(distance).ok_or(DAMAGED)?;
        if length > distance {
            return Err(DAMAGED);
        }
        out.extend_from_within(begin..begin + length);
    }
}

/// The files by name.
pub fn decode(container: &[u8]) -> Result<BTreeMap<String, String>, &'static str> {
    let data = miniz_oxide::inflate::decompress_to_vec_zlib(container).map_err(|_| DAMAGED)?;
    let stream = expand(&data)?;
    let mut reader = Reader(&stream);
    let mut text = String::new();
    for (n, part) in std::str::from_utf8(reader.bytes()?).map_err(|_| DAMAGED)?.split('\0').enumerate() {
        if n > 0 {
            STANDARD.encode_string(reader.bytes()?, &mut text);
        }
        text.push_str(part);
    }
    let mut parts = text.split('\u{1}').map(str::to_owned);
    let mut files = BTreeMap::new();
    while let (Some(name), Some(content)) = (parts.next(), parts.next()) {
        files.insert(name, content);
    }
    Ok(files)
}
