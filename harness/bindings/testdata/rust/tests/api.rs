//! What else the crate does.

use hostproof::{deploy, json, Run};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::thread;

fn app() -> String {
    std::env::var("APP").unwrap()
}

#[test]
fn a_role_of_the_host() {
    let host = deploy("ecs-fargate", json!({ "allow": ["bedrock:InvokeModel"] })).unwrap();
    assert_eq!((host.name(), host.user("app").is_some()), ("ecs-fargate", true));
    let run = host.run(&[&app(), "--operation", "converse", "--strategy", "chain"]).unwrap();
    run.assert_no_problems();
    run.assert_call_accepted_as("bedrock:*", "role/app-task");
    let of = |name| run.calls(name).len();
    assert_eq!([of("*"), of("bedrock:Converse"), of("bedrock:InvokeModel"), of("bedrock:Con*")], [1, 1, 1, 0]);
    assert!(run.ledger().iter().any(|row| row["used"] == json!([1])), "{run}");
}

#[test]
fn a_server() {
    const SERVER: &str = "
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503)
        self.end_headers()
        self.wfile.write(self.headers['x-vercel-oidc-token'].encode())
http.server.HTTPServer(('127.0.0.1', 8000), Handler).serve_forever()";
    let host = deploy("vercel-oidc", json!({})).unwrap();
    let server = host.serve(&["python3", "-c", SERVER], 8000).unwrap();
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    write!(stream, "GET /path HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let run = server.stop().unwrap();
    assert_eq!((&run.result()["visits"][0]["path"], run.ok()), (&json!("/path"), false));
}

#[test]
fn what_a_program_does() {
    let host = deploy("local", json!({ "set": { "MINE": "1" } })).unwrap().in_folder("/");
    let run = host.run(&["sh", "-c", "pwd; echo $MINE >&2; exit 7"]).unwrap();
    assert_eq!((run.stdout(), run.stderr(), run.exit_code(), run.ok()), ("/\n", "1\n", 7, false));
    let checks: [fn(&Run); 4] = [
        |run| run.assert_accepted_as("app"),
        |run| run.assert_refused("*"),
        |run| run.assert_mixes_credentials(),
        |run| run.assert_no_problems(),
    ];
    for check in checks {
        let panic = catch_unwind(AssertUnwindSafe(|| check(&run))).unwrap_err();
        let said = panic.downcast_ref::<String>().unwrap();
        assert!(said.contains("on host local") && said.contains("no AWS call reached the mock"), "{said}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    for (host, project, says) in [
        ("versel", json!({}), "did you mean vercel?"),
        ("vercel", json!({ "hots": 1 }), "hots"),
    ] {
        let error = deploy(host, project).unwrap_err();
        assert!(error.to_string().contains(says) && error.code() == -32602, "{error}");
    }
    let host = deploy("vercel", json!({})).unwrap();
    assert!(host.run(&["no-such-program-at-all"]).unwrap_err().to_string().contains("no such program"));
    assert!(host.in_folder("/no/such").run(&["true"]).unwrap_err().to_string().starts_with("/no/such: "));
}

/// Runs of several deployments go on at the same time, by one engine.
#[test]
fn many_at_a_time() {
    let threads: Vec<_> = (0..8)
        .map(|i| {
            thread::spawn(move || {
                let host = deploy("vercel", json!({ "set": { "N": i.to_string() } })).unwrap();
                assert_eq!(host.run(&["sh", "-c", "echo $N"]).unwrap().stdout(), format!("{i}\n"));
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}
