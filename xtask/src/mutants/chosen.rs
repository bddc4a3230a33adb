//! Mutants chosen by hand: `crates/policy/mutants/*.txt`.
//!
//! ```text
//! ## a-name-of-words
//! One sentence: what somebody would believe who made this change.
//! file: src/decide.rs
//! - a line as it stands
//! + the line as it would be
//! ```
//!
//! Lines are compared without their indentation and have to stand in the file exactly once; `tidy` sees to it,
//! so that a mutant cannot get lost when the engine is rewritten.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{SUITE, tree};
use crate::{process, workspace};

const CRATE: &str = "crates/policy";
const MUTANTS_MIN: usize = 60;
/// A suite that takes longer has been made to hang, which is noticed as well.
const SUITE_SECONDS_MAX: u64 = 300;

/// A change of meaning.
pub(crate) struct Mutant {
    name: String,
    file: String,
    old: Vec<String>,
    new: Vec<String>,
}

/// What is wrong with the list; nothing, as a rule.
pub(crate) fn problems() -> Result<Vec<String>, String> {
    let mutants = read()?;
    let mut problems = Vec::new();
    if mutants.len() < MUTANTS_MIN {
        problems.push(format!(
            "there are {} chosen mutants; {MUTANTS_MIN} are wanted",
            mutants.len()
        ));
    }
    let mut names: Vec<&str> = mutants.iter().map(|mutant| mutant.name.as_str()).collect();
    names.sort_unstable();
    let twice = names
        .windows(2)
        .filter(|pair| pair.first() == pair.last())
        .filter_map(|pair| pair.first());
    problems.extend(twice.map(|name| format!("two mutants are called {name}")));
    problems.extend(mutants.iter().filter_map(|mutant| {
        let source = workspace::text(&mutant.file).unwrap_or_default();
        mutant.apply(&source).err()
    }));
    Ok(problems)
}

/// Makes each mutant in turn and runs the suite, which must fail.
pub(super) fn run(names: &[&str]) -> Result<(), String> {
    let problems = problems()?;
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let tree = tree::copy()?;
    process::step("the suite on the engine as it is", &mut suite(&tree, true))?;
    process::step("its tests", &mut suite(&tree, false))?;
    let mut survivors = Vec::new();
    let mutants = read()?;
    let wanted = mutants
        .iter()
        .filter(|mutant| names.is_empty() || names.contains(&mutant.name.as_str()));
    let mut count = 0;
    for mutant in wanted {
        count += 1;
        if !mutant.is_killed(&tree)? {
            survivors.push(mutant.name.clone());
        }
    }
    if count == 0 {
        return Err("no mutant has such a name".to_owned());
    }
    println!("chosen mutants: {count}, survivors: {}", survivors.len());
    if survivors.is_empty() {
        return Ok(());
    }
    Err(format!("these survived: {}", survivors.join(", ")))
}

impl Mutant {
    fn is_killed(&self, tree: &Path) -> Result<bool, String> {
        let file = tree.join(&self.file);
        let failed = |error| format!("{}: {error}", file.display());
        let source = fs::read_to_string(&file).map_err(failed)?;
        fs::write(&file, self.apply(&source)?).map_err(failed)?;
        let built = finish(quiet(&mut suite(tree, true)));
        let passed = finish(quiet(&mut suite(tree, false)));
        fs::write(&file, source).map_err(failed)?;
        if !built? {
            return Err(format!("mutant {} does not compile", self.name));
        }
        let killed = !passed?;
        println!("{}  {}", if killed { "killed  " } else { "SURVIVED" }, self.name);
        Ok(killed)
    }

    /// The file's text with the change.
    fn apply(&self, source: &str) -> Result<String, String> {
        let lines: Vec<&str> = source.lines().collect();
        let length = self.old.len();
        let found: Vec<usize> = lines
            .windows(length.max(1))
            .enumerate()
            .filter(|(_, window)| {
                length > 0 && window.iter().zip(&self.old).all(|(line, old)| line.trim() == old)
            })
            .map(|(index, _)| index)
            .collect();
        let [at] = found.as_slice() else {
            return Err(format!(
                "mutant {}: its lines stand in {} {} times, not once",
                self.name,
                self.file,
                found.len()
            ));
        };
        let before = lines.iter().take(*at).copied();
        let after = lines.iter().skip(at + length).copied();
        let all: Vec<&str> = before
            .chain(self.new.iter().map(String::as_str))
            .chain(after)
            .collect();
        Ok(all.join("\n") + "\n")
    }
}

/// The command that builds the suite's tests, or runs them.
fn suite(tree: &Path, only_build: bool) -> Command {
    let mut command = process::cargo();
    command.current_dir(tree);
    command.env("CARGO_TARGET_DIR", tree.with_file_name("target"));
    let runner: &[&str] = match (process::exists("cargo-nextest", "--version"), only_build) {
        (true, true) => &["nextest", "run", "--no-run"],
        (true, false) => &["nextest", "run"],
        (false, true) => &["test", "--no-run"],
        (false, false) => &["test"],
    };
    command.args(runner).arg("--locked");
    for package in SUITE {
        command.args(["--package", package]);
    }
    command
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::null()).stderr(Stdio::null())
}

/// Whether a command succeeds in time.
fn finish(command: &mut Command) -> Result<bool, String> {
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(SUITE_SECONDS_MAX) {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status.success());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().map_err(|error| error.to_string())?;
    child.wait().map_err(|error| error.to_string())?;
    Ok(false)
}

fn read() -> Result<Vec<Mutant>, String> {
    let directory = workspace::root().join(CRATE).join("mutants");
    let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&directory).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.sort();
    let mut mutants = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(failed)?;
        parse(&text, &mut mutants).map_err(|problem| format!("{}: {problem}", file.display()))?;
    }
    Ok(mutants)
}

/// Reads a list. Before the first heading stands what the list is about.
fn parse(text: &str, mutants: &mut Vec<Mutant>) -> Result<(), String> {
    for block in text.split("\n## ").skip(1) {
        let mut lines = block.lines();
        let name = lines.next().unwrap_or_default().trim();
        let mut mutant = Mutant {
            name: name.to_owned(),
            file: String::new(),
            old: Vec::new(),
            new: Vec::new(),
        };
        let mut about = false;
        for line in lines.map(str::trim_end).filter(|line| !line.is_empty()) {
            if let Some(file) = line.strip_prefix("file: ") {
                mutant.file = format!("{CRATE}/{file}");
            } else if let Some(old) = line.strip_prefix("- ") {
                mutant.old.push(old.trim().to_owned());
            } else if let Some(new) = line.strip_prefix("+ ") {
                mutant.new.push(new.trim().to_owned());
            } else {
                about = true;
            }
        }
        let complete = about && !mutant.file.is_empty() && !mutant.old.is_empty();
        if !complete || mutant.old == mutant.new {
            return Err(format!("mutant {name} lacks a sentence, its file or its lines"));
        }
        mutants.push(mutant);
    }
    Ok(())
}
