//! Answers that may take long.
//!
//! # Invariants
//! An error keeps its status as long as nothing was sent. After that the status is 200, spaces keep the connection alive,
//! and the document tells how it went.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use cairn_runtime::Clock;
use cairn_runtime::select::{Either, select};
use cairn_s3::S3Error;
use cairn_s3::response::{Response, ResponseBody as Described};
use cairn_s3::xml::DECLARATION;
use futures::stream;
use http::StatusCode;

use super::answer::Answer;
use super::exchange::Exchange;
use super::names::RequestName;
use crate::gateway::Gateway;
use crate::http1::{BodyCut, ResponseBody};
use crate::limits::{KEEP_ALIVE_AFTER, KEEP_ALIVE_EVERY};

type Work = Pin<Box<dyn Future<Output = Result<Response, S3Error>> + Send>>;

/// Waits for `work`, a while in silence, then with signs of life. The work must not mind to be dropped: its client may
/// go away.
pub(crate) async fn answer_slowly(
    exchange: &Exchange,
    work: impl Future<Output = Result<Response, S3Error>> + Send + 'static,
) -> Result<Answer, S3Error> {
    let mut work: Work = Box::pin(work);
    let clock = &exchange.gateway.context().clock;
    match select(work.as_mut(), clock.sleep(KEEP_ALIVE_AFTER)).await {
        Either::Left(done) => done.map(Answer::from),
        Either::Right(()) => {
            let rest = Rest::Begins(work, clock.clone());
            let (gateway, name) = (exchange.gateway.clone(), exchange.name);
            let pieces = stream::unfold(rest, move |rest| step(rest, gateway.clone(), name));
            let head = Response::xml(StatusCode::OK, String::new()).head;
            Ok(Answer { head, body: ResponseBody::Unbounded(Box::pin(pieces)) })
        }
    }
}

/// How far an answer has come.
enum Rest {
    /// Its head was sent.
    Begins(Work, Clock),
    /// The document was begun.
    Waits(Work, Clock),
    /// All of it was sent.
    Ended,
}

async fn step(rest: Rest, gateway: Gateway, name: RequestName) -> Option<(Result<Bytes, BodyCut>, Rest)> {
    match rest {
        Rest::Begins(work, clock) => Some((Ok(Bytes::from_static(DECLARATION.as_bytes())), Rest::Waits(work, clock))),
        Rest::Waits(mut work, clock) => match select(work.as_mut(), clock.sleep(KEEP_ALIVE_EVERY)).await {
            Either::Right(()) => Some((Ok(Bytes::from_static(b" ")), Rest::Waits(work, clock))),
            Either::Left(Ok(response)) => Some((Ok(document(response)), Rest::Ended)),
            Either::Left(Err(error)) => {
                let xml = Bytes::from(error.to_xml(gateway.names().ids(&name)));
                Some((Ok(without_declaration(xml)), Rest::Ended))
            }
        },
        Rest::Ended => None,
    }
}

fn document(response: Response) -> Bytes {
    match response.body {
        Described::Document(bytes) => without_declaration(bytes),
        Described::Empty | Described::Object(_) => Bytes::new(),
    }
}

fn without_declaration(document: Bytes) -> Bytes {
    if document.starts_with(DECLARATION.as_bytes()) { document.slice(DECLARATION.len()..) } else { document }
}
