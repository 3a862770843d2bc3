//! The manners seen from outside: a real process on real streams.

use std::{env::consts::EXE_SUFFIX, path::PathBuf};

use tracker_test_support::{Output, TestEnv};

/// The example lies beside the folder of this test; cargo builds it with the tests.
fn greet() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let build = own.parent().and_then(|deps| deps.parent()).unwrap();
    build.join("examples").join(format!("greet{EXE_SUFFIX}"))
}

fn run(args: &[&str]) -> Output {
    TestEnv::new(greet()).tracker(args)
}

#[test]
fn data_and_talk_are_apart() {
    assert_eq!(
        run(&["world", "--times", "2"]).to_string(),
        "hello world\nhello world\n------- stderr -------\ngreeted 2 times\n[exit status: 0]\n"
    );
    assert_eq!(run(&["world", "-q"]).to_string(), "hello world\n[exit status: 0]\n");
}

#[test]
fn input_comes_from_a_pipe_or_a_file_or_not_at_all() {
    let env = TestEnv::new(greet());
    env.write("name.txt", "file\n");
    for args in [&["-q"][..], &["-q", "--stdin"], &["-q", "--file", "-"]] {
        assert_eq!(env.tracker_with_stdin(args, "pipe").success(), "hello pipe\n");
    }
    assert_eq!(env.tracker(&["-q", "--file", "name.txt"]).success(), "hello file\n");
    assert_eq!(
        env.tracker(&["--stdin", "--file", "name.txt"]).to_string(),
        "------- stderr -------\nerror: --stdin and --file name two inputs\n\n\
         hint: give one of --stdin and --file FILE\n[exit status: 2]\n"
    );
    let missing = env.tracker(&["--file", "no\u{1b}[2Jpe.txt"]);
    assert_eq!(missing.code(), Some(1));
    assert!(missing.stderr().starts_with("error: cannot read `no\\u{1b}[2Jpe.txt`: "), "{missing}");
    assert_eq!(
        env.tracker(&["--stdin"]).to_string(),
        "------- stderr -------\nerror: standard input is empty\n\n\
         hint: capture the pane while it shows its meters, then give it again\n[exit status: 1]\n"
    );
}

#[test]
fn fault_is_one_line_without_what_the_user_gave() {
    let output = run(&["fault"]);
    assert_eq!((output.code(), output.stdout().as_str()), (Some(1), ""));
    let said = output.stderr();
    assert!(said.starts_with("error: internal fault at greet.rs:") && said.lines().count() == 1, "{said}");
    assert!(!said.contains("words"), "{said}");
}

#[cfg(unix)]
#[test]
fn reader_that_leaves_early_is_success() {
    let env = TestEnv::new("/bin/sh");
    let script =
        format!("{{ {} world --times 100000 2>err; echo $? >code; }} | head -n 1", greet().display());
    assert_eq!(env.tracker(&["-c", &script]).success(), "hello world\n");
    assert_eq!((env.read("code"), env.read("err")), ("0\n".to_owned(), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_a_failure_that_is_told() {
    let env = TestEnv::new("/bin/sh");
    let script = format!("{} world -q >/dev/full", greet().display());
    let output = env.tracker(&["-c", &script]);
    assert_eq!(output.code(), Some(1));
    assert!(output.stderr().starts_with("error: cannot write to standard output: No space left"), "{output}");
}
