//! One request, from hyper's hands and back.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use cairn_s3::operation::{Operation, S3Request};
use cairn_s3::response::sts_error_response;
use cairn_s3::{RequestHead, S3Error};
use cairn_types::BucketName;
use http::header::{CONNECTION, DATE, SERVER};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tracing::Instrument;

use super::answer::Answer;
use super::cross_origin::PageRequest;
use super::dispatch::serve;
use super::names::RequestName;
use crate::gateway::Gateway;
use crate::http1::{Link, RequestBody, ResponseBody};
use crate::metrics::Finished;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");
const OURS: HeaderValue = HeaderValue::from_static("Cairn");
const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// Answers one request.
pub(crate) async fn answer(
    gateway: Gateway,
    (link, peer): (Arc<Link>, IpAddr),
    request: Request<Incoming>,
) -> Response<ResponseBody> {
    let number = link.next();
    let (parts, incoming) = request.into_parts();
    let parts = Arc::new(parts);
    let mut body = RequestBody::new(incoming);
    let name = gateway.names().next();
    if let Some(error) = link.refusal(number) {
        let answer = refuse(&gateway, &parts, &name, &error, false);
        return finish(&gateway, answer, &name, Ending::Close);
    }
    let head = RequestHead::new(&parts.method, &parts.uri, &parts.headers);
    let parsed = S3Request::parse(&head, &gateway.settings().addressing);
    let (operation, is_sts) = match &parsed {
        Ok(request) => (request.operation.name(), matches!(request.operation, Operation::Sts)),
        Err(_) => ("Unknown", false),
    };
    let page = PageRequest::of(&head, &parsed, &gateway.settings().addressing);
    let bucket = parsed.as_ref().ok().and_then(|request| request.operation.bucket()).map(BucketName::as_str);
    let span = tracing::info_span!("request", request_id = name.as_str(), operation, bucket);
    let in_flight = gateway.metrics().begin(operation);
    let began = gateway.context().clock.now();
    let settled = OnceLock::new();
    let served = serve(&gateway, (&parts, peer), &mut body, parsed, (name, &settled)).instrument(span).await;
    let mut answer = served.unwrap_or_else(|error| refuse(&gateway, &parts, &name, &error, is_sts));
    if let Some(page) = page {
        // Boxed: requests of other clients do not carry the room for it.
        Box::pin(page.tell(&gateway, settled.into_inner(), &mut answer)).await;
    }
    let ending = Ending::of(&link, number, &body);
    let finished = Finished {
        status: answer.head.status,
        took: gateway.context().clock.now() - began,
        bytes_in: body.bytes(),
        bytes_out: answer.body.size_hint().exact().unwrap_or(0),
    };
    tracing::debug!(
        request_id = name.as_str(),
        operation,
        status = finished.status.as_u16(),
        took_us = finished.took.as_micros() as u64,
        "answered"
    );
    in_flight.finish(&finished);
    finish(&gateway, answer, &name, ending)
}

/// What becomes of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It serves the next request.
    KeepAlive,
    /// It ends.
    Close,
}

impl Ending {
    fn of(link: &Link, number: u64, body: &RequestBody) -> Self {
        if !body.is_finished() {
            // The client may be sending it yet.
            link.linger();
            return Self::Close;
        }
        if link.is_last(number) { Self::Close } else { Self::KeepAlive }
    }
}

fn refuse(gateway: &Gateway, parts: &Parts, name: &RequestName, error: &S3Error, is_sts: bool) -> Answer {
    if is_sts {
        return sts_error_response(error, name.as_str()).into();
    }
    let error = error.clone().resource(parts.uri.path());
    error.to_response(&parts.method, gateway.names().ids(name)).into()
}

/// Adds what every answer has.
fn finish(gateway: &Gateway, answer: Answer, name: &RequestName, ending: Ending) -> Response<ResponseBody> {
    let mut response = Response::new(answer.body);
    *response.status_mut() = answer.head.status;
    *response.headers_mut() = answer.head.headers;
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, name.header());
    headers.insert(HOST_ID, gateway.names().host_header());
    headers.insert(DATE, gateway.date().at(gateway.context().clock.wall()));
    headers.insert(SERVER, OURS);
    if ending == Ending::Close {
        headers.insert(CONNECTION, CLOSE);
    }
    response
}
