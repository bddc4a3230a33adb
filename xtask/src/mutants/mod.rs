//! `cargo xtask mutants`: does the suite notice when the engine is wrong?
//!
//! Two kinds of wrong. *Chosen* mutants are changes of meaning that somebody could make by mistake or by
//! misreading AWS's documentation; they stand in `crates/policy/mutants/`, and every one has to be killed.
//! *Swept* mutants are those that `cargo mutants` makes of every function; the few that may survive stand in
//! `.cargo/mutants.toml`, each with its reason. Both work on a copy of the checkout below `.test/`.

pub(crate) mod chosen;
mod swept;
mod tree;

/// The packages whose tests have to notice.
const SUITE: [&str; 3] = ["lanyard-policy", "lanyard-policy-oracle", "lanyard-policy-cases"];

/// Without words both kinds; `chosen [NAME…]` or `swept [ARGUMENTS OF CARGO MUTANTS…]` only one.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    match words {
        [] => {
            chosen::run(&[])?;
            swept::run(&[])
        }
        ["chosen", names @ ..] => chosen::run(names),
        ["swept", rest @ ..] => swept::run(rest),
        _ => Err("usage: cargo xtask mutants [chosen [NAME…] | swept [ARGUMENTS…]]".to_owned()),
    }
}
