//! Precedence, refusals, and the texts of both.

use std::io::Write;
use std::path::PathBuf;

use clap::{CommandFactory, Parser};

use super::{Environment, Settings};
use crate::cli::{Cli, Command};

fn resolve(flags: &[&str], environment: Environment) -> Result<Settings, String> {
    let line = ["lanyard", "serve"].iter().chain(flags);
    let Command::Serve(flags) = Cli::try_parse_from(line).unwrap().command else {
        unreachable!()
    };
    Settings::for_serve(&flags, environment).map_err(|error| error.to_string())
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

const HOME: (&str, &str) = ("HOME", "/home/me");

#[test]
fn defaults_are_loopback_and_the_home_directory() {
    let settings = resolve(&[], Environment::from([HOME])).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:4260");
    assert_eq!(settings.data_dir, PathBuf::from("/home/me/.local/share/lanyard"));
    assert!(settings.tls.is_none());
    assert!(settings.metrics_listen.is_none());
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let file = file("listen = '127.0.0.1:1'\nlog = 'warn'\npublic_url = 'https://from-file.example'");
    let path = file.path().to_str().unwrap();
    let environment = Environment::from([
        HOME,
        ("LANYARD_LISTEN", "127.0.0.1:2"),
        ("LANYARD_LOG", "error"),
        ("LANYARD_CONFIG", path),
    ]);
    let settings = resolve(&["--listen", "127.0.0.1:3"], environment).unwrap();
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.log.filter(), "error");
    assert_eq!(
        settings.public_url.unwrap().to_string(),
        "https://from-file.example"
    );
}

#[test]
fn an_empty_variable_is_not_set() {
    let environment = Environment::from([HOME, ("LANYARD_LISTEN", "")]);
    assert_eq!(resolve(&[], environment).unwrap().listen.port(), 4260);
}

#[test]
fn xdg_data_home_is_honoured_only_if_absolute() {
    let at = |xdg| {
        resolve(&[], Environment::from([HOME, ("XDG_DATA_HOME", xdg)]))
            .unwrap()
            .data_dir
    };
    assert_eq!(at("/data"), PathBuf::from("/data/lanyard"));
    assert_eq!(at("data"), PathBuf::from("/home/me/.local/share/lanyard"));
}

#[test]
fn without_a_home_a_data_directory_must_be_named() {
    let error = resolve(&[], Environment::default()).unwrap_err();
    assert!(error.contains("--data-dir"), "{error}");
}

#[test]
fn an_unknown_key_in_the_file_is_an_error_that_lists_the_known_ones() {
    let file = file("listne = '127.0.0.1:1'");
    let error = resolve(
        &["--config", file.path().to_str().unwrap()],
        Environment::from([HOME]),
    )
    .unwrap_err();
    assert!(
        error.contains("unknown key `listne`") && error.contains("listen, data_dir"),
        "{error}"
    );
}

#[test]
fn the_file_takes_numbers_booleans_and_lists() {
    let file =
        file("connections_max = 10\nallow_plain_http = true\ntrusted_proxies = ['10.0.0.0/8', '192.0.2.7']");
    let settings = resolve(
        &["--config", file.path().to_str().unwrap()],
        Environment::from([HOME]),
    )
    .unwrap();
    assert_eq!(settings.limits.connections_max, 10);
    assert!(settings.allow_plain_http);
    assert_eq!(settings.trusted_proxies.len(), 2);
}

#[test]
fn a_bad_value_is_named_with_its_origin() {
    let error = resolve(&["--listen", "4260"], Environment::from([HOME])).unwrap_err();
    assert!(
        error.starts_with("--listen: `4260` is not an address and port"),
        "{error}"
    );
    let error = resolve(&[], Environment::from([HOME, ("LANYARD_LISTEN", "x")])).unwrap_err();
    assert!(error.starts_with("LANYARD_LISTEN: `x` is not"), "{error}");
}

#[test]
fn plain_http_beyond_loopback_is_refused_unless_asked_for() {
    let error = resolve(&["--listen", "0.0.0.0:4260"], Environment::from([HOME])).unwrap_err();
    assert!(error.contains("--allow-plain-http"), "{error}");
    let error = resolve(&["--metrics-listen", "[::]:9260"], Environment::from([HOME])).unwrap_err();
    assert!(error.contains("metrics address"), "{error}");
    resolve(
        &["--listen", "0.0.0.0:4260", "--allow-plain-http"],
        Environment::from([HOME]),
    )
    .unwrap();
    resolve(
        &["--listen", "0.0.0.0:4260", "--tls-cert", "c", "--tls-key", "k"],
        Environment::from([HOME]),
    )
    .unwrap();
    resolve(&["--listen", "[::1]:4260"], Environment::from([HOME])).unwrap();
    resolve(
        &["--listen", "[::ffff:127.0.0.1]:4260"],
        Environment::from([HOME]),
    )
    .unwrap();
}

#[test]
fn tls_needs_both_files() {
    let error = resolve(&["--tls-cert", "c"], Environment::from([HOME])).unwrap_err();
    assert!(error.contains("--tls-key"), "{error}");
}

#[test]
fn the_first_secret_is_not_shown_by_debug() {
    let environment = Environment::from([HOME, ("LANYARD_ADMIN_SECRET_ACCESS_KEY", "very-secret")]);
    let settings = resolve(&[], environment).unwrap();
    assert!(settings.first.secret_access_key.is_some());
    assert!(!format!("{settings:?}").contains("very-secret"));
}

const STORE_KEY: [(&str, &str); 3] = [
    HOME,
    ("LANYARD_S3_ACCESS_KEY_ID", "store-key"),
    ("LANYARD_S3_SECRET_ACCESS_KEY", "very-secret"),
];

#[test]
fn one_flag_and_two_variables_make_an_upstream() {
    let settings = resolve(
        &["--upstream", "s3=http://127.0.0.1:9000"],
        Environment::from(STORE_KEY),
    )
    .unwrap();
    assert_eq!(settings.upstreams.len(), 1);
    assert!(!format!("{settings:?}").contains("very-secret"));
}

#[test]
fn an_upstream_comes_from_the_file_and_from_the_environment_as_well() {
    let file = file("upstreams = ['s3=http://127.0.0.1:1 domain=a.example mode=observe']");
    let path = file.path().to_str().unwrap();
    let from_file = resolve(&["--config", path], Environment::from(STORE_KEY)).unwrap();
    assert_eq!(from_file.upstreams[0].domains(), ["a.example"]);
    let mut variables = Environment::from(STORE_KEY);
    variables.set("LANYARD_UPSTREAMS", "s3=http://127.0.0.1:2 domain=b.example;");
    let from_variable = resolve(&["--config", path], variables).unwrap();
    assert_eq!(from_variable.upstreams[0].domains(), ["b.example"]);
}

#[test]
fn a_wrong_upstream_is_named_with_its_origin_and_its_word() {
    let refused = |line: &str| resolve(&["--upstream", line], Environment::from(STORE_KEY)).unwrap_err();
    let error = refused("s3=http://127.0.0.1:9000 mode=watch");
    assert!(error.starts_with("--upstream: mode=watch: "), "{error}");
    let error = resolve(
        &["--upstream", "s3=http://127.0.0.1:9000"],
        Environment::from([HOME]),
    )
    .unwrap_err();
    assert!(error.contains("LANYARD_S3_SECRET_ACCESS_KEY"), "{error}");
    let error = resolve(
        &["--upstream", "s3=http://a", "--upstream", "s3=http://b"],
        Environment::from(STORE_KEY),
    )
    .unwrap_err();
    assert_eq!(error, "--upstream: there can be only one upstream for s3");
}

#[test]
fn networks_and_authorities_of_issuers_come_from_everywhere() {
    let pair = |issuer: &str, file: &str| (issuer.to_owned(), PathBuf::from(file));
    let flags = [
        "--oidc-allow",
        "10.0.0.0/8",
        "--oidc-allow",
        "::1",
        "--oidc-ca",
        "https://i.example/a=/ca=1.pem",
    ];
    let from_flags = resolve(&flags, Environment::from([HOME])).unwrap().oidc;
    assert_eq!(
        from_flags.allow,
        ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]
    );
    assert_eq!(from_flags.authorities, [pair("https://i.example/a", "/ca=1.pem")]);

    let file = file("oidc_allow = ['127.0.0.0/8']\noidc_ca = ['https://a=1.pem', 'https://b=2.pem']");
    let path = file.path().to_str().unwrap();
    let from_file = resolve(&[], Environment::from([HOME, ("LANYARD_CONFIG", path)]))
        .unwrap()
        .oidc;
    assert_eq!(from_file.allow, ["127.0.0.0/8".parse().unwrap()]);
    assert_eq!(
        from_file.authorities,
        [pair("https://a", "1.pem"), pair("https://b", "2.pem")]
    );

    let error = resolve(&["--oidc-ca", "ca.pem"], Environment::from([HOME])).unwrap_err();
    assert_eq!(
        error,
        "--oidc-ca: `ca.pem` is not an issuer and a PEM file such as https://issuer.example=/etc/lanyard/ca.pem"
    );
    let error = resolve(&["--oidc-allow", "inside"], Environment::from([HOME])).unwrap_err();
    assert!(
        error.starts_with("--oidc-allow: `inside` is not a list of networks"),
        "{error}"
    );
}

/// The names in the first column of a table in a page of the documentation, below a heading.
fn documented(page: &str, heading: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(page);
    let text = std::fs::read_to_string(path).unwrap();
    let (_, below) = text.split_once(heading).unwrap();
    let rows = below
        .lines()
        .skip_while(|line| !line.starts_with("|---"))
        .skip(1)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('`').nth(1).unwrap().to_owned())
        .collect()
}

#[test]
fn the_documentation_has_every_setting_and_no_other() {
    let mut documented = documented("configuration.md", "# Configuration");
    documented.sort_unstable();
    let mut known = super::origin::NAMES.map(str::to_owned);
    known.sort_unstable();
    assert_eq!(documented, known);
}

#[test]
fn the_documentation_has_every_word_of_an_upstream_and_so_has_the_help() {
    let error = resolve(
        &["--upstream", "s3=http://h credentials=none nosuch=1"],
        Environment::from([HOME]),
    );
    let error = error.unwrap_err();
    let (_, known) = error.split_once("there are ").unwrap();
    let known: Vec<&str> = known.split(", ").flat_map(|words| words.split(" and ")).collect();
    let documented: Vec<String> = documented("gateway.md", "## The words of an upstream");
    let mut documented: Vec<&str> = documented
        .iter()
        .map(|row| row.split('=').next().unwrap())
        .collect();
    documented.sort_unstable();
    assert_eq!(documented, known);
    let help = Cli::command()
        .find_subcommand_mut("serve")
        .unwrap()
        .render_long_help()
        .to_string();
    for word in known {
        assert!(help.contains(&format!("{word}=")), "{word}");
    }
}

#[test]
fn the_documentation_has_every_command_and_no_other() {
    fn commands(command: &clap::Command, before: &str, found: &mut Vec<String>) {
        let name = format!("{before} {}", command.get_name());
        let mut inner = command
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
            .peekable();
        if inner.peek().is_none() || !command.is_subcommand_required_set() {
            found.push(name.clone());
        }
        for inner in inner {
            commands(inner, &name, found);
        }
    }
    let mut known = Vec::new();
    for command in Cli::command()
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        commands(command, "lanyard", &mut known);
    }
    known.sort_unstable();
    let is_word = |word: &&str| {
        word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !word.starts_with('-')
    };
    let mut documented: Vec<String> = documented("command-line.md", "## Commands")
        .iter()
        .map(|row| row.split(' ').take_while(is_word).collect::<Vec<_>>().join(" "))
        .collect();
    documented.sort_unstable();
    assert_eq!(documented, known);
}
