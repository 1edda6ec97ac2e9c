//! Data directories that are copied, restored or moved.

use std::path::Path;

use crate::person::{Town, all_equal};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn a_cloned_directory_writes_on_in_a_life_of_its_own() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    all_equal(&[&ana, &bo]);
    let thread = bo.post("Before the copy");
    all_equal(&[&ana, &bo]);
    bo.stop();
    let mut clone = town.person("clone");
    copy(&bo.data, &clone.data);
    for n in 0..10 {
        bo.reply(&thread, &format!("original {n}"));
        clone.reply(&thread, &format!("copy {n}"));
    }
    // One after the other: both are the same device, which can be at one place at a time.
    bo.up();
    all_equal(&[&ana, &bo]);
    bo.stop();
    clone.dials(&ana);
    clone.up();
    all_equal(&[&ana, &clone]);
    clone.stop();
    bo.up();
    let digest = all_equal(&[&ana, &bo]);
    assert_eq!(digest["messages"], 21);
    assert_eq!(bo.ids(&thread), ana.ids(&thread));
    assert_eq!(ana.ask(&["status"])["forked_logs"], 0);
}

#[test]
fn a_restored_backup_loses_nothing_that_was_shared() {
    let town = Town::new();
    let (mut ana, key) = town.founder();
    ana.up();
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    all_equal(&[&ana, &bo]);
    let thread = bo.post("Before the backup");
    all_equal(&[&ana, &bo]);
    bo.stop();
    let backup = town.folder.path().join("backup");
    copy(&bo.data, &backup);
    bo.up();
    for n in 0..10 {
        bo.reply(&thread, &format!("after the backup {n}"));
    }
    all_equal(&[&ana, &bo]);
    bo.stop();
    // Restored in place: same directory, older files.
    for entry in std::fs::read_dir(&bo.data).unwrap().flatten() {
        std::fs::remove_file(entry.path()).unwrap();
    }
    copy(&backup, &bo.data);
    bo.reply(&thread, "written before meeting anyone again");
    bo.up();
    let digest = all_equal(&[&ana, &bo]);
    assert_eq!(digest["messages"], 12);
    let status = bo.ask(&["status"]);
    assert_eq!((&status["lives"], &status["forked_logs"]), (&2.into(), &0.into()));
}
