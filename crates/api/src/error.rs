//! Errors in the service's words: a row of an operation's table each, and what is told of one.

use crate::by_edition::ByEdition;
use crate::edition::{ALL, Edition, Editions};
use domain::Refusal;
use std::borrow::Cow;

/// A parameter or a refusal in the service's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// HTTP status.
    pub status: u16,
    /// `Code`.
    pub code: Cow<'static, str>,
    /// `Message`.
    pub message: Cow<'static, str>,
}

impl Invalid {
    /// `Missing{Name}`. SOURCE: wire dossier 3.3.
    pub fn missing(name: &str) -> Self {
        let code = format!("Missing{name}").into();
        Self { status: 400, code, message: format!("{name} is mandatory for this action.").into() }
    }

    /// `Invalid{Name}`. SOURCE: wire dossier 3.3.
    #[allow(clippy::self_named_constructors, reason = "named for the code it makes")]
    pub fn invalid(name: &str) -> Self {
        let message = format!("Specified parameter {name} is not valid.").into();
        Self { status: 400, code: format!("Invalid{name}").into(), message }
    }

    /// The same with what it is about in the place that its message leaves for it.
    #[must_use]
    pub(crate) fn filled_with(self, text: &str) -> Self {
        if !self.message.contains("%s") {
            return self;
        }
        Self { message: self.message.replace("%s", text).into(), ..self }
    }
}

/// A row of an operation's error table: a code, once.
#[derive(Clone, Copy, Debug)]
pub struct ErrorRow {
    /// HTTP status.
    pub status: u16,
    /// `Code`.
    pub code: &'static str,
    /// `Message`.
    pub message: &'static str,
    /// Other messages that the documents print with the code.
    pub also: ByEdition<&'static [&'static str]>,
    /// The documents' description; "" where they have none.
    pub about: &'static str,
    /// In which editions it is told.
    pub told_in: Editions,
    /// In which editions it is documented.
    pub documented_in: Editions,
    /// The refusals it tells.
    pub refusals: ByEdition<&'static [Refusal]>,
    /// What it says of some of them, where one code has several messages.
    pub messages: ByEdition<&'static [(Refusal, &'static str)]>,
    /// The parameters whose absence it tells, where it is documented.
    pub missing: &'static [&'static str],
    /// The parameter whose text its message names, in the place of `%s`, where it tells a refusal.
    pub naming: &'static str,
    /// Why it cannot be met, if it cannot.
    pub unreached: Option<&'static str>,
    /// The setting without which it is not met, if there is one.
    pub setting: Option<&'static str>,
    /// What of it is a guess, and why; "" for nothing.
    pub assumed: &'static str,
}

/// A row told in every edition and documented in all of them.
pub const fn error(status: u16, code: &'static str, message: &'static str) -> ErrorRow {
    ErrorRow {
        status,
        code,
        message,
        also: ByEdition::NONE,
        about: "",
        told_in: ALL,
        documented_in: ALL,
        refusals: ByEdition::NONE,
        messages: ByEdition::NONE,
        missing: &[],
        naming: "",
        unreached: None,
        setting: None,
        assumed: "",
    }
}

impl ErrorRow {
    /// The documents' description.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// The documents of these editions print these messages with the code too.
    #[must_use]
    pub const fn or_in(mut self, editions: Editions, messages: &'static [&'static str]) -> Self {
        self.also = self.also.with(editions, messages);
        self
    }

    /// It tells these refusals.
    #[must_use]
    pub const fn on(self, refusals: &'static [Refusal]) -> Self {
        self.on_in(ALL, refusals)
    }

    /// It tells these refusals, each with a message of its own.
    #[must_use]
    pub const fn saying(self, messages: &'static [(Refusal, &'static str)]) -> Self {
        self.saying_in(ALL, messages)
    }

    /// The same in these editions alone.
    #[must_use]
    pub const fn saying_in(
        mut self,
        editions: Editions,
        messages: &'static [(Refusal, &'static str)],
    ) -> Self {
        self.messages = self.messages.with(editions, messages);
        self
    }

    /// Its message names what this parameter says. ASSUMED: of every `%s` that a page prints.
    #[must_use]
    pub const fn naming(mut self, parameter: &'static str) -> Self {
        self.naming = parameter;
        self
    }

    /// In these editions it tells these refusals, which another row tells in others.
    #[must_use]
    pub const fn on_in(mut self, editions: Editions, refusals: &'static [Refusal]) -> Self {
        self.refusals = self.refusals.with(editions, refusals);
        self
    }

    /// It is told and documented only in these editions.
    #[must_use]
    pub const fn in_editions(mut self, editions: Editions) -> Self {
        self.told_in = editions;
        self.documented_in = editions;
        self
    }

    /// It is documented only in these editions, though told in others too.
    #[must_use]
    pub const fn documented_in(mut self, editions: Editions) -> Self {
        self.documented_in = editions;
        self
    }

    /// It tells that one of these required parameters is missing, and only in the editions that
    /// document it: elsewhere that is `Missing{Name}`.
    #[must_use]
    pub const fn for_missing(mut self, names: &'static [&'static str]) -> Self {
        self.missing = names;
        self.told_in = self.documented_in;
        self
    }

    /// It stands in the documents and no call can meet it here, for this reason.
    #[must_use]
    pub const fn unreached(mut self, reason: &'static str) -> Self {
        self.unreached = Some(reason);
        self
    }

    /// It is met only where the operator has turned this setting on, which examples cannot.
    #[must_use]
    pub const fn with_setting(mut self, setting: &'static str) -> Self {
        self.setting = Some(setting);
        self
    }

    /// What of it is a guess, and why.
    #[must_use]
    pub const fn assumed(mut self, assumed: &'static str) -> Self {
        self.assumed = assumed;
        self
    }

    /// Whether it tells a refusal in an edition.
    pub fn tells(&self, refusal: Refusal, edition: Edition) -> bool {
        let its = |(editions, refusals): (Editions, &[Refusal])| {
            editions.contains(edition) && refusals.contains(&refusal)
        };
        self.told_in.contains(edition) && self.refusals.iter().any(its)
    }

    /// The same error: a status and a code.
    pub fn is(&self, other: &Self) -> bool {
        (self.status, self.code) == (other.status, other.code)
    }

    /// As it tells a refusal in an edition.
    pub fn telling(&self, refusal: Refusal, edition: Edition) -> Invalid {
        let messages = self.messages.get(edition).unwrap_or_default();
        let own = messages.iter().find(|(its, _)| *its == refusal);
        let message = own.map_or(self.message, |(_, message)| message);
        Invalid { message: Cow::Borrowed(message), ..self.invalid() }
    }

    /// As it tells that a parameter is missing: by its name where its message has a name.
    pub(crate) fn telling_missing(&self, name: &str) -> Invalid {
        let quoted = |name: &str| format!("'{name}'");
        let first = self.missing.first().copied().unwrap_or_default();
        let message = self.message.replace(&quoted(first), &quoted(name));
        Invalid { message: message.into(), ..self.invalid() }
    }

    /// As it is told.
    pub const fn invalid(&self) -> Invalid {
        let (code, message) = (Cow::Borrowed(self.code), Cow::Borrowed(self.message));
        Invalid { status: self.status, code, message }
    }
}

/// A token that was used for another call.
/// SOURCE: idempotency cases, Alibaba's code family (named for VPC).
pub static TOKEN_REUSED: ErrorRow =
    error(400, "IdempotentParameterMismatch", "The request is retried with updated parameters.")
        .on(&[Refusal::TokenReused]);

/// What is told of a call over plain HTTP that only TLS may carry.
/// SOURCE: wire dossier 3.3 (the whole service has it).
pub static NEED_SSL: ErrorRow =
    error(400, "InvalidProtocol.NeedSsl", "Your request is denied as lack of ssl protect.")
        .documented_in(Editions::NONE)
        .with_setting("tls");

static NO_ACCOUNT: ErrorRow =
    error(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        .on(&[Refusal::NoSuchAccount])
        .assumed("a key whose account is gone speaks for nobody");

/// Rows that any operation may tell after its own.
pub(crate) static COMMON_ERRORS: [&ErrorRow; 2] = [&TOKEN_REUSED, &NO_ACCOUNT];

/// A circuit that nobody knows, as most operations on one tell it.
/// SOURCE: seeds 000, 001; dossier, annex A.
pub const NO_CIRCUIT: ErrorRow = error(
    404,
    "InvalidPhysicalConnectionId.NotFound",
    "The PhysicalConnectionId provided does not exist in our records.",
);

/// The region of a call that nobody knows. Told in every edition; an operation whose page has it
/// lists it.
/// SOURCE: seeds 000, 001; CONTRACT: in every edition, at the gateway.
pub static BAD_REGION: ErrorRow =
    error(404, "InvalidRegionId.NotFound", "The RegionId provided does not exist in our records.")
        .documented_in(Editions::NONE);
