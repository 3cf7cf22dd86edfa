//! One keep-alive connection: the least HTTP/1.1 that S3 needs, so that the client leaves the machine to the server.
//!
//! # Cancel safety
//! [`Connection::exchange`] is not cancel-safe by itself: a dropped one leaves a request half sent. The socket is taken out
//! of its place while it is used, so the next exchange then opens a new connection.

use anyhow::{Context, Result, bail};
use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::endpoint::Endpoint;
use crate::limits::{HEAD_BYTES_MAX, KEPT_BODY_BYTES_MAX, READ_BYTES};
use crate::pieces::Pieces;
use crate::response::{Framing, Head};

/// What to do with the body of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyWish {
    /// There is none (HEAD).
    Absent,
    /// Count and forget it; a body that explains a refusal is kept.
    Count,
    /// Keep it.
    Keep,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub status: u16,
    /// Bytes of the body; for HEAD what the body would have.
    pub length: u64,
    /// The body, where it was kept.
    pub body: Vec<u8>,
}

/// A connection that opens when it is needed and again after a fault.
pub(crate) struct Connection {
    address: String,
    socket: Option<Socket>,
}

impl Connection {
    /// To this endpoint; nothing is opened yet.
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        Self { address: endpoint.address(), socket: None }
    }

    /// Opens it, so that the first exchange does not count the handshake.
    pub(crate) async fn open(&mut self) -> Result<()> {
        if self.socket.is_none() {
            self.socket = Some(Socket::connect(&self.address).await?);
        }
        Ok(())
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) async fn exchange(&mut self, mut request: Pieces, wish: BodyWish) -> Result<Answer> {
        self.open().await?;
        let mut socket = self.socket.take().context("it was just opened")?;
        socket.stream.write_all_buf(&mut request).await.context("send")?;
        let head = socket.final_head().await?;
        let mut kept = Vec::new();
        let keeps = wish == BodyWish::Keep || head.status >= 300;
        let length = match wish {
            BodyWish::Absent => head.content_length.unwrap_or(0),
            _ => socket.body(head, keeps.then_some(&mut kept)).await.context("receive the body")?,
        };
        let ends_with_connection = wish != BodyWish::Absent && head.framing == Framing::UntilClose;
        if !head.closes && !ends_with_connection {
            self.socket = Some(socket);
        }
        Ok(Answer { status: head.status, length, body: kept })
    }
}

/// The open socket with what was read ahead.
struct Socket {
    stream: TcpStream,
    ahead: BytesMut,
    scratch: Vec<u8>,
}

impl Socket {
    async fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, ahead: BytesMut::with_capacity(READ_BYTES), scratch: Vec::new() })
    }

    /// The head of the answer, past interim ones (`100 Continue`).
    async fn final_head(&mut self) -> Result<Head> {
        loop {
            let head = Head::parse(&self.head_bytes().await?)?;
            if head.status >= 200 {
                return Ok(without_body_if_none(head));
            }
        }
    }

    async fn head_bytes(&mut self) -> Result<Bytes> {
        let mut searched = 0;
        loop {
            if let Some(end) = find(&self.ahead[searched..], b"\r\n\r\n") {
                let head = self.ahead.split_to(searched + end).freeze();
                self.ahead.advance(4);
                return Ok(head);
            }
            if self.ahead.len() > HEAD_BYTES_MAX {
                bail!("a response head of more than {HEAD_BYTES_MAX} bytes");
            }
            searched = self.ahead.len().saturating_sub(3);
            self.read_ahead().await.context("receive the head")?;
        }
    }

    async fn read_ahead(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.ahead).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }

    async fn body(&mut self, head: Head, mut kept: Option<&mut Vec<u8>>) -> Result<u64> {
        match head.framing {
            Framing::Length(length) => self.take(length, &mut kept).await.map(|()| length),
            Framing::Chunked => self.chunks(&mut kept).await,
            Framing::UntilClose => self.rest(&mut kept).await,
        }
    }

    async fn chunks(&mut self, kept: &mut Option<&mut Vec<u8>>) -> Result<u64> {
        let mut total = 0;
        loop {
            let line = self.line().await?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let length = u64::from_str_radix(digits, 16).with_context(|| format!("a chunk of {digits:?} bytes"))?;
            if length == 0 {
                while !self.line().await?.is_empty() {}
                return Ok(total);
            }
            self.take(length, kept).await?;
            self.line().await?;
            total += length;
        }
    }

    async fn line(&mut self) -> Result<String> {
        loop {
            if let Some(end) = find(&self.ahead, b"\r\n") {
                let line =
                    String::from_utf8(self.ahead.split_to(end).to_vec()).context("a line of the framing is text")?;
                self.ahead.advance(2);
                return Ok(line);
            }
            if self.ahead.len() > HEAD_BYTES_MAX {
                bail!("a line of more than {HEAD_BYTES_MAX} bytes");
            }
            self.read_ahead().await?;
        }
    }

    async fn rest(&mut self, kept: &mut Option<&mut Vec<u8>>) -> Result<u64> {
        let mut total = 0;
        loop {
            let length = self.ahead.len() as u64;
            self.take(length, kept).await?;
            total += length;
            if self.stream.read_buf(&mut self.ahead).await? == 0 {
                return Ok(total);
            }
        }
    }

    /// Takes exactly `length` bytes: first what was read ahead, then straight from the socket.
    async fn take(&mut self, length: u64, kept: &mut Option<&mut Vec<u8>>) -> Result<()> {
        let ahead = usize::try_from(length).unwrap_or(usize::MAX).min(self.ahead.len());
        keep(kept, &self.ahead[..ahead])?;
        self.ahead.advance(ahead);
        let mut missing = length - ahead as u64;
        if missing > 0 && self.scratch.is_empty() {
            self.scratch.resize(READ_BYTES, 0);
        }
        while missing > 0 {
            let wanted = usize::try_from(missing).unwrap_or(usize::MAX).min(READ_BYTES);
            let read = self.stream.read(&mut self.scratch[..wanted]).await?;
            if read == 0 {
                bail!("the server closed the connection {missing} bytes before the end");
            }
            keep(kept, &self.scratch[..read])?;
            missing -= read as u64;
        }
        Ok(())
    }
}

/// 204 and 304 have no body, whatever their head says or leaves out.
fn without_body_if_none(mut head: Head) -> Head {
    if matches!(head.status, 204 | 304) {
        head.framing = Framing::Length(0);
    }
    head
}

fn keep(kept: &mut Option<&mut Vec<u8>>, bytes: &[u8]) -> Result<()> {
    if let Some(kept) = kept {
        if kept.len() + bytes.len() > KEPT_BODY_BYTES_MAX {
            bail!("a body of more than {KEPT_BODY_BYTES_MAX} bytes to keep");
        }
        kept.extend_from_slice(bytes);
    }
    Ok(())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
