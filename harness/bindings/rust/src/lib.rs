//! Runs a program that uses AWS credentials on a simulated host, and says where each part of the
//! credentials came from.
//!
//! ```no_run
//! use hostproof::{deploy, json};
//!
//! let host = deploy("vercel", json!({ "allow": ["bedrock:InvokeModel"] })).unwrap();
//! let run = host.run(&["target/debug/app"]).unwrap();
//! run.assert_no_problems();
//! run.assert_accepted_as("app");
//! ```
//!
//! A test that fails panics with the diagnosis. The command `hostproof` is not in this crate: it is
//! the one in the variable `HOSTPROOF_BINARY`, or else the first on `PATH`.

mod engine;
mod host;
mod run;

pub use engine::Error;
pub use host::{deploy, Host, Server};
pub use run::Run;
pub use serde_json::{json, Value};
