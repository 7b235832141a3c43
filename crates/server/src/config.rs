//! Every setting: its name, its manual, its default, and where its value came from.
//!
//! A flag wins over a variable, a variable over the file, the file over the default. The doc
//! comment of a field is its manual; `config show` and `config.default.toml` print it.
//!
//! Long because every setting stands in it with its manual.

use api::Edition;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use domain::offers::Offers;
use domain::{Carrier, Rules, Timestamp};
use std::path::PathBuf;
use tokio_rustls::rustls::pki_types::ServerName;

/// A type that a setting's text can be read as.
trait Setting: Sized {
    fn read(text: &str) -> Result<Self, String>;
}

/// One setting as declared.
pub struct Field {
    /// Its name in flags and files, words joined by hyphens.
    pub name: &'static str,
    /// Its manual.
    pub doc: &'static str,
    /// Its default.
    pub default: &'static str,
    /// Whether a flag without a value means `true`.
    pub is_switch: bool,
}

/// A setting's value and where it came from. Not for logs: a value may be a secret.
#[derive(Clone)]
pub struct Origin {
    /// The text.
    pub value: String,
    /// `default`, `flag`, the variable's or the file's name.
    pub source: String,
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:literal;)+) => {
        /// Every setting, read.
        #[derive(Clone, Debug)]
        pub struct Config { $($(#[doc = $doc])+ pub $field: $type),+ }

        /// Every setting as declared, in the order of the manual.
        pub static FIELDS: &[Field] = &[$(Field {
            name: stringify!($field),
            doc: concat!($($doc, "\n"),+),
            default: $default,
            is_switch: is_switch(stringify!($type)),
        }),+];

        impl Config {
            fn read(origins: &[Origin]) -> Result<Self, String> {
                let mut texts = origins.iter();
                Ok(Self { $($field: {
                    let origin = texts.next().expect("one origin a field");
                    <$type as Setting>::read(&origin.value).map_err(|why| {
                        format!("{} = {:?} ({}): {why}", flag_name(stringify!($field)),
                            origin.value, origin.source)
                    })?
                }),+ })
            }
        }
    };
}

const fn is_switch(name: &str) -> bool {
    matches!(name.as_bytes(), b"bool")
}

settings! {
    /// The address to listen on; port 0 takes any free one.
    listen: String = "127.0.0.1:8616";
    /// Where everything is kept: sqlite:FILE.
    store: StoreUrl = "sqlite:crossconnect.db";
    /// Fill an empty store with the sandbox, and turn on its keys, worlds, control API and
    /// virtual clock.
    sandbox: bool = "false";
    /// The edition of requests whose key and account name none.
    edition: Edition = "2025-09";
    /// Who plays the carrier: auto (default with --sandbox) or manual (default without).
    carrier: Option<Carrier> = "";
    /// Where the sandbox's virtual clock starts, for example 2026-11-22T08:00:00Z. Default: now.
    clock: Option<Timestamp> = "";
    /// What too little money for an order to be paid at once is told as: cancel (an OrderId) or
    /// error (400 PAY.INSUFFICIENT_BALANCE).
    insufficient_balance: InsufficientBalance = "cancel";
    /// Whether QueryAccountBalance tells 1,000 and more with thousands separators, as the service
    /// does: 1,828.72.
    balance_separators: bool = "true";
    /// How long after payment a circuit becomes Enabled, for example PT30S.
    enable_delay: Span = "PT0S";
    /// How long the automatic carrier takes over each step of a circuit, a router or a failover
    /// group, on the clock of its world.
    carrier_delay: Span = "PT0.25S";
    /// TLS, beside plain HTTP on the same port: off; self (a certificate of a CA of its own, both
    /// kept beside the store); or CERT,KEY (files in PEM). Read again on SIGHUP.
    tls: TlsMode = "off";
    /// Names that --tls self is called by beside localhost, 127.0.0.1, ::1 and the listen address:
    /// hosts and IP addresses, separated by commas.
    tls_name: TlsNames = "";
    /// The token that control calls must carry. Without it the control API is there only with
    /// --sandbox and on a loopback address.
    control_token: Option<Hidden> = "";
    /// The form of log lines on stderr: text, json or off.
    log: LogForm = "text";
    /// How far a request's time stamp may be from ours, either way.
    stamp_tolerance: Span = "PT15M";
    /// The longest body that is read, bytes.
    body_bytes_max: usize = "1048576";
    /// The longest value of one parameter, bytes. In a query it must fit the target of a request
    /// too, 65,534 bytes as encoded; a longer target is answered 414.
    parameter_bytes_max: usize = "32768";
    /// The most parameters in one request.
    parameters_max: usize = "512";
    /// How long a client may take to send a request's body.
    read_timeout: Span = "PT10S";
    /// How long a connection may take until the whole head of its next request is there.
    idle_timeout: Span = "PT60S";
    /// The most connections at a time; more wait to be accepted.
    connections_max: usize = "10000";
    /// How many writes may wait to be decided; more are answered 503 at once.
    queue_len_max: usize = "8192";
    /// How long a write may wait to be decided before it is answered 503 and dropped.
    queue_wait: Span = "PT10S";
    /// How many worlds there may be beside the default one.
    worlds_max: usize = "1000";
    /// How many recent requests are kept in memory for GET /control/v1/requests.
    requests_kept: usize = "1000";
    /// How many circuits of an account may wait to be enabled.
    waiting_circuits_max: u32 = "5";
    /// How many circuits of an account may stand at one access point, 0 for any number. Without
    /// it 2, and 0 with --sandbox.
    access_point_circuits_max: Option<u32> = "";
    /// What access points offer, where it is not everything: "ID=WORD,WORD; ID=WORD". A WORD is the
    /// status of one (recommended, hot, full or disabled), or what it lacks: no-ipv6, no-bypass (no
    /// circuit is enabled there without an order), or no- before a type of port: no-10GBase-LR.
    access_points: Offers = "";
    /// How many VBRs of one account may be on a circuit.
    routers_max: u32 = "5";
    /// How many shared circuits may be on a circuit.
    hosted_circuits_max: u32 = "50";
    /// How many further circuits a VBR may have.
    associations_max: u32 = "4";
    /// How long a VBR that is off keeps its VLAN from others.
    vlan_kept: Span = "P7D";
    /// Whether two VBRs of a failover group must detect failures (BFD) and be in one CEN, as in
    /// the cloud. There is no CEN here, so that there is then no group either.
    vbr_ha_strict: bool = "false";
    /// How long an unpaid order lives.
    unpaid_life: Span = "P7D";
    /// How long after the end of what is paid for a circuit is stopped.
    stop_after: Span = "P15D";
    /// How long a stopped circuit is kept until it is released.
    release_after: Span = "P7D";
    /// The same of a circuit that was ordered as it was done until 2023.
    release_after_until_2023: Span = "P15D";
    /// How long before its end a circuit that renews itself is first charged for.
    renewal_lead: Span = "P9D";
    /// How long a stopping server waits for what is in flight.
    stop_timeout: Span = "PT10S";
}

/// Where a store is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoreUrl {
    /// One SQLite file.
    Sqlite(PathBuf),
}

impl Setting for StoreUrl {
    fn read(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => {
                Err("PostgreSQL comes with a later release; use sqlite:FILE".into())
            }
            _ => Err("expected sqlite:FILE".into()),
        }
    }
}

/// A secret, which nothing prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(set)")
    }
}

impl Setting for Hidden {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(text.into()))
    }
}

/// What too little money is told as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InsufficientBalance {
    /// An order that is cancelled.
    Cancel,
    /// An error.
    Error,
}

impl Setting for InsufficientBalance {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "cancel" => Ok(Self::Cancel),
            "error" => Ok(Self::Error),
            _ => Err("expected cancel or error".into()),
        }
    }
}

/// The form of log lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogForm {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// None.
    Off,
}

impl Setting for LogForm {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "off" => Ok(Self::Off),
            _ => Err("expected text, json or off".into()),
        }
    }
}

/// Whose certificate TLS shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TlsMode {
    /// Nobody's: plain HTTP alone.
    Off,
    /// One made here, by a CA of our own.
    Own,
    /// The operator's.
    Given {
        /// The certificate, and behind it those that lead to its CA, in PEM.
        certificate: PathBuf,
        /// Its key, in PEM.
        key: PathBuf,
    },
}

impl Setting for TlsMode {
    fn read(text: &str) -> Result<Self, String> {
        match (text, text.split_once(',')) {
            ("off", _) => Ok(Self::Off),
            ("self", _) => Ok(Self::Own),
            (_, Some((certificate, key))) if !certificate.is_empty() && !key.is_empty() => {
                Ok(Self::Given { certificate: certificate.into(), key: key.into() })
            }
            _ => Err("expected off, self, or CERT,KEY (two files in PEM)".into()),
        }
    }
}

/// Names of a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlsNames(pub Vec<ServerName<'static>>);

impl Setting for TlsNames {
    fn read(text: &str) -> Result<Self, String> {
        let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
        let names: Result<_, _> = texts.map(|text| ServerName::try_from(text.to_owned())).collect();
        names.map(Self).map_err(|_| {
            "expected host names (without *) and IP addresses, separated by commas".into()
        })
    }
}

/// A length of time, ISO 8601 (`PT30S`, `P7D`), in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span(pub i64);

impl Span {
    /// For timers.
    pub fn duration(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0.unsigned_abs())
    }

    /// Whole seconds, as long as they fit in 32 bits: 136 years.
    fn seconds(self) -> u32 {
        u32::try_from(self.0 / 1000).unwrap_or(u32::MAX)
    }
}

impl Setting for Span {
    fn read(text: &str) -> Result<Self, String> {
        parse_span(text).filter(|ms| *ms >= 0).map(Self).ok_or_else(|| {
            "expected a length of time such as PT30S, PT15M or P7D (days have 24 hours)".into()
        })
    }
}

/// Milliseconds of an ISO 8601 length; days have 24 hours, months and years no fixed length.
pub fn parse_span(text: &str) -> Option<i64> {
    let span: jiff::Span = text.parse().ok()?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return None;
    }
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    let hours = days.checked_mul(24)?.checked_add(i64::from(span.get_hours()))?;
    let minutes = hours.checked_mul(60)?.checked_add(span.get_minutes())?;
    let seconds = minutes.checked_mul(60)?.checked_add(span.get_seconds())?;
    seconds.checked_mul(1000)?.checked_add(span.get_milliseconds())
}

impl Setting for String {
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.into())
    }
}

impl Setting for bool {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "expected true or false".into())
    }
}

impl Setting for usize {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "expected a whole number".into())
    }
}

impl Setting for u32 {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "expected a whole number".into())
    }
}

impl Setting for Edition {
    fn read(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        Self::find(text).ok_or_else(|| format!("expected one of {}", names()))
    }
}

impl Setting for Carrier {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "manual" => Ok(Self::Manual),
            _ => Err("expected auto or manual".into()),
        }
    }
}

impl Setting for Timestamp {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| "expected a time such as 2026-11-22T08:00:00Z".into())
    }
}

/// Empty is none.
impl<T: Setting> Setting for Option<T> {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::read(text).map(Some) }
    }
}

fn flag_name(field: &str) -> String {
    field.replace('_', "-")
}

/// The variable of a setting: `CROSSCONNECT_LISTEN`.
pub fn variable_name(field: &str) -> String {
    format!("CROSSCONNECT_{}", field.to_ascii_uppercase())
}

/// Adds a flag for every setting, and `--config`.
pub fn add_flags(command: Command) -> Command {
    let file = Arg::new("config").long("config").env("CROSSCONNECT_CONFIG").value_name("FILE");
    let command = command.arg(file.help("A TOML file of settings"));
    FIELDS.iter().fold(command, |command, field| {
        let mut arg = Arg::new(field.name).long(flag_name(field.name));
        arg = arg.env(variable_name(field.name)).hide_env_values(true).help(field.doc.trim());
        if field.is_switch {
            arg = arg.num_args(0..=1).require_equals(true).default_missing_value("true");
        }
        command.arg(arg.hide_default_value(true))
    })
}

impl Config {
    /// The settings of a command line: flags, variables, the file it names, defaults.
    pub fn from_matches(matches: &ArgMatches) -> Result<(Self, Vec<Origin>), String> {
        let file = match matches.get_one::<String>("config") {
            Some(path) => Some((path.as_str(), read_file(path)?)),
            None => None,
        };
        let mut origins = Vec::with_capacity(FIELDS.len());
        for field in FIELDS {
            origins.push(origin_of(field, matches, file.as_ref()));
        }
        Ok((Self::read(&origins)?, origins))
    }

    /// The defaults, with some settings changed: for tests and for commands that start a server.
    pub fn with(changes: &[(&str, &str)]) -> Result<Self, String> {
        let origin = |field: &Field| {
            let change = changes.iter().find(|(name, _)| *name == field.name);
            let value = change.map_or(field.default, |(_, value)| value).to_owned();
            Origin { value, source: "given".into() }
        };
        if let Some((name, _)) = changes.iter().find(|(n, _)| !FIELDS.iter().any(|f| f.name == *n))
        {
            return Err(format!("there is no setting {name}"));
        }
        Self::read(&FIELDS.iter().map(origin).collect::<Vec<_>>())
    }

    /// Who plays the carrier.
    fn carrier(&self) -> Carrier {
        let usual = if self.sandbox { Carrier::Auto } else { Carrier::Manual };
        self.carrier.unwrap_or(usual)
    }

    /// The same as the setting says it.
    pub fn carrier_name(&self) -> &'static str {
        match self.carrier() {
            Carrier::Auto => "auto",
            Carrier::Manual => "manual",
        }
    }

    /// How many circuits of an account may stand at one access point.
    fn access_point_circuits_max(&self) -> u32 {
        let usual = if self.sandbox { 0 } else { Rules::default().access_point_circuits_max };
        self.access_point_circuits_max.unwrap_or(usual)
    }

    /// What the business is told.
    pub fn rules(&self) -> Rules {
        Rules {
            carrier: self.carrier(),
            enable_delay_ms: self.enable_delay.0,
            unpaid_life_ms: self.unpaid_life.0,
            stop_after_s: self.stop_after.seconds(),
            release_after_s: self.release_after.seconds(),
            release_after_until_2023_s: self.release_after_until_2023.seconds(),
            renewal_lead_ms: self.renewal_lead.0,
            waiting_circuits_max: self.waiting_circuits_max,
            access_point_circuits_max: self.access_point_circuits_max(),
            carrier_step_ms: self.carrier_delay.0,
            routers_max: self.routers_max,
            hosted_circuits_max: self.hosted_circuits_max,
            associations_max: self.associations_max,
            vlan_kept_ms: self.vlan_kept.0,
            strict_groups: self.vbr_ha_strict,
            offers: self.access_points,
        }
    }

    /// What answers depend on.
    pub fn answer_settings(&self) -> api::Settings {
        api::Settings {
            shortfall_is_error: self.insufficient_balance == InsufficientBalance::Error,
            tls: self.tls != TlsMode::Off,
            balance_separators: self.balance_separators,
            offers: self.access_points,
        }
    }

    /// How URLs of this server begin.
    pub fn scheme(&self) -> &'static str {
        if self.answer_settings().tls { "https" } else { "http" }
    }
}

fn origin_of(
    field: &Field,
    matches: &ArgMatches,
    file: Option<&(&str, Vec<(String, String)>)>,
) -> Origin {
    if let Some(value) = matches.get_one::<String>(field.name) {
        let source = match matches.value_source(field.name) {
            Some(ValueSource::EnvVariable) => variable_name(field.name),
            _ => format!("--{}", flag_name(field.name)),
        };
        return Origin { value: value.clone(), source };
    }
    if let Some((path, entries)) = file
        && let Some((_, value)) = entries.iter().find(|(name, _)| name == field.name)
    {
        return Origin { value: value.clone(), source: (*path).to_owned() };
    }
    Origin { value: field.default.to_owned(), source: "default".to_owned() }
}

/// The entries of a settings file. Unknown keys are errors.
fn read_file(path: &str) -> Result<Vec<(String, String)>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let table: toml::Table = text.parse().map_err(|error| format!("{path}: {error}"))?;
    let mut entries = Vec::with_capacity(table.len());
    for (name, value) in table {
        let name = name.replace('-', "_");
        if !FIELDS.iter().any(|field| field.name == name) {
            return Err(format!("{path}: there is no setting {name}"));
        }
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(value) => value.to_string(),
            other => return Err(format!("{path}: {name} cannot be {}", other.type_str())),
        };
        entries.push((name, value));
    }
    Ok(entries)
}

/// `config.default.toml`: every setting with its manual, commented out.
pub fn default_file() -> String {
    let mut text = String::from("# Every setting with its default: crossconnect config default.\n");
    for field in FIELDS {
        text.push('\n');
        for line in field.doc.lines() {
            text.extend(["#", line, "\n"]);
        }
        text.extend(["# ", field.name, " = \"", field.default, "\"\n"]);
    }
    text
}

mod offers;
#[cfg(test)]
mod tests;
