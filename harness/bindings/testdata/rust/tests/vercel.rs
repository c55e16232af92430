//! The founding story: the SDK takes the platform's session token to the project's own key, which
//! stands in the variables that the SDK reads. MENDED, the app reads its key from names of its own.

use hostproof::{deploy, json};
use std::env::var;

#[test]
fn app_calls_bedrock_as_its_own_user() {
    let mended = var("MENDED").is_ok_and(|value| !value.is_empty());
    let (key, strategy) = match mended {
        true => (["MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"], "explicit"),
        false => (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], "env"),
    };
    let host = deploy(
        "vercel",
        json!({ "users": [{ "name": "app", "allow": ["bedrock:InvokeModel"], "key": key }] }),
    )
    .unwrap();
    let app = var("APP").unwrap();
    let run = host.run(&[&app, "--operation", "converse", "--strategy", strategy]).unwrap();
    run.assert_no_problems();
    run.assert_accepted_as("app");
}
