//! The memory that findings take: it grows slowly with their number, because there may be millions.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use run_id_core::base::Base;
use run_id_logs::read::input::Progress;
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{Files, Verdict};

/// Counts the bytes in use, and their maximum.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does everything.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(used, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// This many runs, two seconds apart, and after each a lookup of the next second, which misses.
fn log(runs: i64) -> String {
    let mut log = String::new();
    for at in 0..2 * runs {
        let run_id = Base::from_unix(1_759_760_000 + at).unwrap();
        let event = if at % 2 == 0 {
            r#""event":"generate""#
        } else {
            r#""event":"record","action":"missing","table":"job""#
        };
        writeln!(
            log,
            r#"[run-id] {{"time":"2025-10-06T14:30:00.000Z","service":"worker","host":"node-1","pid":7,"proc":"0a1b2c3d","op":null,{event},"runId":"{run_id}"}}"#
        )
        .unwrap();
    }
    log
}

/// The maximum of bytes in use while this many findings are judged, and the length of the reports of the first hundred.
fn most(runs: i64) -> (usize, usize) {
    let path = std::env::temp_dir().join(format!("run-id-logs-memory-{}-{runs}", std::process::id()));
    std::fs::write(&path, log(runs)).unwrap();
    let files = Files::from(vec![path.to_str().unwrap().to_owned()]);
    let before = USED.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let verdict = Verdict::of(files, 86_400_000, &Selection::default(), &Progress::default());
    let most = MOST.load(Ordering::Relaxed) - before;
    std::fs::remove_file(&path).unwrap();
    assert!(verdict.summary().unwrap().contains(&format!(r#""findingCount":{runs},"#)));
    let told = verdict.summary().unwrap().len() + verdict.groups(0, 100).unwrap().len();
    (most, told + verdict.findings(0, 100).unwrap().len())
}

#[test]
fn a_finding_takes_some_fourteen_hundred_bytes_with_all_facts_about_its_runs() {
    let runs = 4096;
    let ((few, told), (twice, told_of_twice)) = (most(runs), most(2 * runs));
    let each = (twice - few) / usize::try_from(runs).unwrap();
    assert!(each < 1450, "{each} bytes");
    // However many there are, the worst are reported and the rest counted.
    assert!(told_of_twice < told + told / 10, "{told_of_twice} bytes, {told} of half as many");
}
