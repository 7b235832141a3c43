//! Cutting bytes into the parts of a case. Whatever the bytes, there is a case: what is missing is
//! zero or empty.

/// What is left of an input.
pub struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    /// All of it.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.rest.split_first().unwrap_or((&0, &[]));
        self.rest = rest;
        *first
    }

    /// Whether one byte is odd.
    pub fn flag(&mut self) -> bool {
        !self.byte().is_multiple_of(2)
    }

    /// Up to a zero byte, or to the end.
    pub fn piece(&mut self) -> &'a [u8] {
        let length = self.rest.iter().position(|byte| *byte == 0).unwrap_or(self.rest.len());
        let (piece, rest) = self.rest.split_at(length);
        self.rest = rest.get(1..).unwrap_or_default();
        piece
    }

    /// A piece as text; what is no UTF-8 in it is replaced.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.piece()).into_owned()
    }

    /// All that is left.
    pub fn rest(self) -> &'a [u8] {
        self.rest
    }
}

/// The bytes of a case, for seeds.
#[derive(Default)]
pub struct Seed(Vec<u8>);

impl Seed {
    /// Adds a byte.
    pub fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    /// Adds a text and its end.
    pub fn text(mut self, text: &str) -> Self {
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
        self
    }

    /// Adds the last part.
    pub fn rest(mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.extend_from_slice(bytes);
        self.0
    }
}
