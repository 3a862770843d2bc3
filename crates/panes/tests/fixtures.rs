//! Every capture in `fixtures/panes/<provider>/` is read, and its reading held against its reviewed snapshot.
//!
//! A new capture needs no line here: put the file in its folder, run the test, and review the snapshot beside it.

mod render;

#[test]
fn every_capture_reads_as_reviewed() {
    insta::glob!("../../../fixtures/panes", "*/*.*", |path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == "README.md" {
            return;
        }
        let reading = render::capture(&std::fs::read(path).unwrap(), &name);
        insta::with_settings!({
            snapshot_path => path.with_file_name("snapshots"),
            snapshot_suffix => "",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, reading);
        });
    });
}
