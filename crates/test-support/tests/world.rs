//! The closed world, tried on the shell.
#![cfg(unix)]

use std::{path::Path, time::Duration};

use tracker_test_support::{Output, TestEnv};

fn sh(env: &TestEnv, script: &str) -> Output {
    env.invoke(&["-c", script]).run()
}

fn world() -> TestEnv {
    TestEnv::new("/bin/sh")
}

#[test]
fn nothing_of_the_machine_gets_in() {
    let env = world();
    let output =
        sh(&env, "env | grep -v -e ^PATH= -e ^_= -e ^SHLVL= -e ^LLVM_PROFILE_FILE= | sort").success();
    assert_eq!(
        output,
        "COLUMNS=80\nGIT_CONFIG_NOSYSTEM=1\nHOME=$TEST_ENV/home\nLC_ALL=C\nNO_COLOR=1\nPWD=$TEST_ENV/work\n\
         TEMP=$TEST_ENV/tmp\nTMP=$TEST_ENV/tmp\nTMPDIR=$TEST_ENV/tmp\nTRACKER_NOW=2025-10-19T06:00:00Z\nTZ=UTC\n\
         USERPROFILE=$TEST_ENV/home\nXDG_CACHE_HOME=$TEST_ENV/home/.cache\nXDG_CONFIG_HOME=$TEST_ENV/home/.config\n\
         XDG_DATA_HOME=$TEST_ENV/home/.local/share\nXDG_STATE_HOME=$TEST_ENV/home/.local/state\n"
    );
}

#[test]
fn clock_moves_on_and_can_be_set() {
    let env = world();
    let now = |env: &TestEnv| sh(env, "echo $TRACKER_NOW").success();
    assert_eq!(now(&env), "2025-10-19T06:00:00Z\n");
    assert_eq!(now(&env), "2025-10-19T06:00:01Z\n");
    env.set_now("2026-01-01T00:00:00+01:00");
    env.advance(-60);
    assert_eq!(now(&env), "2025-12-31T22:59:00Z\n");
}

#[test]
fn streams_and_status_are_all_shown() {
    let env = world();
    let output = env.invoke(&["-c", "cat; pwd >&2; exit 3"]).stdin("fed\n").run();
    assert_eq!(output.to_string(), "fed\n------- stderr -------\n$TEST_ENV/work\n[exit status: 3]\n");
    assert_eq!((output.code(), output.stdout_bytes()), (Some(3), &b"fed\n"[..]));
}

#[test]
fn input_that_nobody_reads_is_no_hang() {
    let output = world().tracker_with_stdin(&["-c", "echo done"], vec![b'x'; 1 << 20]);
    assert_eq!(output.success(), "done\n");
}

#[test]
fn hang_fails_with_what_was_said() {
    let hang = || {
        let env = world();
        let call = env.invoke(&["-c", "echo begun; exec sleep 600"]).patience(Duration::from_millis(200));
        let _ = call.run();
    };
    let panic = std::panic::catch_unwind(hang).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("hangs") && message.contains("begun"), "{message}");
}

#[test]
fn stream_is_fed_piece_by_piece_and_can_be_killed() {
    let env = world();
    let mut cat = env.invoke_tool(Path::new("cat"), &[] as &[&str]).start();
    assert!(cat.feed("one\n"));
    cat.expect_stdout("one\n");
    assert!(cat.feed("two\n"));
    assert_eq!(cat.wait().success(), "one\ntwo\n");

    let mut cat = env.invoke_tool(Path::new("cat"), &[] as &[&str]).start();
    assert!(cat.feed("kept\n"));
    cat.expect_stdout("kept");
    assert_eq!(cat.kill().to_string(), "kept\n[ended by a signal]\n");
}

#[test]
fn files_are_listed_wherever_they_appear() {
    let env = world();
    assert!(env.files().is_empty());
    env.write("deep/pane.txt", "x");
    let _ = sh(&env, "touch $HOME/.rc").success();
    assert_eq!(env.files(), ["home/.rc", "work/deep/pane.txt"]);
    assert_eq!(env.read("deep/pane.txt"), "x");
}
