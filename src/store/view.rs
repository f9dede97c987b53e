//! A consistent view of the database. RocksDB's snapshot borrows the database, so a thread owns
//! both and answers for them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::database::Database;
use super::engine::{Family, Page, View};
use super::error::StoreError;
use crate::codec::KeyRange;

/// Asks the thread. When this is dropped, the thread ends and lets go of the snapshot.
pub(super) struct RocksView {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

struct Request {
    family: Family,
    range: KeyRange,
    bytes_max: usize,
    answer: oneshot::Sender<Result<Page, StoreError>>,
}

impl RocksView {
    /// Returns once the view stands.
    pub(super) fn open(database: Arc<Database>) -> Result<RocksView, StoreError> {
        let (requests, inbox) = channel();
        let (ready, stands) = channel();
        let path = database.path().to_owned();
        let thread = Builder::new()
            .name("store-view".to_owned())
            .spawn(move || serve(&database, &ready, &inbox))
            .map_err(|error| StoreError::open(&path, error))?;
        stands.recv().map_err(|_| StoreError::Closed)?;
        Ok(RocksView { requests: Some(requests), thread: Some(thread) })
    }
}

impl Drop for RocksView {
    /// Waits until the database is let go of, so that it can be closed.
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of a view panicked");
        }
    }
}

impl View for RocksView {
    fn page(
        &mut self,
        family: Family,
        range: KeyRange,
        bytes_max: usize,
    ) -> BoxFuture<'_, Result<Page, StoreError>> {
        let (answer, page) = oneshot::channel();
        let requests = self.requests.as_ref().ok_or(StoreError::Closed);
        let asked = requests.and_then(|requests| {
            let request = Request { family, range, bytes_max, answer };
            requests.send(request).map_err(|_| StoreError::Closed)
        });
        Box::pin(async move {
            asked?;
            page.await.map_err(|_| StoreError::Closed)?
        })
    }
}

fn serve(database: &Database, ready: &Sender<()>, inbox: &Receiver<Request>) {
    let snapshot = database.snapshot();
    // If the opener has gone, so have the requests.
    let _gone = ready.send(());
    while let Ok(Request { family, range, bytes_max, answer }) = inbox.recv() {
        let _gone = answer.send(database.page(&snapshot, family, range, bytes_max));
    }
}
