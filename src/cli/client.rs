//! Calls a cluster over HTTP: endpoints in turn, writes under a key that makes them safe to repeat.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use super::args::Connect;
use super::exit::{Exit, Failure};
use crate::causes::causes;
use crate::clock::{SystemClock, SystemRng, fresh};

/// Who the command line is where callers are believed.
const USER: &str = "usher-cli";

/// How long a connection may take: beyond a lost packet or two, the node is not there.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long an endpoint may take before the next is asked: nodes give up on each other sooner, and
/// say so, which tells more than silence.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);

/// The same for a body with a seating plan, which goes through the log in many entries.
const PLAN_TIMEOUT: Duration = Duration::from_secs(90);

/// Bodies from this size on have a plan in them.
const PLAN_BYTES: usize = 256 * 1024;

/// How long a long answer may take to begin: a checkpoint of everything may come first.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(75);

/// Between two rounds of endpoints, unless an answer asks for more.
const PAUSE: Duration = Duration::from_millis(200);

/// The longest pause that an answer can ask for: leaders are found sooner.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Most bytes of an answer: a map of 100,000 seats takes some 30 MB.
const ANSWER_MAX: usize = 256 * 1024 * 1024;

/// A cluster, through its endpoints.
pub(super) struct Client {
    http: reqwest::Client,
    endpoints: Vec<String>,
    /// How long to go on trying.
    patience: Duration,
}

/// What is asked.
pub(super) struct Request {
    pub method: Method,
    /// From `/v1` on.
    pub path: String,
    pub body: Bytes,
    /// Under which key; `None` for reads.
    pub key: Option<String>,
    /// Which endpoint is asked first.
    pub first: usize,
    /// Only the first endpoint is asked.
    pub alone: bool,
    /// An answer that says "not now" is asked for again while patience lasts.
    pub patient: bool,
    /// How long one endpoint may take.
    pub timeout: Duration,
}

/// What was answered.
pub(super) struct Answer {
    pub status: u16,
    pub body: Bytes,
    /// By which endpoint.
    pub endpoint: String,
    /// An earlier attempt may have done it already.
    pub repeated: bool,
}

/// How one attempt at one endpoint went.
enum Attempt {
    Answered(Answer, Option<Duration>),
    /// The request never got there.
    NotReached(String),
    /// It may have got there.
    Lost(String),
}

impl Client {
    /// A client of the endpoints on the command line.
    ///
    /// # Errors
    /// The token cannot be read.
    pub(super) fn new(connect: &Connect) -> Result<Client, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert("x-user-id", HeaderValue::from_static(USER));
        headers.insert("x-usher-role", HeaderValue::from_static("operator"));
        if let Some(token) = token(connect)? {
            let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
                Failure::new(Exit::Usage, "the token has characters that no token has")
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let builder = reqwest::Client::builder()
            .default_headers(headers)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            // A cluster is talked to directly: a proxy would hide which node answers.
            .no_proxy();
        let secure = connect.endpoints.iter().any(|endpoint| endpoint.starts_with("https:"));
        // Without https no certificates are needed, nor looked for on machines that have none.
        let builder = if secure { builder } else { builder.tls_certs_only([]) };
        let http = builder
            .build()
            .map_err(|error| Failure::new(Exit::Failed, format!("no HTTP client: {error}")))?;
        Ok(Client { http, endpoints: connect.endpoints.clone(), patience: connect.timeout })
    }

    /// The same caller at one other endpoint.
    pub(super) fn at(&self, endpoint: &str) -> Client {
        let endpoints = vec![endpoint.to_owned()];
        Client { http: self.http.clone(), endpoints, patience: self.patience }
    }

    /// The URL of a member that names itself `host:port`, spoken to as the endpoints are.
    pub(super) fn member(&self, http: &str) -> String {
        let secure = self.endpoints.iter().any(|endpoint| endpoint.starts_with("https:"));
        match http.contains("://") {
            true => http.to_owned(),
            false if secure => format!("https://{http}"),
            false => format!("http://{http}"),
        }
    }

    pub(super) fn endpoints(&self) -> &[String] {
        &self.endpoints
    }

    /// A number that hardly anybody else has: twelve digits.
    pub(super) fn new_number() -> u64 {
        let number = fresh(&SystemClock::new(), &SystemRng).0 % 1_000_000_000_000;
        u64::try_from(number).expect("twelve digits fit")
    }

    /// A key that no other write has.
    pub(super) fn new_key() -> String {
        format!("cli-{:032x}", fresh(&SystemClock::new(), &SystemRng).0)
    }

    /// Reads from the first endpoint that can answer.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.ask(&Request::get(path)).await?.sound()
    }

    /// Writes under a key of its own.
    pub(super) async fn post(&self, path: &str, body: impl Into<Bytes>) -> Result<Answer, Failure> {
        self.ask(&Request::post(path, body)).await?.sound()
    }

    /// Asks the endpoints in turn until one decides. A patient request is made again after an
    /// answer that says "not now" (429, 503, 504) and after a connection lost in a write; endpoints
    /// that are all out of reach are not waited for.
    ///
    /// # Errors
    /// Nothing was decided: unreachable, or for a write that may have got through, unknown.
    pub(super) async fn ask(&self, request: &Request) -> Result<Answer, Failure> {
        let deadline = Instant::now() + self.patience;
        let endpoints = if request.alone { 1 } else { self.endpoints.len() };
        let mut unknown = false;
        // What a node said tells more than which others are down.
        let (mut said, mut missed) = (None, None);
        loop {
            let (mut answered, mut pause) = (false, PAUSE);
            for n in 0..endpoints {
                let endpoint = &self.endpoints[(request.first + n) % self.endpoints.len()];
                match self.attempt(endpoint, request).await {
                    Attempt::Answered(answer, wait) if matches!(answer.status, 429 | 503 | 504) => {
                        answered = true;
                        unknown |= answer.status == 504 && request.key.is_some();
                        pause = pause.max(wait.unwrap_or(PAUSE)).min(PAUSE_MAX);
                        said = Some(format!("{endpoint}: {}", answer.problem()));
                    }
                    Attempt::Answered(answer, _) => {
                        return Ok(Answer { repeated: unknown, ..answer });
                    }
                    Attempt::NotReached(error) => missed = Some(format!("{endpoint}: {error}")),
                    Attempt::Lost(error) => {
                        unknown |= request.key.is_some();
                        missed = Some(format!("{endpoint}: {error}"));
                    }
                }
            }
            let again = request.patient && (answered || unknown);
            if !again || Instant::now() + pause >= deadline {
                return Err(undecided(unknown, &said.or(missed).unwrap_or_default()));
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// The status that an endpoint answers a read with; `None` if nobody is there.
    ///
    /// # Errors
    /// The connection was lost.
    pub(super) async fn status_at(
        &self,
        endpoint: &str,
        path: &str,
    ) -> Result<Option<u16>, Failure> {
        match self.attempt(endpoint, &Request::get(path)).await {
            Attempt::Answered(answer, _) => Ok(Some(answer.status)),
            Attempt::NotReached(_) => Ok(None),
            Attempt::Lost(error) => Err(Failure::new(Exit::Unreachable, error)),
        }
    }

    /// Reads a long answer into a file, from the first endpoint that gives it whole. Returns which.
    ///
    /// # Errors
    /// None did.
    pub(super) async fn download(&self, path: &str, into: &mut File) -> Result<String, Failure> {
        let mut last = Failure::new(Exit::Unreachable, "no endpoints");
        for endpoint in &self.endpoints {
            into.set_len(0).and_then(|()| into.rewind()).map_err(|error| local(&error))?;
            match self.download_from(endpoint, path, into).await {
                Ok(()) => return Ok(endpoint.clone()),
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }

    async fn download_from(
        &self,
        endpoint: &str,
        path: &str,
        into: &mut File,
    ) -> Result<(), Failure> {
        let missed = |error: &reqwest::Error| {
            Failure::new(Exit::Unreachable, format!("{endpoint}: {}", causes(error)))
        };
        let asked = self.http.get(format!("{endpoint}{path}")).send();
        let begun = tokio::time::timeout(BEGIN_TIMEOUT, asked).await;
        let late = |_| Failure::new(Exit::Unreachable, format!("{endpoint}: it does not begin"));
        let mut response = begun.map_err(late)?.map_err(|error| missed(&error))?;
        let status = response.status().as_u16();
        if status != 200 {
            let body = body(response).await.unwrap_or_default();
            let answer = Answer { status, body, endpoint: endpoint.to_owned(), repeated: false };
            let failure = answer.failure();
            let exit = if status == 503 { Exit::Unreachable } else { failure.exit };
            return Err(Failure::new(exit, format!("{endpoint}: {}", failure.message)));
        }
        loop {
            let chunk = tokio::time::timeout(CALL_TIMEOUT, response.chunk()).await;
            let chunk = chunk.map_err(|_stalled| {
                Failure::new(Exit::Unreachable, format!("{endpoint}: the answer stands still"))
            })?;
            let Some(chunk) = chunk.map_err(|error| missed(&error))? else { return Ok(()) };
            into.write_all(&chunk).map_err(|error| local(&error))?;
        }
    }

    async fn attempt(&self, endpoint: &str, request: &Request) -> Attempt {
        let url = format!("{endpoint}{}", request.path);
        let mut call = self.http.request(request.method.clone(), url).timeout(request.timeout);
        if let Some(key) = &request.key {
            call = call.header("idempotency-key", key);
            call = call.header(CONTENT_TYPE, "application/json").body(request.body.clone());
        }
        let response = match call.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Attempt::NotReached(causes(&error)),
            Err(error) => return Attempt::Lost(causes(&error)),
        };
        let status = response.status().as_u16();
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        match body(response).await {
            Ok(body) => {
                let endpoint = endpoint.to_owned();
                Attempt::Answered(Answer { status, body, endpoint, repeated: false }, wait)
            }
            Err(error) => Attempt::Lost(error),
        }
    }
}

impl Request {
    pub(super) fn get(path: &str) -> Request {
        Request {
            method: Method::GET,
            path: path.to_owned(),
            body: Bytes::new(),
            key: None,
            first: 0,
            alone: false,
            patient: true,
            timeout: CALL_TIMEOUT,
        }
    }

    pub(super) fn post(path: &str, body: impl Into<Bytes>) -> Request {
        let body = body.into();
        Request {
            method: Method::POST,
            key: Some(Client::new_key()),
            timeout: if body.len() < PLAN_BYTES { CALL_TIMEOUT } else { PLAN_TIMEOUT },
            body,
            ..Request::get(path)
        }
    }

    /// Takes the first answer of each endpoint for final.
    pub(super) fn once(self) -> Request {
        Request { patient: false, ..self }
    }

    /// Gives each endpoint as long as this.
    pub(super) fn timeout(self, timeout: Duration) -> Request {
        Request { timeout, ..self }
    }

    /// Begins with another endpoint, so that many requests spread over the nodes.
    pub(super) fn first(self, first: usize) -> Request {
        Request { first, ..self }
    }

    /// Asks one endpoint only.
    pub(super) fn alone(self, endpoint: usize) -> Request {
        Request { first: endpoint, alone: true, ..self }
    }
}

impl Answer {
    /// The body as what it should be.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let message = format!("{}: an answer that is not understood: {error}", self.endpoint);
            Failure::new(Exit::Failed, message)
        })
    }

    /// The answer if it is a good one.
    pub(super) fn sound(self) -> Result<Answer, Failure> {
        if (200..300).contains(&self.status) { Ok(self) } else { Err(self.failure()) }
    }

    /// What an answer that is no good one means for the command.
    pub(super) fn failure(&self) -> Failure {
        let exit = match (self.status, self.code().as_deref()) {
            (409, Some("already_initialized" | "refused")) => Exit::Unsafe,
            (404 | 409 | 410 | 412, _) => Exit::Conflict,
            _ => Exit::Failed,
        };
        Failure::new(exit, self.problem())
    }

    /// The problem's code.
    pub(super) fn code(&self) -> Option<String> {
        let problem: Value = serde_json::from_slice(&self.body).ok()?;
        Some(problem.get("code")?.as_str()?.to_owned())
    }

    /// The problem in words, with each field that is wrong on a line of its own.
    fn problem(&self) -> String {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let text = |value: &Value, key: &str| {
            value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let mut words = match (text(&problem, "detail"), text(&problem, "title")) {
            (detail, _) if !detail.is_empty() => detail,
            (_, title) if !title.is_empty() => title,
            (_, _) => format!("status {}", self.status),
        };
        let code = text(&problem, "code");
        if !code.is_empty() {
            words = format!("{words} ({} {code})", self.status);
        }
        for error in problem.get("errors").and_then(Value::as_array).into_iter().flatten() {
            let line = format!("\n  {}: {}", text(error, "field"), text(error, "message"));
            words.push_str(&line);
        }
        words
    }
}

fn local(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("the file cannot be written: {error}"))
}

fn undecided(unknown: bool, last: &str) -> Failure {
    if unknown {
        let message = format!("it is not known whether this was done: {last}");
        return Failure::new(Exit::Unknown, message);
    }
    Failure::new(Exit::Unreachable, last)
}

async fn body(mut response: reqwest::Response) -> Result<Bytes, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| causes(&error))? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(format!("the answer has more than {ANSWER_MAX} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

fn token(connect: &Connect) -> Result<Option<String>, Failure> {
    let token = match &connect.token_file {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
            Failure::new(Exit::Usage, format!("--token-file {}: {error}", path.display()))
        })?),
        None => std::env::var("USHER_TOKEN").ok(),
    };
    Ok(token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty()))
}
