//! Floors: what moving the plain rows costs with nothing else done. Nobody can be expected below them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Sends a file over TCP to a listener that writes it to disk and syncs it; `through` maps the
/// listener's address to the one that is dialled. Gives the time.
///
/// # Errors
/// Where disk or network refuse.
pub fn copy(rows: &[u8], to: &Path, through: impl FnOnce(SocketAddr) -> Result<SocketAddr>) -> Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = through(listener.local_addr()?)?;
    let rows = rows.to_vec();
    let start = Instant::now();
    let sender = std::thread::spawn(move || -> Result<()> {
        let (mut stream, _) = listener.accept()?;
        Ok(stream.write_all(&rows)?)
    });
    let mut stream = TcpStream::connect(address)?;
    let mut file = std::fs::File::create(to)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        file.write_all(&buffer[..read])?;
    }
    file.sync_all()?;
    sender.join().map_err(|_| anyhow::anyhow!("the sender panicked"))??;
    Ok(start.elapsed())
}

/// Compresses the rows as `zstd -3` does; gives the time and the size.
///
/// # Errors
/// Where zstd refuses.
pub fn compress(rows: &[u8]) -> Result<(Duration, usize)> {
    let start = Instant::now();
    let packed = zstd::bulk::compress(rows, 3)?;
    Ok((start.elapsed(), packed.len()))
}
