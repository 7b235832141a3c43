//! Percent-encoding: one table says what each byte is, and parsing and signing both read it.
//!
//! It does not know which text is a name or a value, nor what either means.

use std::borrow::Cow;

/// The byte may stand unencoded (RFC 3986 unreserved).
const UNRESERVED: u8 = 0;
/// The byte must be encoded before signing; this bit is set in every class but `UNRESERVED`.
pub const RESERVED: u8 = 1;
/// The byte begins or is an escape, so the text has to be decoded.
pub const ESCAPE: u8 = 2;
/// The byte ends a name.
pub const EQUALS: u8 = 4;
/// The byte ends a pair.
pub const AMPERSAND: u8 = 8;

/// Class of each byte in an undecoded query.
pub static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [RESERVED; 256];
    let unreserved = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    let mut index = 0;
    while index < unreserved.len() {
        table[unreserved[index] as usize] = UNRESERVED;
        index += 1;
    }
    table[b'%' as usize] = RESERVED | ESCAPE;
    table[b'+' as usize] = RESERVED | ESCAPE;
    table[b'=' as usize] = RESERVED | EQUALS;
    table[b'&' as usize] = RESERVED | AMPERSAND;
    table
}

const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";
const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";

/// `%XX` of each byte, upper-case hex.
static ONCE: [[u8; 3]; 256] = once();
/// `%25XX` of each byte: the escape, escaped again.
static TWICE: [[u8; 5]; 256] = twice();

const fn once() -> [[u8; 3]; 256] {
    let mut table = [[0; 3]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [b'%', HEX_UPPER[byte >> 4], HEX_UPPER[byte & 15]];
        byte += 1;
    }
    table
}

const fn twice() -> [[u8; 5]; 256] {
    let mut table = [[0; 5]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [b'%', b'2', b'5', HEX_UPPER[byte >> 4], HEX_UPPER[byte & 15]];
        byte += 1;
    }
    table
}

/// Appends `enc(text)` of wire dossier 1.1.
pub fn encode_once(text: &str, out: &mut Vec<u8>) {
    encode_with(text, &ONCE, out);
}

/// Appends `enc(enc(text))` in one pass, the form in which the RPC string to sign holds it.
pub fn encode_twice(text: &str, out: &mut Vec<u8>) {
    encode_with(text, &TWICE, out);
}

fn encode_with<const WIDTH: usize>(text: &str, table: &[[u8; WIDTH]; 256], out: &mut Vec<u8>) {
    let reserved = |byte: &u8| CLASS[usize::from(*byte)] != UNRESERVED;
    let mut rest = text.as_bytes();
    while let Some(run_len) = rest.iter().position(reserved) {
        out.extend_from_slice(&rest[..run_len]);
        out.extend_from_slice(&table[usize::from(rest[run_len])]);
        rest = &rest[run_len + 1..];
    }
    out.extend_from_slice(rest);
}

/// Decodes `%XX` and `+` strictly; `None` when an escape is malformed or the result is not UTF-8.
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
    let bytes = text.as_bytes();
    let Some(first) = memchr::memchr2(b'%', b'+', bytes) else {
        return Some(Cow::Borrowed(text));
    };
    let mut decoded = Vec::with_capacity(bytes.len());
    decoded.extend_from_slice(&bytes[..first]);
    let mut rest = bytes[first..].iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'%' => {
                let high = hex_digit(*rest.next()?)?;
                let low = hex_digit(*rest.next()?)?;
                high << 4 | low
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Lower-case hex, as hashes are written.
pub fn hex_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(HEX_LOWER[usize::from(byte >> 4)]));
        text.push(char::from(HEX_LOWER[usize::from(byte & 15)]));
    }
    text
}

/// The bytes of a hex text of either case; `None` when it is not one.
pub fn hex_decode(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| Some(hex_digit(pair[0])? << 4 | hex_digit(pair[1])?)).collect()
}

/// One undecoded `name=value`, with the classes of the bytes in each half or-ed together.
#[derive(Clone, Copy)]
pub struct Piece<'a> {
    pub name: &'a str,
    pub name_class: u8,
    pub value: &'a str,
    pub value_class: u8,
}

/// The pairs of a query or form, empty pieces (`a=1&&b=2`) left out.
pub fn pieces(text: &str) -> Pieces<'_> {
    Pieces { rest: text }
}

pub struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while !self.rest.is_empty() {
            let (name_len, name_class) = scan(self.rest.as_bytes(), EQUALS | AMPERSAND);
            let (name, after) = self.rest.split_at(name_len);
            let Some(after) = after.strip_prefix('=') else {
                self.rest = after.get(1..).unwrap_or_default();
                if name.is_empty() {
                    continue;
                }
                return Some(Piece { name, name_class, value: "", value_class: UNRESERVED });
            };
            let (value_len, value_class) = scan(after.as_bytes(), AMPERSAND);
            let (value, next) = after.split_at(value_len);
            self.rest = next.get(1..).unwrap_or_default();
            return Some(Piece { name, name_class, value, value_class });
        }
        None
    }
}

/// Length up to the first byte of a class in `stop`, and the classes passed.
#[inline]
fn scan(bytes: &[u8], stop: u8) -> (usize, u8) {
    let class = |byte: u8| CLASS[usize::from(byte)];
    let mut seen = UNRESERVED;
    let mut passed = 0;
    // Four bytes a step halve the time; the remainder is looked at byte by byte.
    while let Some(four) = bytes[passed..].first_chunk::<4>() {
        let classes = class(four[0]) | class(four[1]) | class(four[2]) | class(four[3]);
        if classes & stop != 0 {
            break;
        }
        seen |= classes;
        passed += 4;
    }
    for &byte in &bytes[passed..] {
        let class = class(byte);
        if class & stop != 0 {
            break;
        }
        seen |= class;
        passed += 1;
    }
    (passed, seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once_of(text: &str) -> String {
        let mut out = Vec::new();
        encode_once(text, &mut out);
        String::from_utf8(out).expect("encoding yields ASCII")
    }

    fn twice_of(text: &str) -> String {
        let mut out = Vec::new();
        encode_twice(text, &mut out);
        String::from_utf8(out).expect("encoding yields ASCII")
    }

    #[test]
    fn only_unreserved_bytes_stay_as_they_are() {
        // SOURCE: wire dossier 1.1.
        assert_eq!(once_of(" *+~a-_.é"), "%20%2A%2B~a-_.%C3%A9");
        assert_eq!(twice_of("2016-02-23T12:46:24Z"), "2016-02-23T12%253A46%253A24Z");
        assert_eq!(twice_of("杭 *"), once_of(&once_of("杭 *")));
    }

    #[test]
    fn malformed_escapes_do_not_decode() {
        for text in ["%", "%4", "%zz", "%+1", "a%", "%C3", "%FF", "%ED%A0%80"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode("a+b%2Bc%c3%A9").as_deref(), Some("a b+cé"));
        assert!(matches!(decode("plain"), Some(Cow::Borrowed("plain"))));
    }

    #[test]
    fn a_piece_without_equals_has_the_empty_value() {
        let found: Vec<_> =
            pieces("&a&b=&=c&&d=e=f&").map(|piece| (piece.name, piece.value)).collect();
        assert_eq!(found, [("a", ""), ("b", ""), ("", "c"), ("d", "e=f")]);
        assert!(pieces("d=e=f").all(|piece| piece.value_class & RESERVED != 0));
        assert!(pieces("d=e").all(|piece| piece.value_class == UNRESERVED));
    }

    /// The bits that must be set for any byte of the text.
    fn plain_class(text: &str) -> u8 {
        let escape = if text.contains(['%', '+']) { ESCAPE } else { 0 };
        let equals = if text.contains('=') { EQUALS } else { 0 };
        if escape | equals == 0 { UNRESERVED } else { RESERVED | escape | equals }
    }

    #[test]
    fn every_short_text_falls_into_the_pieces_that_splitting_gives() {
        const ALPHABET: [char; 4] = ['a', '&', '=', '+'];
        const LENGTH: u32 = 7;
        for number in 0..4_usize.pow(LENGTH) {
            let text: String =
                (0..LENGTH).map(|place| ALPHABET[number / 4_usize.pow(place) % 4]).collect();
            let found: Vec<_> = pieces(&text)
                .map(|piece| (piece.name, piece.name_class, piece.value, piece.value_class))
                .collect();
            let plain: Vec<_> = (text.split('&').filter(|piece| !piece.is_empty()))
                .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
                .map(|(name, value)| (name, plain_class(name), value, plain_class(value)))
                .collect();
            assert_eq!(found, plain, "{text}");
        }
    }

    #[test]
    fn hex_reads_what_it_writes_in_either_case() {
        assert_eq!(hex_of(&[0, 0xAB, 0xFF]), "00abff");
        assert_eq!(hex_decode("00aBFf"), Some(vec![0, 0xAB, 0xFF]));
        assert_eq!(hex_decode("0"), None);
        assert_eq!(hex_decode("é"), None);
    }
}
