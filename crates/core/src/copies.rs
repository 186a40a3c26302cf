//! Other copies of this library in the same process. Each has its own sequence, so that two of them may issue the
//! same ID.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The loaded files with this name, returned to the first caller only.
#[must_use]
pub fn loaded_once(file_name: &str, loaded_files: impl FnOnce() -> Vec<String>) -> Vec<String> {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if TOLD.swap(true, Relaxed) { Vec::new() } else { named(file_name, loaded_files()) }
}

fn named(file_name: &str, mut files: Vec<String>) -> Vec<String> {
    files.retain(|file| file.strip_suffix(file_name).is_some_and(|folder| folder.ends_with('/')));
    // The paths are compared only if there are several.
    if files.len() > 1 {
        for file in &mut files {
            if let Some(real) =
                fs::canonicalize(&*file).ok().and_then(|path| path.into_os_string().into_string().ok())
            {
                *file = real;
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_of_another_name_are_left_out() {
        let files =
            ["", "linux-vdso.so.1", "/srv/a b/id.node", "/srv/other-id.node", "/opt/id.node", "id.node"];
        assert_eq!(named("id.node", files.map(str::to_owned).to_vec()), ["/srv/a b/id.node", "/opt/id.node"]);
    }
}
