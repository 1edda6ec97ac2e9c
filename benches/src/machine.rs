//! What the kernel says of a process, and how long the disk takes to keep a promise.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::stats::Series;

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Memory {
    /// Resident now (`VmRSS`), files mapped included.
    pub resident: f64,
    /// Of that, not backed by a file (`RssAnon`).
    pub anonymous: f64,
    /// The most that was ever resident (`VmHWM`).
    pub peak: f64,
}

/// Memory of the process `pid`.
///
/// # Errors
/// Where there is no such process.
pub fn memory(pid: u32) -> Result<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).context("can't read a process's status")?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<f64>().ok().map(|kilo| kilo * 1024.0)
    };
    let read = |name: &str| field(name).with_context(|| format!("no {name} in a process's status"));
    Ok(Memory { resident: read("VmRSS:")?, anonymous: read("RssAnon:")?, peak: read("VmHWM:")? })
}

/// Processor time of the process `pid` so far, in seconds, at the kernel's resolution of 10 ms.
///
/// # Errors
/// Where there is no such process.
pub fn processor_seconds(pid: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("can't read a process's stat")?;
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / 100.0)
}

/// Milliseconds to write 4 KiB and wait until the disk has it, 200 times, in `folder`.
///
/// # Errors
/// Where the folder can't be written.
pub fn sync_times(folder: &Path) -> Result<Series> {
    let path = folder.join("sync-probe");
    let mut file = std::fs::File::create(&path).context("can't write the probe of the disk")?;
    let mut times = Series::default();
    for _ in 0..200 {
        let start = Instant::now();
        file.write_all(&[7; 4096]).and_then(|()| file.sync_all()).context("can't sync the probe of the disk")?;
        times.push(millis(start.elapsed()));
    }
    std::fs::remove_file(&path).context("can't remove the probe of the disk")?;
    Ok(times)
}

/// Bytes of all files below `folder`.
///
/// # Errors
/// Where it can't be read.
pub fn disk_bytes(folder: &Path) -> Result<f64> {
    let mut total = 0.0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))? {
        let entry = entry?;
        let meta = entry.metadata()?;
        #[allow(clippy::cast_precision_loss)]
        let size = if meta.is_dir() { disk_bytes(&entry.path())? } else { meta.len() as f64 };
        total += size;
    }
    Ok(total)
}

/// Milliseconds of a duration.
#[must_use]
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Nanoseconds since 1970, to compare between processes of one machine.
#[must_use]
pub fn nanos() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos()
}

/// What the tables say about the machine: processors, memory, kernel.
#[must_use]
pub fn description() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("").trim_start_matches([' ', '\t', ':']);
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let memory = read("/proc/meminfo");
    let kilo =
        memory.lines().find_map(|line| line.strip_prefix("MemTotal:")).and_then(|rest| rest.split_whitespace().next());
    let gib = kilo.and_then(|kilo| kilo.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0 / 1024.0;
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} cores ({}), {gib:.0} GiB, Linux {}", model.trim(), kernel.trim())
}
