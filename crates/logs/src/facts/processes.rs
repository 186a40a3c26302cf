//! Which process names in logs mean the same process: a logger names it by host and pid, an event by more than that.

use crate::facts::history::{Name, Names};
use crate::formats::time::Millis;
use crate::map::Map;

/// When and where a process was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Its name.
    pub process: Name,
    /// From then.
    pub first: Option<Millis>,
    /// Till then.
    pub last: Option<Millis>,
    /// In this file, if only in one.
    pub file: Option<u32>,
}

impl Life {
    /// A process that is seen for the first time.
    #[must_use]
    pub fn new(process: Name, time: Option<Millis>, file: u32) -> Self {
        Self { process, first: time, last: time, file: Some(file) }
    }

    /// The process is seen once more.
    pub fn see(&mut self, time: Option<Millis>, file: u32) {
        self.first = self.first.into_iter().chain(time).min();
        self.last = self.last.max(time);
        self.file = self.file.filter(|only| *only == file);
    }

    fn overlaps(&self, other: &Self) -> bool {
        let [Some(first), Some(last)] = [self.first, self.last] else { return false };
        other.first <= Some(last) && other.last >= Some(first) && other.first.is_some()
    }

    fn is_in_file_of(&self, other: &Self) -> bool {
        self.file.is_some() && self.file == other.file
    }
}

/// For each process that is named by host and pid only, the process with the same host and pid that events name. Because pids are
/// reused, it is one that was seen at the same time, or else the only one, in the same file; none if several fit.
#[must_use]
pub fn joined(names: &Names, lives: &[Life]) -> Map<Name, Name> {
    let mut by_place: Map<&str, Vec<&Life>> = Map::default();
    for life in lives {
        if let Some(place) = place_of_event(names.text(life.process)) {
            by_place.entry(place).or_default().push(life);
        }
    }
    let one = |own: &Life| {
        let all = by_place.get(names.text(own.process))?;
        let mut at_the_time = all.iter().filter(|life| life.overlaps(own));
        let found = match (at_the_time.next(), at_the_time.next()) {
            (Some(only), None) => only,
            (None, _) if all.len() == 1 && all[0].is_in_file_of(own) => &all[0],
            _ => return None,
        };
        Some((own.process, found.process))
    };
    lives.iter().filter_map(one).collect()
}

/// `host/pid` of `service@host/pid/proc`.
fn place_of_event(process: &str) -> Option<&str> {
    let (_, place) = process.split_once('@')?;
    let (place, _) = place.rsplit_once('/')?;
    let (host, pid) = place.rsplit_once('/')?;
    (!host.is_empty() && host != "-" && !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [&str; 3] = ["api@vm/27/0a1b2c3d", "mail@vm/27/0a1b2c3e", "api@vm/28/0a1b2c3f"];
    const LOGGER: &str = "vm/27";

    /// A process, the times between which it was seen, and the file.
    type Seen<'s> = (&'s str, Option<(Millis, Millis)>, u32);

    fn joined_to(seen: &[Seen<'_>]) -> Option<String> {
        let mut names = Names::default();
        let life = |names: &mut Names, (process, times, file): Seen<'_>| {
            let mut life = Life::new(names.name(process), times.map(|(first, _)| first), file);
            life.see(times.map(|(_, last)| last), file);
            life
        };
        let lives: Vec<Life> = seen.iter().map(|one| life(&mut names, *one)).collect();
        let joined = joined(&names, &lives);
        assert!(joined.len() <= 1 && joined.keys().all(|name| names.text(*name) == LOGGER));
        joined.into_values().next().map(|name| names.text(name).to_owned())
    }

    #[test]
    fn a_logger_is_the_process_of_its_host_and_pid_at_its_time() {
        let [one, other, elsewhere] = EVENTS;
        let logger = |first, last| (LOGGER, Some((first, last)), 9);
        let found = |first, last| {
            joined_to(&[
                (one, Some((10, 20)), 0),
                (other, Some((30, 40)), 1),
                (elsewhere, Some((0, 99)), 2),
                logger(first, last),
            ])
        };
        for (first, last, wanted) in [
            (15, 15, Some(one)),
            (20, 25, Some(one)),
            (5, 10, Some(one)),
            (0, 25, Some(one)),
            (40, 50, Some(other)),
            (21, 29, None),
            (20, 30, None),
            (0, 9, None),
            (41, 50, None),
        ] {
            assert_eq!(found(first, last).as_deref(), wanted, "{first} to {last}");
        }
    }

    #[test]
    fn without_a_common_time_the_file_tells_if_it_is_the_only_one() {
        let [one, other, elsewhere] = EVENTS;
        let logger = |times| (LOGGER, times, 0);
        for times in [None, Some((50, 60))] {
            assert_eq!(
                joined_to(&[(one, Some((10, 20)), 0), (elsewhere, None, 0), logger(times)]).as_deref(),
                Some(one)
            );
            assert_eq!(joined_to(&[(one, None, 0), logger(times)]).as_deref(), Some(one));
            assert_eq!(joined_to(&[(one, Some((10, 20)), 1), logger(times)]), None);
            assert_eq!(
                joined_to(&[(one, Some((10, 20)), 0), (other, Some((30, 40)), 0), logger(times)]),
                None
            );
        }
    }

    #[test]
    fn a_process_in_several_files_is_not_in_one_alone() {
        let mut names = Names::default();
        let mut life = Life::new(names.name(LOGGER), None, 0);
        life.see(Some(7), 0);
        life.see(Some(5), 0);
        assert_eq!((life.first, life.last, life.file), (Some(5), Some(7), Some(0)));
        life.see(None, 1);
        life.see(None, 0);
        assert_eq!((life.first, life.last, life.file), (Some(5), Some(7), None));
    }

    #[test]
    fn only_events_name_a_host_and_a_pid() {
        for (process, place) in [
            ("api@vm/27/0a1b2c3d", Some("vm/27")),
            ("-@vm/27/-", Some("vm/27")),
            ("api@-/27/0a1b2c3d", None),
            ("api@vm/-/0a1b2c3d", None),
            ("vm/27", None),
            ("logs/a@b/worker.log", None),
            ("@/1/2", None),
        ] {
            assert_eq!(place_of_event(process), place, "{process}");
        }
    }
}
