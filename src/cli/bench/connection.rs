//! A connection of one client to one node, with one request under way at a time.
//!
//! The benchmark shares the machine with what it measures, so the connection is driven by whoever
//! waits for its answer: no task of its own, no pool, nothing that is not of this request.

use std::pin::Pin;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::causes::causes;
use crate::cli::exit::{Exit, Failure};
use crate::client::CONNECT_TIMEOUT;

/// Most bytes of an answer: a map of 100,000 seats takes some 10 MB.
const ANSWER_MAX: usize = 64 * 1024 * 1024;

/// A node to connect to.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// As the command line has it.
    endpoint: String,
    /// `host:port`.
    address: String,
    host: HeaderValue,
}

impl Node {
    /// The node at an endpoint of the command line.
    ///
    /// # Errors
    /// It is not spoken to in plain HTTP.
    pub(super) fn new(endpoint: &str) -> Result<Node, Failure> {
        let unfit = |why: &str| Failure::new(Exit::Usage, format!("{endpoint}: {why}"));
        let Some(host) = endpoint.strip_prefix("http://") else {
            return Err(unfit("the benchmark speaks plain HTTP only"));
        };
        let url = reqwest::Url::parse(endpoint).map_err(|error| unfit(&error.to_string()))?;
        let name = url.host_str().ok_or_else(|| unfit("has no host"))?;
        let port = url.port_or_known_default().ok_or_else(|| unfit("has no port"))?;
        let value = HeaderValue::try_from(host).map_err(|error| unfit(&error.to_string()))?;
        let (endpoint, address) = (endpoint.to_owned(), format!("{name}:{port}"));
        Ok(Node { endpoint, address, host: value })
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub body: Bytes,
}

/// Why there is no answer. All of it may be asked again.
#[derive(Debug)]
pub(super) struct Broken(pub String);

impl From<hyper::Error> for Broken {
    fn from(error: hyper::Error) -> Broken {
        Broken(causes(&error))
    }
}

type Driver = http1::Connection<TokioIo<TcpStream>, String>;

/// An open connection.
pub(super) struct Connection {
    sender: SendRequest<String>,
    /// `None` when the other end has closed it.
    driver: Option<Pin<Box<Driver>>>,
    host: HeaderValue,
}

impl Connection {
    /// Connects to a node.
    pub(super) async fn open(node: &Node) -> Result<Connection, Broken> {
        let connected = timeout(CONNECT_TIMEOUT, TcpStream::connect(&node.address)).await;
        let connected = connected.map_err(|late| Broken(late.to_string()))?;
        let stream = connected.map_err(|error| Broken(error.to_string()))?;
        stream.set_nodelay(true).map_err(|error| Broken(error.to_string()))?;
        let (sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Connection { sender, driver: Some(Box::pin(driver)), host: node.host.clone() })
    }

    /// Whether the other end has not closed it meanwhile, as far as is known here.
    pub(super) async fn is_open(&mut self) -> bool {
        let driver = &mut self.driver;
        std::future::poll_fn(|context| {
            if driver.as_mut().is_some_and(|driver| driver.as_mut().poll(context).is_ready()) {
                *driver = None;
            }
            Poll::Ready(driver.is_some())
        })
        .await
    }

    /// Asks, and reads the whole answer. After an error, or when this was given up, the connection
    /// is of no use any more.
    pub(super) async fn ask(&mut self, request: Request<String>) -> Result<Answer, Broken> {
        let (status, mut body) = self.begin(request).await?;
        let mut whole = BytesMut::new();
        while let Some(part) = self.next(&mut body).await? {
            if ANSWER_MAX < whole.len() + part.len() {
                return Err(Broken(format!("the answer has more than {ANSWER_MAX} bytes")));
            }
            if whole.is_empty() && body.is_end_stream() {
                // Nearly every answer comes in one piece.
                return Ok(Answer { status: status.as_u16(), body: part });
            }
            whole.extend_from_slice(&part);
        }
        Ok(Answer { status: status.as_u16(), body: whole.freeze() })
    }

    /// Asks, and reads the head of the answer.
    pub(super) async fn begin(
        &mut self,
        mut request: Request<String>,
    ) -> Result<(StatusCode, Incoming), Broken> {
        request.headers_mut().insert(HOST, self.host.clone());
        let Connection { sender, driver, .. } = self;
        let answered = async {
            sender.ready().await?;
            sender.send_request(request).await
        };
        let response = drive(driver, answered).await?;
        Ok((response.status(), response.into_body()))
    }

    /// The next part of an answer; `None` at its end.
    pub(super) async fn next(&mut self, body: &mut Incoming) -> Result<Option<Bytes>, Broken> {
        loop {
            let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
            let Some(frame) = drive(&mut self.driver, frame).await else { return Ok(None) };
            // What is no data are trailers, of which nobody here has use.
            if let Ok(data) = frame?.into_data() {
                return Ok(Some(data));
            }
        }
    }
}

/// Waits for something that a connection brings, and meanwhile reads and writes on it.
async fn drive<F: Future>(driver: &mut Option<Pin<Box<Driver>>>, awaited: F) -> F::Output {
    let mut awaited = std::pin::pin!(awaited);
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = awaited.as_mut().poll(context) {
            return Poll::Ready(output);
        }
        let Some(connection) = driver else { return Poll::Pending };
        if connection.as_mut().poll(context).is_ready() {
            // Why it ended is what the request is told.
            *driver = None;
        }
        awaited.as_mut().poll(context)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// A node that answers each connection with these bytes after each request, and then hangs up.
    fn node(answers: &'static [&'static [u8]]) -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let node = Node::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for answer in answers {
                assert_ne!(stream.read(&mut [0; 4096]).unwrap(), 0);
                stream.write_all(answer).unwrap();
            }
        });
        node
    }

    fn request() -> Request<String> {
        Request::builder().uri("/v1/shows").body(String::new()).unwrap()
    }

    /// Requests follow each other on one connection, whether answers say their length or not; one
    /// that was closed breaks the next request, and does not hang.
    #[tokio::test]
    async fn answers_follow_each_other_until_the_other_end_closes() {
        let node = node(&[
            b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}",
            b"HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        ]);
        let mut connection = Connection::open(&node).await.unwrap();
        let first = connection.ask(request()).await.unwrap();
        assert_eq!((first.status, &first.body[..]), (201, &b"{}"[..]));
        let second = connection.ask(request()).await.unwrap();
        assert_eq!((second.status, &second.body[..]), (503, &b"abcde"[..]));
        assert!(connection.ask(request()).await.is_err());
        assert!(!connection.is_open().await);
    }

    /// An answer that breaks off is none.
    #[tokio::test]
    async fn half_an_answer_is_none() {
        let node = node(&[b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"]);
        let mut connection = Connection::open(&node).await.unwrap();
        assert!(connection.ask(request()).await.is_err());
    }

    #[test]
    fn nodes_are_spoken_to_in_plain_http() {
        let node = Node::new("http://[::1]:8101").unwrap();
        assert_eq!(
            (node.address.as_str(), node.host.as_bytes()),
            ("[::1]:8101", &b"[::1]:8101"[..])
        );
        assert_eq!(Node::new("http://usher.example").unwrap().address, "usher.example:80");
        assert!(Node::new("https://usher.example").is_err());
    }
}
