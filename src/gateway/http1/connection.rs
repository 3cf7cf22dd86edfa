//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use cairn_runtime::Clock;
use cairn_runtime::net::BoxStream;
use cairn_runtime::select::{Either, select};
use cairn_runtime::watch;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::gate::Gate;
use super::link::Link;
use super::response_body::ResponseBody;
use crate::limits::{HEADERS_MAX, READ_BUFFER_BYTES_MAX};

/// Answers the requests of a connection with `handler`, one after the other, until either side is done with it. When `stop`
/// turns true the request under way is finished, and no other is begun.
pub(crate) async fn serve_connection<F>(
    clock: Clock,
    stream: BoxStream,
    mut stop: watch::Receiver<bool>,
    handler: impl Fn(Arc<Link>, Request<Incoming>) -> F,
) where
    F: Future<Output = Response<ResponseBody>>,
{
    let link = Arc::new(Link::default());
    let gate = Gate::new(stream, Arc::clone(&link), clock);
    let service = service_fn(move |request| {
        let answer = handler(Arc::clone(&link), request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    // The gate watches the time; half-closed clients still get their answers.
    let mut connection = pin!(
        http1::Builder::new()
            .auto_date_header(false)
            .half_close(true)
            .header_read_timeout(None)
            .max_headers(HEADERS_MAX)
            .max_buf_size(READ_BUFFER_BYTES_MAX)
            .serve_connection(TokioIo::new(gate), service)
    );
    let stopped = async {
        // The sender lives as long as the gateway; its end is a stop as well.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let ended = match select(connection.as_mut(), stopped).await {
        Either::Left(ended) => ended,
        Either::Right(()) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

#[cfg(test)]
mod tests;
