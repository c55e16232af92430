//! What became of a run, with the questions that tests ask.

use serde_json::Value;
use std::fmt;

/// What became of a run of a program on a host.
#[derive(Debug)]
pub struct Run {
    result: Value,
}

impl Run {
    pub(crate) fn new(result: Value) -> Self {
        Run { result }
    }

    /// All of it, by the names of its JSON Schema.
    pub fn result(&self) -> &Value {
        &self.result
    }

    /// Nothing is wrong: the program ended well, no call was refused, and there are no problems.
    pub fn ok(&self) -> bool {
        self.result["ok"] == true
    }

    /// The host that it ran on.
    pub fn host(&self) -> &str {
        text(&self.result["host"])
    }

    /// The program's own exit code; -1 where a signal ended it.
    pub fn exit_code(&self) -> i64 {
        self.result["exitCode"].as_i64().unwrap_or(-1)
    }

    /// The end of what the program printed, with its secrets replaced.
    pub fn stdout(&self) -> &str {
        text(&self.result["stdout"])
    }

    /// The same of standard error.
    pub fn stderr(&self) -> &str {
        text(&self.result["stderr"])
    }

    /// The findings about what failed.
    pub fn problems(&self) -> &[Value] {
        list(&self.result["problems"])
    }

    /// The findings about what worked in this run and may not go on to.
    pub fn hazards(&self) -> &[Value] {
        list(&self.result["hazards"])
    }

    /// The places that hand out credentials: asked or not, used or not.
    pub fn ledger(&self) -> &[Value] {
        list(&self.result["ledger"])
    }

    /// The AWS calls with their verdicts.
    pub fn exchanges(&self) -> &[Value] {
        list(&self.result["exchanges"])
    }

    /// The exchanges of a call ("s3:GetObject"), of a service ("s3:*") or of an IAM action; "*" is all.
    pub fn calls(&self, name: &str) -> Vec<&Value> {
        self.exchanges()
            .iter()
            .filter(|exchange| is_call(exchange, name))
            .collect()
    }

    /// The program ended well, no call was refused, and nothing is to be mended.
    #[track_caller]
    pub fn assert_no_problems(&self) {
        if self.ok() {
            return;
        }
        let kinds: Vec<_> = self
            .problems()
            .iter()
            .map(|problem| text(&problem["kind"]))
            .collect();
        let what = match (kinds.is_empty(), text(&self.result["headline"])) {
            (false, _) => kinds.join(", "),
            (true, "") => format!("exit code {}", self.exit_code()),
            (true, headline) => headline.into(),
        };
        panic!(
            "there is a problem on host {}: {what}\n\n{self}",
            self.host()
        );
    }

    /// Every AWS call was accepted as a principal, and there was one. It is a name ("app", "user/app",
    /// "role/app-task") or an ARN.
    #[track_caller]
    pub fn assert_accepted_as(&self, principal: &str) {
        self.assert_call_accepted_as("*", principal);
    }

    /// The same of every call of a name ("s3:ListBuckets", "s3:*").
    #[track_caller]
    pub fn assert_call_accepted_as(&self, call: &str, principal: &str) {
        let (calls, host) = (self.calls(call), self.host());
        if calls.is_empty() {
            panic!("there was no {} on host {host}\n\n{self}", what(call));
        }
        for exchange in calls {
            let (verdict, shown) = (&exchange["verdict"], shown(exchange));
            if verdict["accepted"] != true {
                let reason = reason(exchange);
                panic!("{shown} was refused ({reason}) on host {host}, not accepted as {principal}\n\n{self}");
            }
            if !is_principal(&verdict["principal"], principal) {
                let who = text(&verdict["principal"]["text"]);
                panic!(
                    "{shown} was accepted as {who} on host {host}, not as {principal}\n\n{self}"
                );
            }
        }
    }

    /// An AWS call was refused, for a reason ("unknown-key") or with an error code of AWS; "*" is any.
    #[track_caller]
    pub fn assert_refused(&self, why: &str) {
        let mut refused = self
            .exchanges()
            .iter()
            .filter(|exchange| exchange["verdict"]["accepted"] != true);
        if !refused.any(|exchange| ["*", reason(exchange), text(&exchange["code"])].contains(&why))
        {
            panic!(
                "no AWS call was refused with {why} on host {}\n\n{self}",
                self.host()
            );
        }
    }

    /// A call was signed with parts of two credentials.
    #[track_caller]
    pub fn assert_mixes_credentials(&self) {
        if !self
            .problems()
            .iter()
            .any(|problem| problem["kind"] == "mixed-credentials")
        {
            panic!(
                "no call on host {} mixes credentials\n\n{self}",
                self.host()
            );
        }
    }
}

/// The result for a person.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(text(&self.result["text"]))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn is_call(exchange: &Value, wanted: &str) -> bool {
    let call = text(&exchange["call"]);
    let service = wanted.ends_with(":*") && call.starts_with(wanted.trim_end_matches('*'));
    service || wanted == "*" || wanted == call || exchange["action"] == wanted
}

fn is_principal(principal: &Value, wanted: &str) -> bool {
    let (kind, name) = (text(&principal["kind"]), text(&principal["name"]));
    let role = kind == "session" && wanted == format!("role/{name}");
    role || [text(&principal["text"]), name].contains(&wanted) || wanted == format!("{kind}/{name}")
}

fn reason(exchange: &Value) -> &str {
    exchange["verdict"]["refusal"]["reason"]
        .as_str()
        .unwrap_or("undecided")
}

fn shown(exchange: &Value) -> String {
    format!("#{} {}", exchange["seq"], text(&exchange["call"]))
}

fn what(call: &str) -> String {
    if call == "*" {
        "AWS call".into()
    } else {
        format!("call of {call}")
    }
}
