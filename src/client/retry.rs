//! Making a call: endpoints in turn, and again where the contract says that it is safe.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use tokio::time::{Instant, sleep, timeout};

use super::Client;
use super::api::Readiness;
use super::call::{Answer, Request};
use super::error::{Code, Error, Problem};
use crate::causes::causes;

/// Between two rounds of endpoints, unless an answer asks for more.
const PAUSE: Duration = Duration::from_millis(200);

/// A pause is longer by up to this share of it, so that those who were put off together do not come
/// back together.
const JITTER: f64 = 0.25;

/// Most bytes of an answer: a map of 100,000 seats takes some 30 MB.
pub(super) const ANSWER_MAX: usize = 256 * 1024 * 1024;

/// How long a long answer may take to begin: a checkpoint of everything may come first.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(75);

/// How long a long answer may stand still.
const STALL_TIMEOUT: Duration = Duration::from_secs(15);

/// How one attempt at one endpoint went.
enum Attempt {
    Answered(Result<Answer, Box<Problem>>),
    /// The request never got there.
    NotReached(String),
    /// It may have got there.
    Lost(String),
}

/// What is known after some attempts at a call.
#[derive(Debug, Default)]
struct Known {
    /// An attempt may have done it.
    is_unknown: bool,
    /// What a node said last, which tells more than which others are down.
    said: Option<Box<Problem>>,
    /// What stood in the way last.
    missed: Option<String>,
}

/// What a round of all endpoints was good for.
#[derive(Debug, Default)]
struct Round {
    /// Somebody may decide it, if asked again.
    is_hopeful: bool,
    /// When.
    pause: Duration,
}

impl Client {
    /// Asks the endpoints in turn until one decides. A patient request is made again after an
    /// answer that says "not now" and after a lost connection; endpoints that are all out of reach
    /// are not waited for.
    ///
    /// # Errors
    /// A node refused, or nothing was decided.
    pub(super) async fn ask(&self, request: &Request) -> Result<Answer, Error> {
        let deadline = Instant::now() + self.shared.patience;
        let mut known = Known::default();
        loop {
            let round = match self.round(request, &mut known).await {
                ControlFlow::Break(decided) => return decided,
                ControlFlow::Continue(round) => round,
            };
            let pause = jittered(round.pause.max(PAUSE));
            let again = request.patient && (round.is_hopeful || known.is_unknown);
            if !again || deadline <= Instant::now() + pause {
                return Err(known.undecided(request.key.as_deref()));
            }
            sleep(pause).await;
        }
    }

    /// Asks each endpoint once, or until one decides.
    async fn round(
        &self,
        request: &Request,
        known: &mut Known,
    ) -> ControlFlow<Result<Answer, Error>, Round> {
        let count = self.endpoints.len();
        let first = request.first.unwrap_or_else(|| self.shared.last.load(Ordering::Relaxed));
        let asked = if request.alone { 1 } else { count };
        let mut round = Round::default();
        for at in (0..asked).map(|n| (first + n) % count) {
            let endpoint = &self.endpoints[at];
            match self.attempt(endpoint, request).await {
                Attempt::Answered(Err(problem)) if problem.is_undecided(request) => {
                    round.is_hopeful = true;
                    round.pause = round.pause.max(problem.retry_after.unwrap_or_default());
                    known.is_unknown |=
                        matches!(problem.status, 502 | 504) && request.key.is_some();
                    // A limit is that of the caller, and others have it too.
                    let is_limit = problem.status == 429;
                    known.said = Some(problem);
                    if is_limit {
                        break;
                    }
                }
                Attempt::Answered(decided) => {
                    if request.first.is_none() {
                        self.shared.last.store(at, Ordering::Relaxed);
                    }
                    let repeated = known.is_unknown;
                    return ControlFlow::Break(decided.map_err(|problem| {
                        Error::Refused(Box::new(Problem { repeated, ..*problem }))
                    }));
                }
                Attempt::NotReached(why) => known.missed = Some(format!("{endpoint}: {why}")),
                Attempt::Lost(why) => {
                    round.is_hopeful = true;
                    known.is_unknown |= request.key.is_some();
                    known.missed = Some(format!("{endpoint}: {why}"));
                }
            }
        }
        ControlFlow::Continue(round)
    }

    async fn attempt(&self, endpoint: &str, request: &Request) -> Attempt {
        let url = format!("{endpoint}{}", request.target());
        let call = self.shared.http.request(request.method.clone(), url);
        let mut call = call.timeout(request.timeout);
        if let Some(key) = &request.key {
            call = call.header("idempotency-key", key);
            call = call.header(CONTENT_TYPE, "application/json").body(request.body.clone());
        }
        let mut response = match call.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Attempt::NotReached(causes(&error)),
            Err(error) => return Attempt::Lost(causes(&error)),
        };
        let headers = std::mem::take(response.headers_mut());
        let index = number(&headers, "usher-applied-index");
        self.saw(index.unwrap_or_default());
        if !response.status().is_success() {
            return match problem(endpoint, &headers, response).await {
                Ok(problem) => Attempt::Answered(Err(problem)),
                Err(why) => Attempt::Lost(why),
            };
        }
        let status = response.status().as_u16();
        let replayed = headers.contains_key("idempotent-replayed");
        match body(response).await {
            Ok(body) => {
                let endpoint = endpoint.to_owned();
                Attempt::Answered(Ok(Answer { status, body, index, replayed, endpoint }))
            }
            Err(why) => Attempt::Lost(why),
        }
    }

    /// Whether the node at an endpoint can serve.
    ///
    /// # Errors
    /// The connection was lost.
    pub async fn readiness(&self, endpoint: &str) -> Result<Readiness, Error> {
        match self.attempt(endpoint, &self.get::<()>("/readyz").request?).await {
            Attempt::Answered(Ok(_)) => Ok(Readiness::Ready),
            Attempt::Answered(Err(_)) => Ok(Readiness::NotReady),
            Attempt::NotReached(_) => Ok(Readiness::Nobody),
            Attempt::Lost(why) => Err(Error::Unreachable { why }),
        }
    }

    /// Asks one endpoint, once, for an answer that is too long to be kept in memory.
    ///
    /// # Errors
    /// It does not answer, or refuses.
    pub async fn download(&self, endpoint: &str, path: &str) -> Result<Chunks, Error> {
        let response = self.begin(endpoint, path, HeaderMap::new(), BEGIN_TIMEOUT).await?;
        Ok(Chunks { endpoint: endpoint.to_owned(), response })
    }

    /// Asks one endpoint, once, and gives the answer before its body.
    pub(super) async fn begin(
        &self,
        endpoint: &str,
        path: &str,
        headers: HeaderMap,
        within: Duration,
    ) -> Result<reqwest::Response, Error> {
        let missed = |why: String| Error::Unreachable { why: format!("{endpoint}: {why}") };
        let call = self.shared.http.get(format!("{endpoint}{path}")).headers(headers);
        let begun = timeout(within, call.send()).await;
        let begun = begun.map_err(|_late| missed("it does not begin".to_owned()))?;
        let mut response = begun.map_err(|error| missed(causes(&error)))?;
        let headers = std::mem::take(response.headers_mut());
        if response.status().is_success() {
            self.saw(number(&headers, "usher-applied-index").unwrap_or_default());
            return Ok(response);
        }
        let problem = timeout(STALL_TIMEOUT, problem(endpoint, &headers, response)).await;
        let problem = problem.map_err(|late| missed(late.to_string()))?.map_err(missed)?;
        Err(Error::Refused(problem))
    }
}

/// A long answer, part by part.
#[derive(Debug)]
pub struct Chunks {
    endpoint: String,
    response: reqwest::Response,
}

impl Chunks {
    /// The next part; `None` at the end.
    ///
    /// # Errors
    /// The rest does not come.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let endpoint = &self.endpoint;
        let missed = |why: String| Error::Unreachable { why: format!("{endpoint}: {why}") };
        let chunk = timeout(STALL_TIMEOUT, self.response.chunk()).await;
        let chunk = chunk.map_err(|_late| missed("the answer stands still".to_owned()))?;
        chunk.map_err(|error| missed(causes(&error)))
    }
}

impl Known {
    /// Why there is no decision.
    fn undecided(self, key: Option<&str>) -> Error {
        let Known { is_unknown, said, missed } = self;
        match (said, key.filter(|_| is_unknown)) {
            // The gateway has not done its part; what the node said of it names the payment.
            (Some(problem), _) if problem.code == Code::GatewayError => Error::Refused(problem),
            (Some(problem), None) => Error::Refused(problem),
            (said, Some(key)) => {
                let said = said.map(|problem| format!("{}: {problem}", problem.endpoint));
                let why = said.or(missed).unwrap_or_default();
                Error::OutcomeUnknown { key: key.to_owned(), why }
            }
            (None, None) => Error::Unreachable { why: missed.unwrap_or_default() },
        }
    }
}

impl Problem {
    /// Whether the same may be asked again: the contract's "not now". A read may also be asked of a
    /// node that has got further; a write whose gateway did not answer is resumed under its key.
    fn is_undecided(&self, request: &Request) -> bool {
        match self.status {
            429 | 503 | 504 => true,
            412 => request.key.is_none(),
            502 => request.key.is_some(),
            _ => false,
        }
    }
}

/// What an answer says that is not what was asked for.
async fn problem(
    endpoint: &str,
    headers: &HeaderMap,
    response: reqwest::Response,
) -> Result<Box<Problem>, String> {
    let status = response.status().as_u16();
    let retry_after = number(headers, RETRY_AFTER.as_str()).map(Duration::from_secs);
    let (endpoint, body) = (endpoint.to_owned(), body(response).await?);
    Ok(Box::new(Problem { retry_after, endpoint, ..Problem::read(status, &body) }))
}

/// A pause, and a random part more.
pub(super) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + JITTER * rand::random::<f64>())
}

/// A header that is a whole number.
fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

async fn body(mut response: reqwest::Response) -> Result<Bytes, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| causes(&error))? {
        if ANSWER_MAX < body.len() + chunk.len() {
            return Err(format!("the answer has more than {ANSWER_MAX} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}
