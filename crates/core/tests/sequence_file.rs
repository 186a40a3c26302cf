//! The sequence file on a real file system.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
#[cfg(windows)]
use std::time::Instant;

#[cfg(windows)]
use run_id_core::base::Base;
use run_id_core::fault::{ClockFault, Fault};
use run_id_core::generator::Generator;
#[cfg(windows)]
use run_id_core::sequence_file::SequenceFile;
use run_id_core::sequence_file::{FileProblem, LOCK_PATIENCE};

const NOON: i64 = 1_759_752_000_000;

/// A separate folder for each test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("run-id-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("sequence")
    }

    fn file_with(&self, content: &[u8]) -> PathBuf {
        fs::write(self.file(), content).unwrap();
        #[cfg(unix)]
        fs::set_permissions(self.file(), fs::Permissions::from_mode(0o600)).unwrap();
        self.file()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn generator(file: PathBuf) -> Generator {
    let generator = Generator::new();
    generator.adopt_file(file);
    generator
}

fn next(generator: &Generator, now_ms: i64) -> String {
    String::from_utf8(generator.generate(now_ms).unwrap().issued.base.text().to_vec()).unwrap()
}

fn problem(file: PathBuf) -> FileProblem {
    match generator(file).generate(NOON) {
        Err(Fault::Sequence(fault)) => fault.problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn generators_that_share_a_file_share_a_sequence() {
    let folder = Folder::new();
    let (one, two) = (generator(folder.file()), generator(folder.file()));
    assert_eq!(next(&one, NOON), "251006-120000");
    assert_eq!(next(&two, NOON), "251006-120001");
    assert_eq!(next(&one, NOON), "251006-120002");
    assert_eq!(fs::read(folder.file()).unwrap(), b"251006-120002\n");
}

#[test]
#[cfg(unix)]
fn the_file_is_made_for_its_owner_alone() {
    let folder = Folder::new();
    next(&generator(folder.file()), NOON);
    assert_eq!(fs::metadata(folder.file()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_restart_goes_on_above_what_was_issued() {
    let folder = Folder::new();
    let file = folder.file_with(b"251006-120009\n");
    assert_eq!(next(&generator(file), NOON), "251006-120010");
}

#[test]
fn a_file_made_anew_is_used_and_nothing_repeats() {
    let folder = Folder::new();
    let one = generator(folder.file());
    next(&one, NOON);
    fs::remove_file(folder.file()).unwrap();
    assert_eq!(next(&one, NOON), "251006-120001");
    assert_eq!(next(&generator(folder.file()), NOON), "251006-120002");
}

#[test]
fn foreign_content_is_refused_and_left_alone() {
    let contents: [&[u8]; 9] = [
        b"251006-120000",
        b"251006-120000\r\n",
        b"251006-120000\n\n",
        b"251306-120000\n",
        b"251006_120000\n",
        b" 51006-120000\n",
        b"\n",
        b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"251006-120000-Ann-Carver\n",
    ];
    for content in contents {
        let folder = Folder::new();
        assert_eq!(problem(folder.file_with(content)), FileProblem::Content, "{content:?}");
        assert_eq!(fs::read(folder.file()).unwrap(), content);
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_others_could_change_is_refused() {
    for mode in [0o620, 0o602, 0o666] {
        let folder = Folder::new();
        let file = folder.file_with(b"");
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(problem(file), FileProblem::Writable);
    }
}

#[test]
fn a_file_of_two_names_is_refused() {
    let folder = Folder::new();
    let file = folder.file_with(b"");
    fs::hard_link(&file, folder.0.join("other")).unwrap();
    assert_eq!(problem(file), FileProblem::Linked);
}

#[test]
#[cfg(unix)]
fn only_a_regular_file_will_do() {
    let folder = Folder::new();
    let target = folder.file_with(b"");
    let link = folder.0.join("link");
    symlink(&target, &link).unwrap();
    assert_eq!(problem(link), FileProblem::NotRegular);
    let dangling = folder.0.join("dangling");
    symlink(folder.0.join("nowhere"), &dangling).unwrap();
    assert_eq!(problem(dangling), FileProblem::NotRegular);
    assert!(!folder.0.join("nowhere").exists(), "nothing is made through a link");
    assert_eq!(problem(PathBuf::from("/dev/null")), FileProblem::NotRegular);
    let pipe = folder.0.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    assert_eq!(problem(pipe), FileProblem::NotRegular);
}

#[test]
fn a_folder_is_refused() {
    let folder = Folder::new();
    assert_eq!(problem(folder.0.clone()), FileProblem::NotRegular);
}

#[test]
fn a_lock_that_is_not_given_back_is_told_after_a_while() {
    let folder = Folder::new();
    let file = folder.file_with(b"");
    let holder = fs::File::open(&file).unwrap();
    holder.lock().unwrap();
    let waiting = generator(file);
    match waiting.generate(NOON) {
        Err(fault @ Fault::Sequence(_)) => assert_eq!(fault.retry_after_ms(), Some(250)),
        other => panic!("{other:?}"),
    }
    drop(holder);
    assert_eq!(next(&waiting, NOON), "251006-120000");
}

#[test]
#[cfg(unix)]
fn a_file_that_is_replaced_while_its_lock_is_waited_for_is_not_the_one_that_counts() {
    let folder = Folder::new();
    let file = folder.file_with(b"251006-120000\n");
    let holder = fs::File::open(&file).unwrap();
    holder.lock().unwrap();
    let waiting = generator(file.clone());
    let issued = std::thread::scope(|scope| {
        let issued = scope.spawn(|| next(&waiting, NOON));
        // Long enough to be waiting, short enough not to give up; either way the new file decides.
        std::thread::sleep(std::time::Duration::from_millis(60));
        fs::remove_file(&file).unwrap();
        folder.file_with(b"251006-120030\n");
        drop(holder);
        issued.join().unwrap()
    });
    assert_eq!(issued, "251006-120031");
    assert_eq!(fs::read(&file).unwrap(), b"251006-120031\n");
}

/// So that the lock belongs to the path.
#[test]
#[cfg(windows)]
fn a_file_that_is_held_is_neither_removed_nor_renamed() {
    let folder = Folder::new();
    let file = SequenceFile::new(folder.file_with(b"251006-120000\n"));
    let held = file.hold(Instant::now() + LOCK_PATIENCE).unwrap();
    fs::remove_file(file.path()).unwrap_err();
    fs::rename(file.path(), folder.0.join("other")).unwrap_err();
    held.write(Base::parse(b"251006-120001").unwrap()).unwrap();
    fs::rename(file.path(), folder.0.join("other")).unwrap();
}

/// As while it is being removed.
#[test]
#[cfg(windows)]
fn a_file_that_is_open_in_a_way_that_rules_this_out_is_waited_for() {
    use std::os::windows::fs::OpenOptionsExt;

    let folder = Folder::new();
    let file = folder.file_with(b"");
    let exclusive = fs::OpenOptions::new().read(true).share_mode(0).open(&file).unwrap();
    assert_eq!(problem(file.clone()), FileProblem::Busy);
    drop(exclusive);
    assert_eq!(next(&generator(file), NOON), "251006-120000");
}

#[test]
fn a_lock_is_waited_for_as_long_as_the_contract_says() {
    assert_eq!(LOCK_PATIENCE, std::time::Duration::from_millis(250));
}

#[test]
fn one_file_has_one_name() {
    let folder = Folder::new();
    let roundabout = folder.0.join("..").join(folder.0.file_name().unwrap()).join("sequence");
    let one = generator(roundabout);
    one.configure(Some(folder.file()), None).unwrap();
}

#[test]
fn a_file_beyond_the_lead_is_the_clocks_fault_and_at_the_lead_it_is_exhausted() {
    let folder = Folder::new();
    let file = folder.file_with(b"251006-130001\n");
    let beyond = generator(file.clone()).generate(NOON);
    assert_eq!(beyond, Err(Fault::Clock(ClockFault::FileAhead { lead: 3601, max_lead: 3600 })));
    assert_eq!(fs::read(&file).unwrap(), b"251006-130001\n");
    folder.file_with(b"251006-130000\n");
    assert!(matches!(generator(file).generate(NOON), Err(Fault::Exhausted { retry_after_ms: 1000, .. })));
}

#[test]
fn a_second_file_is_refused() {
    let folder = Folder::new();
    let one = Generator::new();
    one.configure(Some(folder.file()), None).unwrap();
    one.configure(Some(folder.file()), None).unwrap();
    match one.configure(Some(folder.0.join("other")), None) {
        Err(Fault::Sequence(fault)) => assert_eq!(fault.problem, FileProblem::Different),
        other => panic!("{other:?}"),
    }
}
