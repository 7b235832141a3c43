//! The commands.

use crate::admin;
use crate::audit::Report;
use crate::config::{Config, FIELDS, StoreUrl, TlsMode, add_flags, default_file};
use crate::env::{self, Client, Reached};
use crate::quickstart;
use crate::server::{Parts, Server};
use crate::tls::Tls;
use api::derived::changes;
use api::derived::facts::Difference;
use api::{Edition, OPERATIONS, Operation};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Runs the command that these arguments ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = command().get_matches_from(arguments);
    let done = match matches.subcommand() {
        Some(("serve", matches)) => serve(matches),
        Some(("quickstart", matches)) => start_quickly(matches),
        Some(("audit", matches)) => return audit(matches),
        Some(("admin", matches)) => administer(matches),
        Some(("env", matches)) => show_env(matches),
        Some(("editions", matches)) => show_editions(matches),
        Some(("config", matches)) => {
            if let Some(("show", matches)) = matches.subcommand() {
                show_config(matches)
            } else {
                print!("{}", default_file());
                Ok(())
            }
        }
        _ => unreachable!("clap asks for a command"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("crossconnect: {why}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let json = || Arg::new("json").long("json").action(ArgAction::SetTrue).help("For machines");
    let serve = add_flags(Command::new("serve").about("Runs the server"));
    let quickstart = Command::new("quickstart")
        .about("Takes a circuit from application to Enabled, then keeps serving")
        .arg(Arg::new("once").long("once").action(ArgAction::SetTrue).help("Ends after the order"))
        .arg(
            Arg::new("listen")
                .long("listen")
                .default_value("127.0.0.1:8616")
                .help("The address; port 0 takes any free one"),
        );
    let audit = Command::new("audit")
        .about("Checks every invariant of a store, also beside a running server")
        .arg(
            Arg::new("store")
                .long("store")
                .env("CROSSCONNECT_STORE")
                .default_value("sqlite:crossconnect.db")
                .help("Where everything is kept"),
        )
        .arg(Arg::new("world").long("world").help("This world alone"))
        .arg(json());
    let env = Command::new("env")
        .about("Prints what to paste or eval so that a client reaches the server")
        .arg(Arg::new("client").value_parser(clap::value_parser!(Client)))
        .arg(Arg::new("world").long("world").default_value("default").help("The world to use"))
        .arg(
            Arg::new("address")
                .long("address")
                .env("CROSSCONNECT_LISTEN")
                .default_value("127.0.0.1:8616")
                .help("Where the server listens; https:// before it where that is to be called"),
        )
        .arg(
            Arg::new("tls_ca")
                .long("tls-ca")
                .value_name("FILE")
                .help("The CA to trust it by, such as crossconnect-ca.pem; implies https"),
        );
    let editions = Command::new("editions")
        .about("What each edition of the documentation changed")
        .arg(Arg::new("operation").help("This operation alone"))
        .arg(json());
    let show = add_flags(Command::new("show").about("Every setting and where it came from"));
    let config = Command::new("config")
        .about("Settings")
        .subcommand_required(true)
        .subcommand(show.arg(json()))
        .subcommand(Command::new("default").about("config.default.toml, every setting explained"));
    Command::new("crossconnect")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Alibaba Cloud's Express Connect ordering as a server that anyone can run")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([serve, quickstart, audit, admin::command(), env, editions, config])
}

fn show_editions(matches: &ArgMatches) -> Result<(), String> {
    let name = matches.get_one::<String>("operation");
    let is = |operation: &&&Operation| name.is_none_or(|name| operation.name == name);
    let operations: Vec<&Operation> = OPERATIONS.iter().filter(is).copied().collect();
    if operations.is_empty() {
        return Err(format!("no operation {:?} is served", name.map_or("", String::as_str)));
    }
    if !matches.get_flag("json") {
        print!("{}", changes::text(&operations));
        return Ok(());
    }
    let of = |edition: Edition, operation: &'static Operation| {
        let changed = changes::changes(operation, edition).into_iter();
        let entry = |it: Difference| json!({"fact": it.fact, "before": it.one, "now": it.other});
        json!({"edition": edition.name(), "operation": operation.name,
            "changes": changed.map(entry).collect::<Vec<_>>()})
    };
    let each = |edition| operations.iter().map(move |operation| of(edition, operation));
    let all: Vec<_> = Edition::ALL.into_iter().flat_map(each).collect();
    println!("{}", serde_json::Value::from(all));
    Ok(())
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().map_err(|error| error.to_string())
}

fn listen_for(kind: SignalKind) -> Signal {
    signal(kind).expect("signals can be received")
}

/// Resolves when the process is asked to end. Listens from now on, not only once it is waited for:
/// whoever has read that we are ready may ask at once.
fn asked_to_end() -> impl Future<Output = ()> {
    let mut terminate = listen_for(SignalKind::terminate());
    let mut interrupt = listen_for(SignalKind::interrupt());
    async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

fn serve(matches: &ArgMatches) -> Result<(), String> {
    let (config, _) = Config::from_matches(matches)?;
    runtime()?.block_on(async {
        let stop = asked_to_end();
        // A server without TLS has nothing to read again: it ends with its terminal.
        let hangup = (config.tls != TlsMode::Off).then(|| listen_for(SignalKind::hangup()));
        let server = Server::start(config, Parts::default()).await?;
        if let (Some(tls), Some(hangup)) = (server.tls.clone(), hangup) {
            tell_trust(&tls, &server)?;
            let clock = Arc::clone(&server.app.clock);
            tokio::spawn(async move { tls.keep_fresh(&clock, hangup).await });
        }
        // Programs wait for this line: it is the only one on stdout.
        println!("crossconnect ready {}", server.url());
        server.serve(stop).await;
        Ok(())
    })
}

/// Says how clients come to trust a CA that nobody knows.
fn tell_trust(tls: &Tls, server: &Server) -> Result<(), String> {
    let Some(ca) = tls.own_ca() else { return Ok(()) };
    let (ca, address) = (whole_path(&ca)?, server.address().to_string());
    let reached = Reached { address: &address, world: "default", https: true, ca: Some(&ca) };
    eprint!("{}", env::trust(&reached));
    Ok(())
}

/// The path of a file that is there, from wherever it is called.
fn whole_path(path: impl AsRef<Path>) -> Result<String, String> {
    let path = path.as_ref();
    let whole = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(whole.display().to_string())
}

fn start_quickly(matches: &ArgMatches) -> Result<(), String> {
    let listen = matches.get_one::<String>("listen").expect("it has a default");
    let name = format!("crossconnect-{}", &crate::clock::draw_text()[..8]);
    let folder = std::env::temp_dir().join(name.to_ascii_lowercase());
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let once = matches.get_flag("once");
    runtime()?.block_on(async { quickstart::run(listen, &folder, once, asked_to_end()).await })
}

/// 0: all holds; 1: something is broken; 2: the store cannot be read.
fn audit(matches: &ArgMatches) -> ExitCode {
    let store = matches.get_one::<String>("store").expect("it has a default");
    let report = Config::with(&[("store", store)]).and_then(|config| {
        let StoreUrl::Sqlite(path) = &config.store;
        match matches.get_one::<String>("world") {
            Some(world) => Report::of_world(path, world),
            None => Report::of(path),
        }
    });
    match report {
        Ok(report) => {
            if matches.get_flag("json") {
                println!("{}", report.json());
            } else {
                print!("{}", report.text());
            }
            if report.holds() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(why) => {
            eprintln!("crossconnect: {why}");
            ExitCode::from(2)
        }
    }
}

fn administer(matches: &ArgMatches) -> Result<(), String> {
    print!("{}", runtime()?.block_on(admin::run(matches))?);
    Ok(())
}

fn show_env(matches: &ArgMatches) -> Result<(), String> {
    let client = matches.get_one::<Client>("client").copied();
    let world = matches.get_one::<String>("world").expect("it has a default");
    if !crate::keys::is_world_name(world) {
        return Err("a world's name is 1-32 of a-z, 0-9 and -".into());
    }
    let address = matches.get_one::<String>("address").expect("it has a default");
    let ca = matches.get_one::<String>("tls_ca").map(whole_path).transpose()?;
    // As the server names itself when it is ready.
    let (address, https) = match address.strip_prefix("https://") {
        Some(address) => (address, true),
        None => (address.trim_start_matches("http://"), ca.is_some()),
    };
    let reached = Reached { address, world, https, ca: ca.as_deref() };
    print!("{}", env::text(client, &reached));
    Ok(())
}

fn show_config(matches: &ArgMatches) -> Result<(), String> {
    let (config, origins) = Config::from_matches(matches)?;
    let shown = FIELDS.iter().zip(&origins).map(|(field, origin)| {
        let value = match field.name {
            // The token is a secret; that there is one is not.
            "control_token" if !origin.value.is_empty() => "(set)".to_owned(),
            // Their defaults depend on whether there is a sandbox.
            "carrier" if origin.value.is_empty() => config.carrier_name().to_owned(),
            "access_point_circuits_max" if origin.value.is_empty() => {
                config.rules().access_point_circuits_max.to_string()
            }
            _ => origin.value.clone(),
        };
        (field.name, value, origin.source.as_str())
    });
    if matches.get_flag("json") {
        let mut entries = Vec::new();
        for (name, value, source) in shown {
            entries.push(serde_json::json!({"name": name, "value": value, "source": source}));
        }
        println!("{}", serde_json::Value::Array(entries));
    } else {
        for (name, value, source) in shown {
            println!("{name:<22} {value:<28} {source}");
        }
    }
    Ok(())
}
