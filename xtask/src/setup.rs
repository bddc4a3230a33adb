//! What the tests need beyond Rust: Debian packages, Python packages in `.test/venv`, npm packages in `.test/npm`,
//! a collection of Ansible's in `.test/ansible`.
//!
//! A fresh machine with Rust, Python and root needs nothing by hand; without root, the message
//! says which packages to install. Nothing is touched when everything is there already.

use std::path::PathBuf;
use std::process::Command;

use crate::{process, workspace};

/// A program from a Debian package: its name, a harmless option, the package.
const PROGRAMS: [(&str, &str, &str); 11] = [
    ("faketime", "--version", "faketime"),
    ("curl", "--version", "curl"),
    ("openssl", "version", "openssl"),
    ("strace", "-V", "strace"),
    ("cc", "--version", "build-essential"),
    ("taskset", "--version", "util-linux"),
    // Debian has it where only root looks by default.
    ("/usr/sbin/nginx", "-v", "nginx-light"),
    // With it pysaml2 signs and encrypts.
    ("xmlsec1", "--version", "xmlsec1"),
    // Version 2 of the AWS CLI, which is no Python package; version 1 is one, in `.test/venv`.
    ("/usr/bin/aws", "--version", "awscli"),
    ("node", "--version", "nodejs"),
    ("npm", "--version", "npm"),
];

/// Installs the Debian packages whose programs are missing.
pub(crate) fn debian() -> Result<(), String> {
    let mut missing = Vec::new();
    for (program, option, package) in PROGRAMS {
        if !process::exists(program, option) {
            missing.push(package);
        }
    }
    if !process::exists("python3", "--version") {
        missing.extend(["python3", "python3-venv"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root() {
        return Err(format!(
            "please install these Debian packages: {}",
            missing.join(" ")
        ));
    }
    process::step("apt-get update", apt_get().arg("update").arg("-qq"))?;
    process::step(
        "apt-get install",
        apt_get()
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&missing),
    )
}

/// The Python environment of the end-to-end tests; made again when its requirements change.
pub(crate) fn python() -> Result<PathBuf, String> {
    environment("venv", "e2e/requirements.txt")
}

/// The npm packages of the end-to-end tests, as the lock file has them; installed again when it changes.
pub(crate) fn npm() -> Result<(), String> {
    let directory = workspace::root().join(".test/npm");
    let failed = |place: &str, error: std::io::Error| format!("{}/{place}: {error}", directory.display());
    let mut wanted = String::new();
    for name in ["package.json", "package-lock.json"] {
        let text = workspace::text(&format!("e2e/npm/{name}"));
        let text = text.ok_or_else(|| format!("e2e/npm/{name} cannot be read"))?;
        wanted.push_str(&text);
        std::fs::create_dir_all(&directory).map_err(|error| failed("", error))?;
        std::fs::write(directory.join(name), text).map_err(|error| failed(name, error))?;
    }
    let stamp = directory.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.current_dir(&directory);
    // No package runs a program of its own while it is installed.
    npm.args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel",
        "error",
    ]);
    process::step("npm ci", &mut npm)?;
    std::fs::write(&stamp, wanted).map_err(|error| failed("installed", error))
}

/// Ansible's modules for AWS. The only Python package that has them is Ansible's whole bundle: of its twenty thousand
/// files only theirs are kept. Fetched with the Python of [`python`].
pub(crate) fn ansible_collection() -> Result<(), String> {
    const BUNDLE: &str = "e2e/playbooks/requirements.txt";
    const KEPT: &str = "ansible_collections/amazon/";
    const UNPACK: &str = "import glob, sys, zipfile\n\
        [bundle] = [zipfile.ZipFile(path) for path in glob.glob(sys.argv[1] + '/*.whl')]\n\
        members = [name for name in bundle.namelist() if name.startswith(sys.argv[2])]\n\
        assert members, 'the bundle has no ' + sys.argv[2]\n\
        bundle.extractall(sys.argv[3], members)\n";
    let directory = workspace::root().join(".test/ansible");
    let download = directory.join("download");
    let wanted = workspace::text(BUNDLE).ok_or_else(|| format!("{BUNDLE} cannot be read"))?;
    let stamp = directory.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
    if directory.exists() {
        std::fs::remove_dir_all(&directory).map_err(failed)?;
    }
    std::fs::create_dir_all(&download).map_err(failed)?;
    let python = workspace::root().join(".test/venv/bin/python");
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--no-deps", "--only-binary", ":all:", "--dest"]);
    pip.arg(&download).arg("--requirement");
    process::step(
        &format!("pip download -r {BUNDLE}"),
        pip.arg(workspace::root().join(BUNDLE)),
    )?;
    let mut unpack = Command::new(&python);
    unpack
        .args(["-c", UNPACK])
        .arg(&download)
        .arg(KEPT)
        .arg(&directory);
    process::step("Ansible's modules for AWS", &mut unpack)?;
    std::fs::remove_dir_all(&download).map_err(failed)?;
    std::fs::write(&stamp, wanted).map_err(failed)
}

/// Builds the store and the client that the gateway is tested with. They have a workspace and a target
/// directory of their own, so that neither side's dependencies disturb the other's build.
pub(crate) fn peers() -> Result<(), String> {
    let root = workspace::root();
    let mut build = process::cargo();
    build.args(["build", "--locked", "--quiet"]);
    build
        .arg("--manifest-path")
        .arg(root.join("e2e/peers/Cargo.toml"));
    build.arg("--target-dir").arg(root.join("target/peers"));
    process::step(
        "the store and the client behind and before the gateway",
        &mut build,
    )
}

/// The environment that holds the programs which only `ci` needs.
pub(crate) fn ci_tools() -> Result<PathBuf, String> {
    environment("ci-tools", "xtask/requirements.txt")
}

fn environment(name: &str, requirements: &str) -> Result<PathBuf, String> {
    let directory = workspace::root().join(".test").join(name);
    let wanted = workspace::text(requirements).ok_or_else(|| format!("{requirements} cannot be read"))?;
    let stamp = directory.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(directory.join("bin"));
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&directory);
    if process::step(&format!("python environment {name}"), &mut venv).is_err() && is_root() {
        process::step(
            "apt-get install",
            apt_get().args(["install", "-y", "-qq", "python3-venv"]),
        )?;
        process::step("python environment, again", &mut venv)?;
    }
    let mut pip = Command::new(directory.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ]);
    process::step(
        &format!("pip install -r {requirements}"),
        pip.arg(workspace::root().join(requirements)),
    )?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(directory.join("bin"))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
