//! Steps about archives.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use cucumber::then;
use sha2::{Digest as _, Sha256};

use super::world::World;

fn bytes(world: &World, file: &str) -> Vec<u8> {
    std::fs::read(world.env.work().join(file)).expect("the archive was written")
}

/// Returns the texts of an archive by name, as another program reads it.
fn files(world: &World, file: &str) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes(world, file))).expect("a zip archive");
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).expect("an entry");
        let (mut text, name) = (String::new(), entry.name().expect("a name").into_owned());
        entry.read_to_string(&mut text).expect("text");
        files.insert(name, text);
    }
    files
}

#[then(regex = r#"^the archives "([^"]+)" and "([^"]+)" are the same$"#)]
fn same(world: &mut World, one: String, other: String) {
    let _ = world.last().success();
    assert!(bytes(world, &one) == bytes(world, &other), "{one} and {other} differ");
}

#[then(regex = r#"^the archive "([^"]+)" holds (.+)$"#)]
fn holds(world: &mut World, file: String, names: String) {
    let files = files(world, &file);
    let known: Vec<&String> = files.keys().collect();
    for name in names.split('"').skip(1).step_by(2) {
        assert!(files.get(name).is_some_and(|text| !text.is_empty()), "no {name} in {known:?}");
    }
}

#[then(regex = r#"^the archive "([^"]+)" does not hold "([^"]+)"$"#)]
fn lacks(world: &mut World, file: String, name: String) {
    assert!(!files(world, &file).contains_key(&name), "{name} is in {file}");
}

#[then(regex = r#"^every hash in the archive "([^"]+)" is right$"#)]
fn hashes(world: &mut World, file: String) {
    let files = files(world, &file);
    let sums = &files["SHA256SUMS"];
    assert_eq!(sums.lines().count(), files.len() - 1);
    for line in sums.lines() {
        let (hash, name) = line.split_once("  ").expect("hash and name");
        let found: String = Sha256::digest(&files[name]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, found, "{name}");
    }
}

#[then(regex = r#"^no file of the archive "([^"]+)" says where it was made$"#)]
fn nameless(world: &mut World, file: String) {
    let place = world.env.work().to_string_lossy().into_owned();
    for (name, text) in files(world, &file) {
        assert!(!text.contains(&place), "{name} holds {place}");
    }
}

#[then(regex = r#"^the heads in the archive "([^"]+)" fit the ledgers( no longer)?$"#)]
fn witness(world: &mut World, file: String, no_longer: String) {
    world.env.write("kept/heads.json", files(world, &file)["heads.json"].clone());
    world.run("tracker verify --head kept/heads.json", None);
    let code = if no_longer.is_empty() { 0 } else { 4 };
    assert_eq!(world.last().code(), Some(code), "{}", world.last());
}
