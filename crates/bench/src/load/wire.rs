//! A WebSocket client as light as it can be: frames are counted and searched, never parsed, and one read takes all that
//! came. Used by the generator and, for the frames that come in, by the coalescing floor.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// What one read takes; a larger frame makes its connection's buffer grow.
const READ: usize = 16 * 1024;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Close,
    Ping,
    Other,
}

/// A frame that came in.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) kind: Kind,
    pub(super) payload: &'a [u8],
}

/// The reading half.
#[derive(Debug)]
pub(super) struct Inbox {
    half: OwnedReadHalf,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

/// The writing half.
#[derive(Debug)]
pub(super) struct Outlet(OwnedWriteHalf);

/// Both halves.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) inbox: Inbox,
    pub(super) outlet: Outlet,
}

impl Wire {
    /// Connects and upgrades.
    pub(super) async fn connect(address: SocketAddr, path: &str) -> Result<Wire> {
        let stream = TcpStream::connect(address).await.context("connecting")?;
        let mut wire = Wire::over(stream)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y29uZmFiLWxvYWQtdG9vbA==\r\n\r\n"
        );
        wire.outlet.write(request.as_bytes()).await?;
        let head = wire.inbox.head().await?;
        if !head.starts_with("HTTP/1.1 101") {
            bail!("no upgrade: {head}");
        }
        Ok(wire)
    }

    /// Both halves of a connection on which nothing was said yet.
    pub(super) fn over(stream: TcpStream) -> Result<Wire> {
        stream.set_nodelay(true)?;
        let (half, write) = stream.into_split();
        let inbox = Inbox { half, buffer: vec![0; READ], start: 0, end: 0 };
        Ok(Wire { inbox, outlet: Outlet(write) })
    }

    /// Waits for a text that begins so, and gives it; answers pings, refuses an error.
    pub(super) async fn expect(&mut self, beginning: &str) -> Result<String> {
        loop {
            while let Some(frame) = self.inbox.next() {
                match frame.kind {
                    Kind::Text if frame.payload.starts_with(beginning.as_bytes()) => {
                        return Ok(String::from_utf8_lossy(frame.payload).into_owned());
                    }
                    Kind::Text if frame.payload.starts_with(REFUSAL) => {
                        bail!("refused: {}", String::from_utf8_lossy(frame.payload));
                    }
                    Kind::Close => bail!("closed: {}", String::from_utf8_lossy(frame.payload)),
                    Kind::Ping => self.outlet.pong(frame.payload).await?,
                    Kind::Text | Kind::Other => {}
                }
            }
            self.inbox.fill().await?;
        }
    }
}

/// How a refusal begins.
pub(super) const REFUSAL: &[u8] = b"{\"type\":\"error\"";

impl Inbox {
    /// Reads once: whatever has come, at least a byte.
    pub(super) async fn fill(&mut self) -> Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        match self.half.read(room).await? {
            0 => bail!("the connection ended"),
            read => self.end += read,
        }
        Ok(())
    }

    /// The next whole frame, unmasked, of those that were read.
    pub(super) fn next(&mut self) -> Option<Frame<'_>> {
        let got = self.buffer.get_mut(self.start..self.end)?;
        let [first, second] = *got.first_chunk::<2>()?;
        let (mut head, length) = match second & 0x7f {
            126 => (4, u64::from(u16::from_be_bytes(*got.get(2..)?.first_chunk()?))),
            127 => (10, u64::from_be_bytes(*got.get(2..)?.first_chunk()?)),
            short => (2, u64::from(short)),
        };
        let mut key = [0; 4];
        if second & 0x80 != 0 {
            key = *got.get(head..)?.first_chunk()?;
            head += 4;
        }
        let end = head.checked_add(usize::try_from(length).ok()?)?;
        let payload = got.get_mut(head..end)?;
        if key != [0; 4] {
            payload.iter_mut().zip(key.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
        }
        self.start += end;
        let kind = match first & 0x0f {
            1 => Kind::Text,
            8 => Kind::Close,
            9 => Kind::Ping,
            _ => Kind::Other,
        };
        Some(Frame { kind, payload })
    }

    /// The head of an HTTP message, up to and with its empty line.
    pub(super) async fn head(&mut self) -> Result<String> {
        loop {
            let got = self.buffer.get(self.start..self.end).unwrap_or_default();
            if let Some(at) = memchr::memmem::find(got, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(got.get(..at + 4).unwrap_or_default()).into_owned();
                self.start += at + 4;
                return Ok(head);
            }
            self.fill().await?;
        }
    }

    /// Passes over so many bytes.
    pub(super) async fn skip(&mut self, mut bytes: usize) -> Result<()> {
        loop {
            let had = (self.end - self.start).min(bytes);
            self.start += had;
            bytes -= had;
            if bytes == 0 {
                return Ok(());
            }
            self.fill().await?;
        }
    }
}

impl Outlet {
    /// Writes a text as a client's frame. The mask is of noughts, which masks nothing and is a mask all the same.
    pub(super) async fn text(&mut self, text: &str) -> Result<()> {
        self.frame(0x81, text.as_bytes()).await
    }

    /// Answers a ping.
    pub(super) async fn pong(&mut self, payload: &[u8]) -> Result<()> {
        self.frame(0x8a, payload).await
    }

    async fn frame(&mut self, first: u8, payload: &[u8]) -> Result<()> {
        let mut bytes = header(first, payload.len(), 0x80);
        bytes.extend([0; 4]);
        bytes.extend(payload);
        self.write(&bytes).await
    }

    /// Writes bytes as they are.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.0.write_all(bytes).await?)
    }
}

/// The first bytes of a frame, up to its length.
pub(super) fn header(first: u8, length: usize, mask: u8) -> Vec<u8> {
    let mut bytes = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => bytes.push(mask | short),
        (_, Ok(medium)) => {
            bytes.push(mask | 126);
            bytes.extend(medium.to_be_bytes());
        }
        _ => {
            bytes.push(mask | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes
}
