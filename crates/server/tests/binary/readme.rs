//! The README's numbers are true. (That its tour runs is shown end to end, with the real `aws` command line.)

use std::fs;
use std::path::Path;

#[test]
fn the_readme_counts_the_operations_that_work() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let missing = fs::read_to_string(root.join("crates/operations/not_implemented.txt")).unwrap();
    let missing_of = |service: &str| missing.lines().filter(|line| line.starts_with(service)).count();
    let expected = format!(
        "{} of 180 IAM operations and {} of 11 STS operations are implemented.",
        180 - missing_of("iam:"),
        11 - missing_of("sts:")
    );
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(&expected), "the README should say: {expected}");
}
