//! Building the targets with counted branches.

use std::{path::PathBuf, process::Command};

use crate::{Failure, place, step};

/// What `cargo fuzz` asks of the compiler. Passes and arguments of LLVM are settings of the stable compiler; sanitizers
/// are not, and a workspace without unsafe code needs none.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg",
    "fuzzing",
];

/// Returns why nothing can be fuzzed here, if nothing can.
pub(super) fn missing() -> Option<String> {
    if cfg!(windows) {
        return Some("libFuzzer is built by a Unix compiler here: run it on Linux or macOS".to_owned());
    }
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let works = Command::new(&compiler).arg("--version").output().is_ok_and(|output| output.status.success());
    (!works)
        .then(|| format!("no C++ compiler (`{}`), which libFuzzer needs: install one", compiler.display()))
}

/// Builds every target.
pub(super) fn all() -> Result<(), Failure> {
    let manifest = place::root().join("fuzz/Cargo.toml");
    let mut command = step::cargo(&["build", "--release", "--quiet", "--bins", "--manifest-path"]);
    // With a named target the flags do not reach build scripts, which could not be linked with them.
    command.arg(manifest).args(["--target", &host()?]).env("CARGO_TARGET_DIR", folder());
    command.env("RUSTFLAGS", FLAGS.join(" ")).env_remove("CARGO_ENCODED_RUSTFLAGS");
    step::pass(&mut command)
}

/// Returns a built target.
pub(super) fn binary(name: &str) -> Result<PathBuf, Failure> {
    Ok(folder().join(host()?).join("release").join(name))
}

/// Returns where the targets are built and where they keep what they meet.
pub(super) fn folder() -> PathBuf {
    place::build_dir().join("fuzz")
}

/// Returns the name of this machine's platform.
fn host() -> Result<String, Failure> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(compiler).arg("-vV").output().map_err(|e| format!("cannot start rustc: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not tell its host".to_owned())
}
