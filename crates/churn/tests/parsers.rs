//! Any bytes are read or refused by the parsers; none panics, none runs on without end.

use proptest::prelude::*;
use tracker_churn::patch::PatchReader;
use tracker_churn::{blame, label, log, numstat, paths};

fn words() -> impl Strategy<Value = Vec<u8>> {
    let id = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";
    let word = proptest::sample::select(vec![
        "diff --git a/x b/x\n".to_owned(),
        "diff --git \"a/\\n\" \"b/\\303\"\n".to_owned(),
        "--- a/x\n+++ b/x\n".to_owned(),
        "+++ /dev/null\n".to_owned(),
        "@@ -1,2 +1 @@\n".to_owned(),
        "@@ -4294967295,4294967295 +0,0 @@\n".to_owned(),
        "-a\n-b\n+c\n".to_owned(),
        "\\ No newline at end of file\n".to_owned(),
        "rename from a\nrename to b\n".to_owned(),
        "copy from a\ncopy to \"b\\\n".to_owned(),
        "Binary files a/x and b/x differ\n".to_owned(),
        format!("{id}\n"),
        format!("{id} 1 1 1\n\tline\n"),
        format!("{id}\n\n17\nxfeat::A::W::s\n\0"),
        "1\t2\tpath\0".to_owned(),
        "-\t-\t\0old\0new\0".to_owned(),
        "Feature: A\nWindow: \n".to_owned(),
        "::\0\t".to_owned(),
    ]);
    let piece = prop_oneof![
        4 => word.prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in words()) {
        let _ = numstat::parse(&bytes);
        let _ = blame::count_lines(&bytes);
        let _ = log::read(&mut &bytes[..]);
        let _ = label::read_message(&String::from_utf8_lossy(&bytes));
        let mut rest = &bytes[..];
        let mut reader = PatchReader::new(&mut rest);
        let mut patches = 0;
        while let Ok(Some(_)) = reader.next() {
            patches += 1;
        }
        prop_assert!(patches <= bytes.len() / 40);
    }

    #[test]
    fn numstat_reads_back_what_git_would_print(
        files in proptest::collection::vec((proptest::option::of((0_u32..9999, 0_u32..9999)), "[^\0]{1,9}", proptest::option::of("[^\0]{1,9}")), 0..6)
    ) {
        let mut text = String::new();
        for (lines, path, old) in &files {
            let counts = lines.map_or("-\t-".to_owned(), |(added, deleted)| format!("{added}\t{deleted}"));
            text += &match old {
                Some(old) => format!("{counts}\t\0{old}\0{path}\0"),
                None => format!("{counts}\t{path}\0"),
            };
        }
        let read = numstat::parse(text.as_bytes()).expect("it is numstat");
        prop_assert_eq!(read.len(), files.len());
        for (read, (lines, path, old)) in read.iter().zip(&files) {
            prop_assert_eq!(read.lines, lines.map(|(added, deleted)| (u64::from(added), u64::from(deleted))));
            prop_assert_eq!(&read.path, path.as_bytes());
            prop_assert_eq!(read.old_path.as_deref(), old.as_ref().map(String::as_bytes));
        }
    }

    #[test]
    fn patterns_never_run_on(pattern in "[a*/]{0,12}", path in "[a/]{0,24}") {
        let _ = paths::matches(pattern.as_bytes(), path.as_bytes());
    }
}
