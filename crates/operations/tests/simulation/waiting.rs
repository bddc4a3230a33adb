//! Long simulations keep nobody waiting.

use std::time::{Duration, Instant};

use crate::probes::pairs;
use crate::setting::Setting;

/// One whose single question is long: long patterns, and many values that nearly match them.
fn long() -> Vec<(String, String)> {
    let pattern = format!("\"{}b\"", "*a".repeat(60));
    let patterns = vec![pattern; 1_000].join(",");
    let policy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"ForAnyValue:StringLike":{{"test:key":[{patterns}]}}}}}}}}"#
    );
    let mut parameters = pairs(&[
        ("PolicyInputList.member.1", &*policy),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ContextEntries.member.1.ContextKeyName", "test:key"),
        ("ContextEntries.member.1.ContextKeyType", "stringList"),
    ]);
    for number in 1..=25 {
        let name = format!("ContextEntries.member.1.ContextKeyValues.member.{number}");
        parameters.push((name, "a".repeat(120)));
    }
    parameters
}

/// On one thread for all requests, as `tokio::test` has it: what holds it is waited for by everybody.
#[tokio::test]
async fn while_long_simulations_run_others_are_answered() {
    let setting = Setting::new().await;
    let parameters = long();
    let simulated = || setting.root_call("iam", "SimulateCustomPolicy", &parameters);

    let begun = Instant::now();
    let answer = simulated().await;
    assert_eq!(
        answer.element("EvalDecision"),
        Some("implicitDeny"),
        "{}",
        answer.xml
    );
    let alone = begun.elapsed();

    let mut longest = Duration::ZERO;
    let mut answered = 0;
    let others = async {
        loop {
            let begun = Instant::now();
            setting.done("iam", "GetUser", &[("UserName", "alice")]).await;
            longest = longest.max(begun.elapsed());
            answered += 1;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let four = || async { tokio::join!(simulated(), simulated(), simulated(), simulated()) };
    tokio::select! {
        () = others => {},
        _ = async { tokio::join!(four(), four()) } => {},
    }
    assert!(
        longest < alone / 2,
        "GetUser took {longest:?}, a simulation {alone:?}"
    );
    assert!(answered > 8, "{answered}");
}
