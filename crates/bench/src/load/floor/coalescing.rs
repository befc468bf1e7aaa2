//! The lowest floor: tokio's sockets, frames encoded once and shared, and one write for all that waits for a reader.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::super::wire::{Inbox, Kind, Outlet, Wire, header};

/// Frames taken for one write at most.
const TOGETHER: usize = 256;

/// The answer to the one key that the generator sends.
const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: PS0pbzeUsMxrGg/8GtJyoIxWEwU=\r\n\r\n";

type Everyone = Arc<Mutex<HashMap<u64, UnboundedSender<Arc<[u8]>>>>>;

pub(super) async fn serve() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    super::say(listener.local_addr()?)?;
    accept(listener, Everyone::default()).await
}

async fn accept(listener: TcpListener, everyone: Everyone) -> Result<()> {
    for number in 0.. {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(welcome(stream, everyone.clone(), number));
    }
    Ok(())
}

async fn welcome(stream: TcpStream, everyone: Everyone, number: u64) -> Result<()> {
    let mut wire = Wire::over(stream)?;
    wire.inbox.head().await?;
    // First, or whoever is let in would miss what is said in that very moment; it goes out behind the answer.
    let (tx, rx) = unbounded_channel();
    lock(&everyone).insert(number, tx);
    wire.outlet.write(UPGRADE).await?;
    let Wire { inbox, outlet } = wire;
    tokio::spawn(write(outlet, rx));
    let ended = listen(inbox, &everyone).await;
    lock(&everyone).remove(&number);
    ended
}

/// Hands each text to everyone.
async fn listen(mut inbox: Inbox, everyone: &Everyone) -> Result<()> {
    loop {
        while let Some(frame) = inbox.next() {
            if frame.kind == Kind::Text {
                let mut bytes = header(0x81, frame.payload.len(), 0);
                bytes.extend(frame.payload);
                let bytes: Arc<[u8]> = bytes.into();
                for reader in lock(everyone).values() {
                    let _ = reader.send(bytes.clone());
                }
            }
        }
        inbox.fill().await?;
    }
}

async fn write(mut outlet: Outlet, mut waiting: UnboundedReceiver<Arc<[u8]>>) -> Result<()> {
    let mut frames = Vec::new();
    let mut together = Vec::new();
    while waiting.recv_many(&mut frames, TOGETHER).await > 0 {
        if let [alone] = frames.as_slice() {
            outlet.write(alone).await?;
        } else {
            frames.iter().for_each(|frame| together.extend_from_slice(frame));
            outlet.write(&together).await?;
            together.clear();
        }
        frames.clear();
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    #[expect(clippy::await_holding_lock, reason = "that nobody can be taken in meanwhile is the point")]
    async fn nobody_is_let_in_before_they_are_told_what_is_said() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let everyone = Everyone::default();
        // On a thread of its own: it is to be held up, and this one is not.
        let (listener, everyone_there) = (listener.into_std().unwrap(), everyone.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { accept(TcpListener::from_std(listener).unwrap(), everyone_there).await })
        });
        let nobody_comes_in = lock(&everyone);
        let mut coming = std::pin::pin!(Wire::connect(address, "/"));
        assert!(tokio::time::timeout(Duration::from_millis(300), &mut coming).await.is_err());
        drop(nobody_comes_in);
        let _inside = coming.await.unwrap();
        assert_eq!(lock(&everyone).len(), 1);
    }
}
