//! The one parameter set of query and body, and its order of names.

use serde_json::Value;

use super::{Raw, Text};
use crate::Limits;
use crate::percent::{self, ESCAPE, Piece, RESERVED};
use crate::reject::Reject;

/// One parameter, decoded.
pub(crate) struct Parameter<'a> {
    pub name: Text<'a>,
    pub value: Text<'a>,
    /// The name needs no encoding when it is signed.
    pub name_plain: bool,
    /// The value needs no encoding when it is signed.
    pub value_plain: bool,
    /// It stood in the query, which is all that the ACS schemes sign by name.
    pub in_query: bool,
}

/// Parameters that the gateway itself reads. They are found while parsing, so that reading one
/// later costs an index and not a search.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Action,
    Version,
    Format,
    AccessKeyId,
    Signature,
    SignatureMethod,
    SignatureVersion,
    SignatureNonce,
    SignatureType,
    SecurityToken,
    BearerToken,
    Timestamp,
}

const FIELDS_LEN: usize = 12;
const ABSENT: u32 = u32::MAX;

impl Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Action" => Self::Action,
            "Version" => Self::Version,
            "Format" => Self::Format,
            "AccessKeyId" => Self::AccessKeyId,
            "Signature" => Self::Signature,
            "SignatureMethod" => Self::SignatureMethod,
            "SignatureVersion" => Self::SignatureVersion,
            "SignatureNonce" => Self::SignatureNonce,
            "SignatureType" => Self::SignatureType,
            "SecurityToken" => Self::SecurityToken,
            "BearerToken" => Self::BearerToken,
            "Timestamp" => Self::Timestamp,
            _ => return None,
        })
    }
}

/// All parameters in the order received, and their order by name.
pub(crate) struct Parameters<'a> {
    received: Vec<Parameter<'a>>,
    /// Indexes into `received`, sorted by name. The number beside each is the first eight bytes
    /// of the name, which settles almost every comparison without touching the text.
    sorted: Vec<(u64, u32)>,
    known: [u32; FIELDS_LEN],
}

impl<'a> Parameters<'a> {
    /// Reads the query, then a form or JSON body.
    pub fn read(raw: &Raw<'a>, limits: &Limits) -> Result<Self, Reject> {
        let mut all = Self {
            received: Vec::with_capacity(32.min(limits.parameters_max)),
            sorted: Vec::new(),
            known: [ABSENT; FIELDS_LEN],
        };
        for piece in percent::pieces(raw.query) {
            all.push_piece(piece, true, limits)?;
        }
        if let Some(form) = super::form_of(raw) {
            let form = std::str::from_utf8(form).map_err(|_| Reject::parameter_format())?;
            for piece in percent::pieces(form) {
                all.push_piece(piece, false, limits)?;
            }
        } else if let Some(json) = super::json_of(raw) {
            all.push_json(json, limits)?;
        }
        all.sort()?;
        Ok(all)
    }

    /// Those of a call that is asked about: whoever asks has kept the limits. None of them says
    /// anything to the gateway.
    pub fn of(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, Reject> {
        let (received, sorted) = (Vec::new(), Vec::new());
        let mut all = Self { received, sorted, known: [ABSENT; FIELDS_LEN] };
        for (name, value) in pairs {
            all.received.push(Parameter {
                name: name.into(),
                value: value.into(),
                name_plain: false,
                value_plain: false,
                in_query: false,
            });
        }
        all.sort()?;
        Ok(all)
    }

    #[inline]
    fn push_piece(
        &mut self,
        piece: Piece<'a>,
        in_query: bool,
        limits: &Limits,
    ) -> Result<(), Reject> {
        let parameter = Parameter {
            name: decoded(piece.name, piece.name_class)?,
            value: decoded(piece.value, piece.value_class)?,
            name_plain: piece.name_class & RESERVED == 0,
            value_plain: piece.value_class & RESERVED == 0,
            in_query,
        };
        if let Some(field) = Field::named(&parameter.name)
            && self.known[field as usize] == ABSENT
        {
            self.known[field as usize] = self.next_index();
        }
        self.push(parameter, limits)
    }

    fn next_index(&self) -> u32 {
        u32::try_from(self.received.len()).expect("a request is shorter than 4 GiB")
    }

    #[inline]
    fn push(&mut self, parameter: Parameter<'a>, limits: &Limits) -> Result<(), Reject> {
        // A name becomes part of an error code, so neither none nor one that long can be quoted.
        let names_something = (1..=NAME_BYTES_MAX).contains(&parameter.name.len());
        if self.received.len() >= limits.parameters_max || !names_something {
            return Err(Reject::parameter_format());
        }
        if parameter.value.len() > limits.parameter_bytes_max {
            return Err(Reject::invalid(&parameter.name));
        }
        self.received.push(parameter);
        Ok(())
    }

    /// ASSUMED: a member given twice in one JSON object counts as its last value, as most JSON
    /// readers have it.
    fn push_json(&mut self, json: &[u8], limits: &Limits) -> Result<(), Reject> {
        let Ok(Value::Object(members)) = serde_json::from_slice(json) else {
            return Err(Reject::parameter_format());
        };
        for (name, value) in members {
            self.flatten(name, value, limits)?;
        }
        Ok(())
    }

    /// `Name`, `Name.1`, `Name.Key`: lists count from 1, as they do in a query.
    ///
    /// SOURCE: wire dossier 2 (lists). ASSUMED: that JSON bodies mean the same.
    fn flatten(&mut self, name: String, value: Value, limits: &Limits) -> Result<(), Reject> {
        if name.len() > NAME_BYTES_MAX {
            return Err(Reject::parameter_format());
        }
        let text = match value {
            Value::Null => return Ok(()),
            Value::Array(items) => {
                for (position, item) in (1..).zip(items) {
                    self.flatten(format!("{name}.{position}"), item, limits)?;
                }
                return Ok(());
            }
            Value::Object(members) => {
                for (key, member) in members {
                    self.flatten(format!("{name}.{key}"), member, limits)?;
                }
                return Ok(());
            }
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
        };
        let parameter = Parameter {
            // Nobody asks: the schemes that send JSON sign the whole body.
            name_plain: false,
            value_plain: false,
            name: name.into(),
            value: text.into(),
            in_query: false,
        };
        self.push(parameter, limits)
    }

    /// Orders by name and refuses names with two values.
    ///
    /// SOURCE: wire dossier 1.1 leaves repeated names undefined. ASSUMED: equal values are one
    /// parameter, others are refused, so that nobody can sign one value and be served another.
    fn sort(&mut self) -> Result<(), Reject> {
        let received = &self.received;
        let name_at = |index: u32| received[index as usize].name.as_bytes();
        self.sorted.extend((0..).zip(received).map(|(i, p)| (prefix(p.name.as_bytes()), i)));
        self.sorted.sort_unstable_by(|left, right| {
            // Equal names stay in the order received, so that the query's one is kept.
            (left.0.cmp(&right.0))
                .then_with(|| name_at(left.1).cmp(name_at(right.1)))
                .then(left.1.cmp(&right.1))
        });
        let repeats = |pair: &[(u64, u32)]| {
            pair[0].0 == pair[1].0 && name_at(pair[0].1) == name_at(pair[1].1)
        };
        if self.sorted.windows(2).any(repeats) {
            return self.drop_repeats();
        }
        Ok(())
    }

    fn drop_repeats(&mut self) -> Result<(), Reject> {
        let received = &self.received;
        let mut conflict = None;
        self.sorted.dedup_by(|later, kept| {
            let (later, kept) = (&received[later.1 as usize], &received[kept.1 as usize]);
            let repeats = later.name == kept.name;
            if repeats && later.value != kept.value {
                conflict.get_or_insert_with(|| Reject::invalid(&kept.name));
            }
            repeats
        });
        conflict.map_or(Ok(()), Err)
    }

    /// A field of the gateway's own; an empty one counts as absent.
    pub fn known(&self, field: Field) -> Option<&str> {
        let parameter = self.received.get(self.known[field as usize] as usize)?;
        (!parameter.value.is_empty()).then_some(&*parameter.value)
    }

    /// Whether the field was sent at all, empty or not.
    pub fn has(&self, field: Field) -> bool {
        self.known[field as usize] != ABSENT
    }

    /// The value under this very name, else under one that differs in ASCII case only.
    pub fn find(&self, name: &str) -> Option<&str> {
        let mut other_case = None;
        for parameter in self.received.iter().filter(|known| known.name.len() == name.len()) {
            if parameter.name == name {
                return Some(&parameter.value);
            }
            if other_case.is_none() && parameter.name.eq_ignore_ascii_case(name) {
                other_case = Some(&*parameter.value);
            }
        }
        other_case
    }

    /// In the order received, each name once.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter<'a>> {
        let repeats = self.sorted.len() != self.received.len();
        self.received.iter().enumerate().filter_map(move |(index, parameter)| {
            // Only the index decides: a dropped repeat has the same name and value as the kept.
            let kept = !repeats || self.sorted.iter().any(|&(_, sorted)| sorted as usize == index);
            kept.then_some(parameter)
        })
    }

    /// In byte order of the decoded names, each name once.
    pub fn by_name(&self) -> impl Iterator<Item = &Parameter<'a>> {
        self.sorted.iter().map(|&(_, index)| &self.received[index as usize])
    }
}

/// Longest name of a parameter, in bytes.
///
/// ASSUMED: no source states a limit; the longest real name has under 60 bytes.
const NAME_BYTES_MAX: usize = 256;

fn decoded(text: &str, class: u8) -> Result<Text<'_>, Reject> {
    if class & ESCAPE == 0 {
        return Ok(Text::Borrowed(text));
    }
    percent::decode(text).ok_or_else(Reject::parameter_format)
}

/// The first eight bytes as a number that sorts as they do.
fn prefix(name: &[u8]) -> u64 {
    if let Some(first) = name.first_chunk::<8>() {
        return u64::from_be_bytes(*first);
    }
    let mut padded = [0; 8];
    padded[..name.len()].copy_from_slice(name);
    u64::from_be_bytes(padded)
}
