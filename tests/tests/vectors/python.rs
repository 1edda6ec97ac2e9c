//! Runs the independent reader in a virtual environment of its own under the build folder.
//!
//! Without Python 3, or without the means to install its one package, this says so and passes; under
//! `CI=true` it fails.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Reads all vectors with `tests/python/check.py`.
pub(crate) fn check(tests: &Path) {
    let ready = environment(&tests.join("python/requirements.txt"));
    match ready {
        Ok(python) => {
            let output =
                run(Command::new(&python).arg("-B").arg(tests.join("python/check.py")).arg(tests.join("vectors")));
            println!("{}", output.unwrap_or_else(|problem| panic!("the reader in Python disagrees: {problem}")));
        }
        Err(problem) if std::env::var("CI").is_ok_and(|value| value == "true") => {
            panic!("the golden vectors have to be read by Python 3 here: {problem}");
        }
        // Not `println!`, whose words are kept back when a test passes.
        Err(problem) => {
            writeln!(std::io::stderr(), "\nSKIPPED: the golden vectors were not read by Python 3: {problem}")
                .expect("standard error can be written to");
        }
    }
}

/// The Python of an environment that holds exactly what `requirements` name, made where it is not there.
fn environment(requirements: &Path) -> Result<PathBuf, String> {
    let wanted = std::fs::read(requirements).map_err(|error| error.to_string())?;
    let name = format!("python-{}", &blake3::hash(&wanted).to_hex().as_str()[..16]);
    let ready = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let python = ready.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python3" });
    let complete = ready.join("complete");
    let works = complete.exists() && run(Command::new(&python).arg("--version")).is_ok();
    if !works {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&ready))?;
        run(Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "-r",
            ])
            .arg(requirements))?;
        std::fs::write(&complete, "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

/// What a command printed, or why it failed.
fn run(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("can't run {program}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    Err(format!("{program} ended with {}: {printed}{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
