//! The reference's patterns of texts: regular expressions of one shape, which this reads and
//! nothing more: `^(?!https?://)[first characters][further characters]*$`.

use std::iter::Peekable;
use std::ops::RangeInclusive;
use std::str::Chars;

/// A text that is no web address, by its first character and by those after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    first: Class,
    further: Class,
}

/// Characters, as ranges of them.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Class(Vec<RangeInclusive<char>>);

impl Pattern {
    /// Reads one; `None` for one of another shape.
    pub fn read(text: &str) -> Option<Self> {
        let classes = text.strip_prefix("^(?!https?://)[")?.strip_suffix("]*$")?;
        let (first, further) = classes.split_once("][")?;
        Some(Self { first: Class::read(first)?, further: Class::read(further)? })
    }

    /// The same with one character more after the first.
    #[must_use]
    pub fn and(mut self, character: char) -> Self {
        self.further.0.push(character..=character);
        self
    }

    /// Whether a text is one. ASSUMED: a web address is one in any case of letters.
    pub fn fits(&self, text: &str) -> bool {
        let low = text.to_ascii_lowercase();
        let mut characters = text.chars();
        !low.starts_with("http://")
            && !low.starts_with("https://")
            && characters.next().is_some_and(|c| self.first.holds(c))
            && characters.all(|c| self.further.holds(c))
    }
}

impl Class {
    fn read(text: &str) -> Option<Self> {
        if text == r"\s\S" {
            return Some(Self(vec!['\0'..=char::MAX]));
        }
        let mut rest = text.chars().peekable();
        let mut ranges = Vec::new();
        while rest.peek().is_some() {
            let low = character(&mut rest)?;
            // A hyphen at the end stands for itself.
            let is_range = rest.peek() == Some(&'-') && rest.clone().nth(1).is_some();
            if is_range {
                rest.next();
            }
            ranges.push(low..=if is_range { character(&mut rest)? } else { low });
        }
        Some(Self(ranges))
    }

    fn holds(&self, c: char) -> bool {
        self.0.iter().any(|range| range.contains(&c))
    }
}

/// The next character, which may be written `\u4e00`.
fn character(rest: &mut Peekable<Chars>) -> Option<char> {
    match rest.next()? {
        '\\' if rest.next() == Some('u') => {
            let digits: String = rest.by_ref().take(4).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
        }
        '\\' => None,
        plain => Some(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_what_is_none() {
        let pattern = r"^(?!https?://)[A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff._-]*$";
        let pattern = Pattern::read(pattern).expect("a pattern");
        for text in ["a", "Zz-9_.", "专线-1", "http", "鿿"] {
            assert!(pattern.fits(text), "{text}");
        }
        for text in ["", "1a", "-a", "a b", "é", "aé", "a@", "http://a", "HTTPS://a"] {
            assert!(!pattern.fits(text), "{text}");
        }
        assert!(pattern.and(' ').fits("a b"));
        let any = Pattern::read(r"^(?!https?://)[a-c][\s\S]*$").expect("a pattern");
        assert!(any.fits("b:\n é") && !any.fits("d"));
    }

    #[test]
    fn other_shapes_are_not_guessed_at() {
        for text in ["", "^pc-[a-z0-9]+$", "^[a-z][a-z]*$", r"^(?!https?://)[a][\d]*$"] {
            assert_eq!(Pattern::read(text), None, "{text}");
        }
    }
}
