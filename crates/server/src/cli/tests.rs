//! What the help texts and the documentation show can be typed: every example is a line that is understood.

use std::path::Path;

use clap::{Command, CommandFactory, Parser};

use super::Cli;

/// The lines of a text that run `lanyard`, each as one line, without what a shell does around them.
fn examples(text: &str) -> Vec<String> {
    let mut lines = text.split("\\\n");
    let first = lines.next().unwrap_or_default().trim_end();
    let joined = lines.fold(first.to_owned(), |joined, line| {
        format!("{} {}", joined.trim_end(), line.trim_start())
    });
    let is_assignment = |word: &&str| {
        let name = word.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
    };
    let commands = joined
        .lines()
        .flat_map(|line| line.split(" | "))
        .filter_map(|command| {
            let words: Vec<&str> = command_of(command)
                .split_whitespace()
                .skip_while(is_assignment)
                .collect();
            (words.first() == Some(&"lanyard")).then(|| words.join(" "))
        });
    // Placeholders, and what no shell would take, are prose.
    commands
        .filter(|command| !command.contains(['…', '`', '[', '|']))
        .collect()
}

/// What stands before a gap, behind which a line says what it is for.
fn command_of(line: &str) -> &str {
    let line = line.trim_start();
    line.split_once("  ").map_or(line, |(command, _)| command)
}

/// The words of a line as a shell splits it: single quotes, and redirections and comments that end it.
fn words(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (number, piece) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            found.push(piece.to_owned());
            continue;
        }
        for word in piece.split_whitespace() {
            if matches!(word, ">" | "<" | "#" | "&" | "||" | "&&") {
                return found;
            }
            found.push(word.to_owned());
        }
    }
    found
}

fn check(from: &str, text: &str) -> usize {
    let examples = examples(text);
    for example in &examples {
        if let Err(error) = Cli::try_parse_from(words(example)) {
            let is_answer = matches!(
                error.kind(),
                clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion
            );
            assert!(is_answer, "{from}: {example}\n{error}");
        }
    }
    examples.len()
}

fn check_help(command: &Command, found: &mut usize) {
    if let Some(help) = command.get_after_help() {
        let name = command.get_name();
        *found += check(name, &help.to_string());
    }
    for inner in command.get_subcommands() {
        check_help(inner, found);
    }
}

#[test]
fn every_example_of_a_help_text_can_be_typed() {
    let mut found = 0;
    check_help(&Cli::command(), &mut found);
    assert!(found > 50, "{found}");
}

#[test]
fn every_command_line_of_the_documentation_can_be_typed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pages = std::fs::read_dir(root.join("docs")).unwrap();
    let pages = pages
        .map(|page| page.unwrap().path())
        .chain([root.join("README.md")]);
    let mut found = 0;
    for page in pages.filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = std::fs::read_to_string(&page).unwrap();
        found += check(&page.display().to_string(), &blocks(&text));
    }
    assert!(found > 20, "{found}");
}

/// The blocks of a page that stand between fences or are indented.
fn blocks(text: &str) -> String {
    let mut is_fenced = false;
    let mut found = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced || line.starts_with("    ") {
            found.push_str(line);
            found.push('\n');
        }
    }
    found
}
