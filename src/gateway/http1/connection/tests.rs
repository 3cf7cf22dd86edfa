//! hyper behind the gate, on streams in memory and a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_runtime::{Context, OnExit, sim, watch};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::{Link, serve_connection};
use crate::http1::{RequestBody, ResponseBody};

/// Answers with the error of a refused head, or with what the path asks for.
async fn handler(context: Context, link: Arc<Link>, request: Request<Incoming>) -> Response<ResponseBody> {
    let number = link.next();
    let path = request.uri().path().to_owned();
    let mut body = RequestBody::new(request.into_body());
    let (status, text) = match link.refusal(number) {
        Some(error) => (error.code.status(), error.code.as_str().to_owned()),
        None if path == "/refuse" => (StatusCode::FORBIDDEN, "refused".to_owned()),
        None => {
            if path == "/slow" {
                context.clock.sleep(Duration::from_secs(5)).await;
            }
            read(&mut body).await
        }
    };
    let mut response = Response::new(ResponseBody::Whole(Bytes::from(text)));
    *response.status_mut() = status;
    if !body.is_finished() {
        link.linger();
    }
    if !body.is_finished() || link.is_last(number) {
        response.headers_mut().insert("connection", http::HeaderValue::from_static("close"));
    }
    response
}

/// The length of a body, or its error.
async fn read(body: &mut RequestBody) -> (StatusCode, String) {
    while let Some(piece) = body.next().await {
        if let Err(error) = piece {
            return (error.code.status(), error.code.as_str().to_owned());
        }
    }
    (StatusCode::OK, format!("{} bytes", body.bytes()))
}

/// Serves one side of a pipe; returns the other, and what stops the server.
fn connect(context: &Context) -> (DuplexStream, watch::Sender<bool>) {
    let (client, server) = duplex(8_192);
    let (stop, stopped) = watch::channel(false);
    let served = context.clone();
    context.tasks.spawn("connection", OnExit::Ignore, async move {
        let clock = served.clock.clone();
        let handler = move |link, request| handler(served.clone(), link, request);
        serve_connection(clock, Box::new(server), stopped, handler).await;
    });
    (client, stop)
}

/// Everything that comes until the server ends the connection.
async fn rest(client: &mut DuplexStream) -> String {
    let mut all = Vec::new();
    client.read_to_end(&mut all).await.unwrap();
    String::from_utf8(all).unwrap()
}

/// Sends bytes, ends our side, and returns all that comes back.
async fn exchange(context: &Context, bytes: &[u8]) -> String {
    let (mut client, _stop) = connect(context);
    client.write_all(bytes).await.unwrap();
    client.shutdown().await.unwrap();
    rest(&mut client).await
}

fn head(path: &str, lines: &str) -> Vec<u8> {
    format!("PUT {path} HTTP/1.1\r\nhost: h\r\n{lines}\r\n").into_bytes()
}

#[test]
fn requests_of_a_connection_are_answered_in_order() {
    sim::run(1, |context| async move {
        let bytes = [head("/a", "content-length: 3\r\n"), b"abc".to_vec(), head("/b", "")].concat();
        let answers = exchange(&context, &bytes).await;
        assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
        assert!(answers.contains("3 bytes") && answers.ends_with("0 bytes"), "{answers}");
    });
}

#[test]
fn a_refused_head_is_answered_with_its_error_and_ends_the_connection() {
    sim::run(2, |context| async move {
        let bad = head("/b", "content-length: 5\r\ntransfer-encoding: chunked\r\n");
        let smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: h\r\n\r\n".to_vec();
        let answers = exchange(&context, &[head("/a", ""), bad, smuggled].concat()).await;
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{answers}");
        assert!(answers.contains("400 Bad Request") && answers.contains("connection: close"), "{answers}");
        assert!(answers.ends_with("InvalidRequest"), "{answers}");
    });
}

#[test]
fn a_hundred_and_more_headers_are_taken() {
    sim::run(3, |context| async move {
        let lines: String = (0..200).map(|number| format!("x-amz-meta-{number}: v\r\n")).collect();
        assert!(exchange(&context, &head("/a", &lines)).await.starts_with("HTTP/1.1 200"));
    });
}

#[test]
fn a_client_is_told_to_go_on_only_when_its_body_is_read() {
    sim::run(4, |context| async move {
        let (mut client, _stop) = connect(&context);
        client.write_all(&head("/a", "content-length: 4\r\nexpect: 100-continue\r\n")).await.unwrap();
        let mut told = [0; 25];
        client.read_exact(&mut told).await.unwrap();
        assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
        client.write_all(b"body").await.unwrap();
        client.shutdown().await.unwrap();
        assert!(rest(&mut client).await.ends_with("4 bytes"));

        let (mut client, _stop) = connect(&context);
        client.write_all(&head("/refuse", "content-length: 4\r\nexpect: 100-continue\r\n")).await.unwrap();
        let answer = rest(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 403") && answer.ends_with("refused"), "{answer}");
    });
}

#[test]
fn an_early_refusal_reaches_a_client_that_sends_its_body_first() {
    sim::run(5, |context| async move {
        let (mut client, _stop) = connect(&context);
        client.write_all(&head("/refuse", "content-length: 1000000\r\n")).await.unwrap();
        // More than the pipe holds: this ends only because somebody reads it.
        client.write_all(&vec![b'x'; 1_000_000]).await.unwrap();
        client.shutdown().await.unwrap();
        assert!(rest(&mut client).await.ends_with("refused"));
    });
}

#[test]
fn a_body_that_is_cut_or_stops_has_its_error() {
    sim::run(6, |context| async move {
        let cut = [head("/a", "content-length: 10\r\n"), b"abc".to_vec()].concat();
        assert!(exchange(&context, &cut).await.ends_with("IncompleteBody"));
        let (mut client, _stop) = connect(&context);
        client.write_all(&cut).await.unwrap();
        let answer = rest(&mut client).await;
        assert!(answer.ends_with("RequestTimeout"), "{answer}");
    });
}

#[test]
fn a_chunked_request_is_the_last_of_its_connection() {
    sim::run(7, |context| async move {
        let chunked = [head("/a", "transfer-encoding: chunked\r\n"), b"3\r\nabc\r\n0\r\n\r\n".to_vec()].concat();
        let answers = exchange(&context, &[chunked, head("/b", "")].concat()).await;
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
        assert!(answers.contains("connection: close") && answers.ends_with("3 bytes"), "{answers}");
    });
}

#[test]
fn a_stop_finishes_the_request_under_way_and_ends_idle_connections() {
    sim::run(8, |context| async move {
        let (mut busy, stop_busy) = connect(&context);
        let (mut idle, stop_idle) = connect(&context);
        busy.write_all(&head("/slow", "")).await.unwrap();
        idle.write_all(&head("/a", "")).await.unwrap();
        context.clock.sleep(Duration::from_secs(1)).await;
        stop_busy.send_replace(true);
        stop_idle.send_replace(true);
        let answer = rest(&mut busy).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
        assert!(rest(&mut idle).await.ends_with("0 bytes"));
    });
}
