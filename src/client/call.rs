//! A call, as it is put together before it is made.

use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Client;
use super::error::{Error, Problem};

/// How long an endpoint may take for a body with a seating plan, which goes through the log in many
/// entries.
const PLAN_TIMEOUT: Duration = Duration::from_secs(90);

/// Bodies from this size on have a plan in them.
const PLAN_BYTES: usize = 256 * 1024;

/// A call that is made when it is awaited, and then gives a `T`.
#[must_use = "a call is made when it is awaited"]
#[derive(Debug)]
pub struct Call<T> {
    pub(super) client: Client,
    pub(super) request: Result<Request, Error>,
    gives: PhantomData<fn() -> T>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// From `/v1` on.
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
    /// Under which key; `None` for reads.
    pub(super) key: Option<String>,
    /// Which endpoint is asked first, if not the one that answered last.
    pub(super) first: Option<usize>,
    /// Only the first endpoint is asked.
    pub(super) alone: bool,
    /// An answer that says "not now" is asked for again while patience lasts.
    pub(super) patient: bool,
    /// How long one endpoint may take.
    pub(super) timeout: Duration,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 200 to 299.
    pub status: u16,
    /// As it came.
    pub body: Bytes,
    /// The index of the state that it stands on.
    pub index: Option<u64>,
    /// A write that had been done before, under this key.
    pub replayed: bool,
    /// By which endpoint.
    pub endpoint: String,
}

impl Answer {
    /// The body as what it should be. An answer without one is `()`.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body: &[u8] = if self.body.is_empty() { b"null" } else { &self.body };
        serde_json::from_slice(body).map_err(|error| {
            let (endpoint, why) = (self.endpoint.clone(), error.to_string());
            Error::Malformed { endpoint, why }
        })
    }
}

impl Client {
    /// A read of any path, which need not be one of the contract.
    pub fn get<T>(&self, path: &str) -> Call<T> {
        self.call(Ok(Request::new(self, Method::GET, path)))
    }

    /// A write of any path, under a key of its own.
    pub fn post<T>(&self, path: &str, body: impl Into<Bytes>) -> Call<T> {
        self.send(Method::POST, path, body)
    }

    /// The same with any method.
    pub fn send<T>(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Call<T> {
        self.call(Ok(Request::new(self, method, path).with(body.into())))
    }

    /// A read of replicated state.
    pub(super) fn read<T>(&self, segments: &[&str]) -> Call<T> {
        let fresh = self.freshness();
        self.call(path(segments).map(|path| Request {
            query: fresh.into_iter().collect(),
            ..Request::new(self, Method::GET, &path)
        }))
    }

    /// A write of a body that is none but `{}` for some routes.
    pub(super) fn write<T>(
        &self,
        method: Method,
        segments: &[&str],
        body: &impl Serialize,
    ) -> Call<T> {
        let body = serde_json::to_vec(body).map_err(|error| Error::Unusable(error.to_string()));
        let request = path(segments)
            .and_then(|path| Ok(Request::new(self, method, &path).with(body?.into())));
        self.call(request)
    }

    fn call<T>(&self, request: Result<Request, Error>) -> Call<T> {
        Call { client: self.clone(), request, gives: PhantomData }
    }
}

impl<T> Call<T> {
    /// Under this key (1 to 255 visible ASCII characters), so that it can be made again by another
    /// client, or by this one after a crash.
    pub fn key(self, key: impl Into<String>) -> Call<T> {
        let key = key.into();
        self.with(|request| request.key = Some(key))
    }

    /// With another parameter of its query. One that it has already is replaced.
    pub fn query(self, name: &'static str, value: impl Into<String>) -> Call<T> {
        let value = value.into();
        self.with(|request| {
            request.query.retain(|(given, _)| *given != name);
            request.query.push((name, value));
        })
    }

    /// Shows every write that was acknowledged to anybody.
    pub fn linearizable(self) -> Call<T> {
        self.query("consistency", "linearizable")
    }

    /// Shows at least the state at this index, such as that of an [`Answer`] of another client.
    pub fn min_index(self, index: u64) -> Call<T> {
        self.query("min_index", index.to_string())
    }

    /// Takes the first answer of each endpoint for final.
    pub fn once(self) -> Call<T> {
        self.with(|request| request.patient = false)
    }

    /// Gives each endpoint as long as this.
    pub fn timeout(self, timeout: Duration) -> Call<T> {
        self.with(|request| request.timeout = timeout)
    }

    /// Begins with another endpoint, so that many calls spread over the nodes.
    pub fn first(self, endpoint: usize) -> Call<T> {
        self.with(|request| request.first = Some(endpoint))
    }

    /// Asks one endpoint only.
    pub fn alone(self, endpoint: usize) -> Call<T> {
        self.first(endpoint).with(|request| request.alone = true)
    }

    /// Makes the call, and gives the answer as it came.
    ///
    /// # Errors
    /// Nothing was done, or it is not known.
    pub async fn answer(self) -> Result<Answer, Error> {
        self.client.ask(&self.request?).await
    }

    fn with(mut self, change: impl FnOnce(&mut Request)) -> Call<T> {
        if let Ok(request) = &mut self.request {
            change(request);
        }
        self
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Result<T, Error>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.answer().await?.parse() })
    }
}

impl Request {
    fn new(client: &Client, method: Method, path: &str) -> Request {
        Request {
            method,
            path: path.to_owned(),
            query: Vec::new(),
            body: Bytes::new(),
            key: None,
            first: None,
            alone: false,
            patient: true,
            timeout: client.shared.timeout,
        }
    }

    fn with(self, body: Bytes) -> Request {
        let timeout =
            if body.len() < PLAN_BYTES { self.timeout } else { self.timeout.max(PLAN_TIMEOUT) };
        Request { body, key: Some(Uuid::now_v7().to_string()), timeout, ..self }
    }

    /// Path and query.
    pub(super) fn target(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query);
        format!("{}?{}", self.path, query.finish())
    }
}

/// A path of segments, each escaped.
///
/// # Errors
/// Nothing is called so: a segment of dots would be resolved away, and name another resource.
pub fn path(segments: &[&str]) -> Result<String, Error> {
    let mut url = reqwest::Url::parse("http://usher/").expect("a constant URL is one");
    url.path_segments_mut().expect("an http URL has segments").clear().extend(segments);
    if url.path_segments().is_none_or(|found| found.count() != segments.len()) {
        return Err(Error::Refused(Box::new(Problem::no_such(&segments.join("/")))));
    }
    Ok(url.path().to_owned())
}
