//! The asker's end of the socket: blocking, one question at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use cremona_engine::{Answer, Ask, Failure};

use super::{Line, MAX_ANSWER, MAX_LINE, Reply, VERSION, Watch};
use crate::words::{fail, system};

/// A connection to a running node.
pub struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    /// Connects to the node that listens at `path`.
    ///
    /// # Errors
    /// [`Failure`] where it does not answer.
    pub fn connect(path: &Path) -> Result<Self, Failure> {
        let stream = UnixStream::connect(path).map_err(|error| fail!(TryLater, "no-answer", error = system(&error)))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Asks once.
    ///
    /// # Errors
    /// [`Failure`] of the node, or where the connection breaks.
    pub fn ask(&mut self, ask: &Ask) -> Result<Answer, Failure> {
        self.send(&Line { v: VERSION, ask: Some(ask.clone()), watch: None })?;
        match self.receive()? {
            Some(Reply::Ok(answer)) => Ok(answer),
            Some(Reply::Fail(failure)) => Err(failure),
            None => Err(fail!(TryLater, "broken-stopped")),
        }
    }

    /// Hears of changes until `each` fails or the node stops.
    ///
    /// # Errors
    /// [`Failure`] of the node, of `each`, or where the connection breaks.
    pub fn watch(
        &mut self,
        since: Option<String>,
        mut each: impl FnMut(Answer) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.send(&Line { v: VERSION, ask: None, watch: Some(Watch { since }) })?;
        while let Some(reply) = self.receive()? {
            match reply {
                Reply::Ok(answer) => each(answer)?,
                Reply::Fail(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn send(&mut self, line: &Line) -> Result<(), Failure> {
        let mut text =
            serde_json::to_string(line).map_err(|error| fail!(Failed, "json-failed", error = error.to_string()))?;
        if text.len() >= MAX_LINE {
            return Err(fail!(Usage, "too-much-at-once", bytes = text.len(), limit = MAX_LINE));
        }
        text.push('\n');
        let Err(error) = self.stream.get_mut().write_all(text.as_bytes()) else { return Ok(()) };
        // A node that hung up may have said why before it did.
        match self.receive() {
            Ok(Some(Reply::Fail(failure))) => Err(failure),
            Ok(Some(Reply::Ok(_)) | None) | Err(_) => Err(broken(&error)),
        }
    }

    fn receive(&mut self) -> Result<Option<Reply>, Failure> {
        let mut line = Vec::new();
        let most = MAX_ANSWER as u64 + 1;
        (&mut self.stream).take(most).read_until(b'\n', &mut line).map_err(|error| broken(&error))?;
        match line.last() {
            None => Ok(None),
            Some(b'\n') => serde_json::from_slice(&line).map(Some).map_err(|_| fail!(TryLater, "broken-answer")),
            Some(_) => Err(fail!(TryLater, "broken-cut")),
        }
    }
}

fn broken(error: &std::io::Error) -> Failure {
    fail!(TryLater, "broken", error = system(error))
}
