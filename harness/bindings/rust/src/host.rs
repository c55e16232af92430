//! A program's place on a simulated host.

use crate::engine::{request, Error};
use crate::run::Run;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// Deploys a project to a host; the command `hostproof hosts` lists them.
///
/// The project is an object with the settings of the handbook. `allow` lists IAM actions for whoever
/// the program may be: the project's user and each role of the host.
pub fn deploy(host: &str, mut project: Value) -> Result<Host, Error> {
    let mut params = json!({"host": host});
    if let Some(allow) = project
        .as_object_mut()
        .and_then(|settings| settings.remove("allow"))
    {
        params["allow"] = allow;
    }
    params["project"] = project;
    let deployed = request("deploy", params)?;
    Ok(Host {
        deployed,
        directory: PathBuf::from("."),
    })
}

/// A program's place on a simulated host, until it is dropped.
#[derive(Debug)]
pub struct Host {
    deployed: Value,
    directory: PathBuf,
}

impl Host {
    /// The name of the host.
    pub fn name(&self) -> &str {
        self.deployed["host"].as_str().unwrap_or_default()
    }

    /// What runs cannot show on this machine; empty where they show all.
    pub fn notice(&self) -> &str {
        self.deployed["notice"].as_str().unwrap_or_default()
    }

    /// The ARN of a user of the project.
    pub fn user(&self, name: &str) -> Option<&str> {
        self.deployed["users"][name].as_str()
    }

    /// Has programs run in a folder; at first that is the folder of this process.
    pub fn in_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.directory = folder.as_ref().into();
        self
    }

    /// Runs a program, with its arguments, to its end. One that fails is no error: its run says so.
    pub fn run(&self, command: &[&str]) -> Result<Run, Error> {
        self.request("run", self.program(command)?).map(Run::new)
    }

    /// Starts a server, which listens at a port, and returns at once: a request to its URL waits for it.
    pub fn serve(&self, command: &[&str], port: u16) -> Result<Server, Error> {
        let mut params = self.program(command)?;
        params["port"] = json!(port);
        self.request("serve", params)
            .map(|served| Server { served })
    }

    fn program(&self, command: &[&str]) -> Result<Value, Error> {
        let dir = std::fs::canonicalize(&self.directory)
            .map_err(|error| Error::new(format!("{}: {error}", self.directory.display()), 0))?;
        Ok(json!({"command": command, "dir": dir}))
    }

    fn request(&self, method: &str, mut params: Value) -> Result<Value, Error> {
        params["deployment"] = self.deployed["deployment"].clone();
        request(method, params)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.request("close", json!({})); // with the engine the deployment has ended, too
    }
}

/// A program that runs until stop.
#[derive(Debug)]
pub struct Server {
    served: Value,
}

impl Server {
    /// Where programs of this machine call the server as a visitor would, with the headers that the
    /// platform adds.
    pub fn url(&self) -> &str {
        self.served["url"].as_str().unwrap_or_default()
    }

    /// Stops the server. Its run has each visit, and the calls that were made meanwhile.
    pub fn stop(self) -> Result<Run, Error> {
        request("stop", json!({"server": self.served["server"]})).map(Run::new)
    }
}
