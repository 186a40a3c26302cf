//! Other copies of this library in the same process. Each has its own sequence, so that two of them may issue the
//! same ID.

use std::fs::File;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The files of this name that the process has loaded, returned to the first caller; Linux only.
#[must_use]
pub fn loaded_once(file_name: &str) -> Vec<String> {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if TOLD.swap(true, Relaxed) {
        return Vec::new();
    }
    // With room for all of it, because the system generates the text again for each part that is read.
    let mut maps = String::with_capacity(1 << 16);
    let read = File::open("/proc/self/maps").and_then(|mut file| file.read_to_string(&mut maps));
    read.map_or_else(|_| Vec::new(), |_| loaded_in(&maps, file_name))
}

fn loaded_in(maps: &str, file_name: &str) -> Vec<String> {
    let mut files: Vec<String> = maps
        .lines()
        .filter_map(|line| line.find('/').map(|at| &line[at..]))
        .filter(|file| file.strip_suffix(file_name).is_some_and(|folder| folder.ends_with('/')))
        .map(str::to_owned)
        .collect();
    files.dedup();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_told_once() {
        let maps = "7f1-7f2 r--p 00000000 fe:00 42   /srv/a b/id.node\n\
                    7f2-7f3 r-xp 00001000 fe:00 42   /srv/a b/id.node\n\
                    7f3-7f4 rw-p 00000000 00:00 0    [heap]\n\
                    7f4-7f5 r--p 00000000 fe:00 43   /srv/other-id.node\n\
                    7f5-7f6 r--p 00000000 fe:00 44   /opt/id.node\n";
        assert_eq!(loaded_in(maps, "id.node"), ["/srv/a b/id.node", "/opt/id.node"]);
    }
}
