//! The forms of texts, as data: how long they are, what they begin with and what they hold.

/// What characters a text may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Characters {
    /// Letters of ASCII and Chinese characters.
    Letters,
    /// These and digits.
    Words,
    /// Of ASCII.
    Ascii,
    /// Whatever is no control character.
    Printable,
    /// Whatever is no control character, line breaks and tabs: all that XML can say.
    Sayable,
}

impl Characters {
    fn hold(self, c: char) -> bool {
        match self {
            Self::Letters => c.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&c),
            Self::Words => Self::Letters.hold(c) || c.is_ascii_digit(),
            Self::Ascii => c.is_ascii(),
            Self::Printable => !c.is_control(),
            Self::Sayable => !c.is_control() || matches!(c, '\t' | '\n' | '\r'),
        }
    }

    /// As documentation says it.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Letters => "letters and Chinese characters",
            Self::Words => "letters, Chinese characters and digits",
            Self::Ascii => "ASCII characters",
            Self::Printable => "no control characters",
            Self::Sayable => "no control characters but line breaks and tabs",
        }
    }

    /// One that they do not hold.
    const fn stranger(self) -> char {
        match self {
            Self::Letters | Self::Words => '!',
            Self::Ascii => '\u{4e13}',
            Self::Printable | Self::Sayable => '\u{7}',
        }
    }
}

/// The form of a text.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The fewest and the most characters.
    pub length: (usize, usize),
    /// What it holds.
    pub holds: Characters,
    /// What it may hold besides.
    pub marks: &'static str,
    /// What it begins with, if that is less.
    pub begins: Option<Characters>,
    /// Whether it may begin like a web address.
    pub may_be_address: bool,
}

impl Form {
    /// A text of so many of these characters.
    pub const fn of(holds: Characters, length: (usize, usize)) -> Self {
        Self { length, holds, marks: "", begins: None, may_be_address: true }
    }

    /// It may hold these characters besides.
    #[must_use]
    pub const fn or(mut self, marks: &'static str) -> Self {
        self.marks = marks;
        self
    }

    /// It begins with one of these.
    #[must_use]
    pub const fn begins(mut self, begins: Characters) -> Self {
        self.begins = Some(begins);
        self
    }

    /// It does not begin like a web address.
    #[must_use]
    pub const fn no_address(mut self) -> Self {
        self.may_be_address = false;
        self
    }

    /// Whether a text has it.
    pub fn fits(&self, text: &str) -> bool {
        let (fewest, most) = self.length;
        let starts = |scheme: &str| {
            text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        };
        let first = |begins: Characters| text.chars().next().is_none_or(|c| begins.hold(c));
        (fewest..=most).contains(&text.chars().count())
            && text.chars().all(|c| self.holds.hold(c) || self.marks.contains(c))
            && self.begins.is_none_or(first)
            && (self.may_be_address || !(starts("http://") || starts("https://")))
    }

    /// Texts that do not have it, each with what is wrong.
    pub fn misfits(&self) -> Vec<(&'static str, String)> {
        // Every form allows this letter.
        let (fewest, most) = self.length;
        let letters = |count| "a".repeat(count);
        let mut texts = vec![("too long", letters(most + 1))];
        if fewest > 1 {
            texts.push(("too short", letters(fewest - 1)));
        }
        let stranger = letters(fewest.max(1)) + &String::from(self.holds.stranger());
        texts.push(("with a character that it may not hold", stranger));
        if self.begins.is_some() {
            texts.push(("that begins with a digit", "1".to_owned() + &letters(fewest.max(1))));
        }
        if !self.may_be_address {
            texts.push(("that is a web address", "https://example.com".to_owned()));
        }
        texts
    }
}

/// A circuit's name as an application gives it.
/// SOURCE: dossier, annex A.
pub static NAME: Form =
    Form::of(Characters::Words, (2, 128)).or("_-").begins(Characters::Letters).no_address();

/// The same where it may have dots: before 2020. SOURCE: EDITIONS, T003.
pub static NAME_WITH_DOTS: Form =
    Form::of(Characters::Words, (2, 128)).or("._-").begins(Characters::Letters).no_address();

/// A circuit's name as a change gives it: dots too, and the page's own example has blanks.
/// SOURCE: dossier, annex A.
pub static CHANGED_NAME: Form =
    Form::of(Characters::Words, (2, 128)).or("._- ").begins(Characters::Letters).no_address();

/// A circuit's description. SOURCE: dossier, annex A. ASSUMED: no control characters but breaks of
/// lines and tabs, as an answer in XML could not say them.
pub static DESCRIPTION: Form =
    Form::of(Characters::Sayable, (2, 256)).begins(Characters::Letters).no_address();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_descriptions_begin_with_a_letter_and_are_no_addresses() {
        let longest = format!("专{}", "线".repeat(127));
        for text in ["ab", "专线-1_a", &*longest, "tf-testacc12345_Update"] {
            assert!(NAME.fits(text), "{text}");
        }
        for text in ["", "a", "1st", "_a", "a.b", "a b", "é-1", &*format!("{longest}1")] {
            assert!(!NAME.fits(text), "{text}");
        }
        assert!(CHANGED_NAME.fits("a.b c"));
        assert!(DESCRIPTION.fits("made by terraform.\nsince 2026"));
        for text in ["x", "HTTP://a", "https://a", "2 lines", "bell\u{7}", &*"a".repeat(257)] {
            assert!(!DESCRIPTION.fits(text), "{text}");
        }
    }

    #[test]
    fn no_misfit_fits() {
        let token = Form::of(Characters::Ascii, (0, 64));
        let place = Form::of(Characters::Printable, (0, 256));
        for form in [&NAME, &CHANGED_NAME, &DESCRIPTION, &token, &place] {
            for (why, text) in form.misfits() {
                assert!(!form.fits(&text), "{why}: {text:?} in {form:?}");
            }
        }
    }
}
