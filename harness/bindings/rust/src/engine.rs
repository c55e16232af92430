//! One process of the command, which deploys and runs for all tests of this process.

use serde_json::{json, Value};
use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{channel, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

/// What hostproof says is wrong: a setting, a host that does not exist, or its own failure.
#[derive(Debug, Clone)]
pub struct Error {
    message: String,
    code: i64,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>, code: i64) -> Self {
        Error {
            message: message.into(),
            code,
        }
    }

    /// The code of the protocol; -32602 is a wrong parameter or setting, and 0 stands for none.
    pub fn code(&self) -> i64 {
        self.code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

type Answer = Result<Value, Error>;

/// What the threads of an engine share.
#[derive(Default)]
struct State {
    pending: HashMap<u64, Sender<Answer>>,
    next: u64,
    said: Vec<u8>, // the end of it
    ended: Option<String>,
}

struct Engine {
    stdin: Mutex<ChildStdin>,
    state: Arc<Mutex<State>>,
}

/// The engine of this process. The command's input ends with this process, and the command with it.
static ENGINE: Mutex<Option<Arc<Engine>>> = Mutex::new(None);

/// Asks the engine, which the first call starts, and waits for the answer.
pub(crate) fn request(method: &str, params: Value) -> Answer {
    engine()?.request(method, params)
}

fn engine() -> Result<Arc<Engine>, Error> {
    let mut current = locked(&ENGINE);
    if let Some(engine) = current
        .as_ref()
        .filter(|engine| locked(&engine.state).ended.is_none())
    {
        return Ok(engine.clone());
    }
    let engine = Arc::new(Engine::start()?);
    *current = Some(engine.clone());
    Ok(engine)
}

/// A test that panics leaves nothing half done here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Engine {
    fn start() -> Result<Engine, Error> {
        let own = std::env::var("HOSTPROOF_BINARY")
            .ok()
            .filter(|path| !path.is_empty());
        let command = own.unwrap_or_else(|| "hostproof".into());
        let mut child = Command::new(&command)
            .arg("stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| {
                let hint = "install hostproof, or set HOSTPROOF_BINARY to its path";
                Error::new(format!("{command} cannot be started: {error}: {hint}"), 0)
            })?;
        let (stdin, stdout, stderr) =
            match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
                (Some(stdin), Some(stdout), Some(stderr)) => (stdin, stdout, stderr),
                _ => return Err(Error::new(format!("{command} has no pipes"), 0)),
            };
        let state = Arc::new(Mutex::new(State::default()));
        let for_messages = state.clone();
        thread::spawn(move || listen(stderr, &for_messages));
        let for_answers = state.clone();
        thread::spawn(move || {
            read(stdout, &for_answers);
            end(child, &for_answers);
        });
        Ok(Engine {
            stdin: Mutex::new(stdin),
            state,
        })
    }

    fn request(&self, method: &str, params: Value) -> Answer {
        let (send, answer) = channel();
        let id = {
            let mut state = locked(&self.state);
            if let Some(why) = &state.ended {
                return Err(Error::new(why.clone(), 0));
            }
            state.next += 1;
            let id = state.next;
            state.pending.insert(id, send);
            id
        };
        let line = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        let mut stdin = locked(&self.stdin);
        // Where this fails the process has ended, and the thread that reads says why.
        let _ = writeln!(stdin, "{line}").and_then(|()| stdin.flush());
        drop(stdin);
        answer
            .recv()
            .unwrap_or_else(|_| Err(Error::new("hostproof is gone", 0)))
    }
}

fn listen(mut stderr: impl Read, state: &Mutex<State>) {
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = stderr.read(&mut buffer) {
        let mut state = locked(state);
        state.said.extend_from_slice(&buffer[..n]);
        let beginning = state.said.len().saturating_sub(4000);
        state.said.drain(..beginning);
    }
}

fn read(stdout: impl Read, state: &Mutex<State>) {
    for line in BufReader::new(stdout).lines() {
        let Some(message) = line
            .ok()
            .and_then(|line| serde_json::from_str::<Value>(&line).ok())
        else {
            return;
        };
        let waiting = message["id"]
            .as_u64()
            .and_then(|id| locked(state).pending.remove(&id));
        if let Some(waiting) = waiting {
            let _ = waiting.send(answer(message)); // nobody waits where a test was given up
        }
    }
}

fn answer(mut message: Value) -> Answer {
    match message.get("error") {
        None => Ok(message["result"].take()),
        Some(error) => Err(Error::new(
            error["message"].as_str().unwrap_or_default(),
            error["code"].as_i64().unwrap_or_default(),
        )),
    }
}

fn end(mut child: Child, state: &Mutex<State>) {
    let _ = child.kill(); // it has ended, unless its answers made no sense
    let status = child
        .wait()
        .map_or_else(|error| error.to_string(), |status| status.to_string());
    let mut state = locked(state);
    let said = String::from_utf8_lossy(&state.said);
    let why = format!("hostproof is gone, with {status}: {}", said.trim());
    for (_, waiting) in state.pending.drain() {
        let _ = waiting.send(Err(Error::new(why.clone(), 0)));
    }
    state.ended = Some(why);
}
