//! The order of a time line against an oracle that knows how each process went and compares every pair of events.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[path = "support/files.rs"]
#[expect(dead_code, reason = "none of these is compressed")]
mod files;
#[path = "support/log.rs"]
#[expect(dead_code, reason = "the lines here have times of their own")]
mod log;

use std::fmt::Write;

use log::flow_of_all;
use proptest::prelude::*;
use run_id_core::event::MARKER;

const JOB: &str = "251006-143000";
const IDS: [&str; 3] = [JOB, "251006-143000-Ann-Carver", "251006-143000-Acme-Corp"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Generate,
    Created,
    Completed,
    Send,
    Receive,
    Found,
    Updated,
    Pass,
}

impl Act {
    const ALL: [Self; 8] = [
        Self::Generate,
        Self::Created,
        Self::Completed,
        Self::Send,
        Self::Receive,
        Self::Found,
        Self::Updated,
        Self::Pass,
    ];

    /// Whether it would be unclear which one was the cause if there were two.
    fn is_cause(self) -> bool {
        matches!(self, Self::Generate | Self::Created | Self::Completed | Self::Send)
    }

    fn fields(self) -> &'static str {
        match self {
            Self::Generate => r#""event":"generate""#,
            Self::Created => r#""event":"record","action":"created""#,
            Self::Completed => r#""event":"record","action":"completed""#,
            Self::Send => r#""event":"send","carrier":"url""#,
            Self::Receive => r#""event":"receive","carrier":"url""#,
            Self::Found => r#""event":"record","action":"found""#,
            Self::Updated => r#""event":"record","action":"updated""#,
            Self::Pass => r#""event":"pass""#,
        }
    }
}

/// What one process did, in its order.
#[derive(Clone, Debug)]
struct Process {
    /// How far ahead its clock is.
    ahead: i64,
    is_numbered: bool,
    is_newest_first: bool,
    acts: Vec<Event>,
}

#[derive(Clone, Copy, Debug)]
struct Event {
    act: Act,
    run_id: &'static str,
    /// Milliseconds after the one before.
    after: i64,
}

prop_compose! {
    fn event()(act in 0..Act::ALL.len(), id in 0..IDS.len(), after in 1..2_000_i64) -> Event {
        Event { act: Act::ALL[act], run_id: IDS[id], after }
    }
}

prop_compose! {
    fn process()(
        ahead in prop_oneof![Just(0_i64), -5_000..5_000_i64],
        is_numbered: bool,
        is_newest_first: bool,
        acts in prop::collection::vec(event(), 2..8),
    ) -> Process {
        Process { ahead, is_numbered, is_newest_first, acts }
    }
}

/// Processes; what can be done only once is done by one of them.
fn world() -> impl Strategy<Value = Vec<Process>> {
    prop::collection::vec(process(), 1..4).prop_map(|mut world| {
        let mut done = Vec::new();
        for process in &mut world {
            process.acts.retain(|event| {
                let is_first = !done.contains(&(event.act, event.run_id));
                if event.act.is_cause() {
                    done.push((event.act, event.run_id));
                }
                is_first || !event.act.is_cause()
            });
        }
        world.retain(|process| process.acts.len() > 1);
        world
    })
}

/// An event with its process, its place in that, and its time.
type Told = (usize, usize, i64, Event);

fn told(world: &[Process]) -> Vec<Told> {
    let mut told = Vec::new();
    for (number, process) in world.iter().enumerate() {
        let mut time = 10_000 + process.ahead;
        for (at, event) in process.acts.iter().enumerate() {
            time += event.after;
            told.push((number, at, time, *event));
        }
    }
    told
}

fn logs(world: &[Process]) -> Vec<String> {
    let mut logs = vec![Vec::new(); world.len()];
    for (process, at, time, event) in told(world) {
        let time = chrono::DateTime::from_timestamp_millis(1_759_761_000_000 + time).unwrap();
        let mut line = format!(
            "{MARKER}{{\"time\":\"{}\",\"service\":\"s{process}\",\"host\":\"h\",\"pid\":{process},\"proc\":\"0a1b2c3d\"",
            time.format("%Y-%m-%dT%H:%M:%S%.3fZ")
        );
        if world[process].is_numbered {
            write!(line, ",\"thread\":0,\"n\":{}", at + 1).unwrap();
        }
        let (fields, run_id) = (event.act.fields(), event.run_id);
        writeln!(line, ",{fields},\"at\":\"{process}:{at}\",\"runId\":\"{run_id}\"}}").unwrap();
        logs[process].push(line);
    }
    for (lines, process) in logs.iter_mut().zip(world) {
        if process.is_newest_first {
            lines.reverse();
        }
    }
    logs.into_iter().map(|lines| lines.concat()).collect()
}

/// Whether the logs prove that one came before the other.
fn is_proved(one: &Told, other: &Told) -> bool {
    let ((process, at, _, cause), (other_process, other_at, _, effect)) = (one, other);
    if process == other_process {
        return at < other_at;
    }
    let (run_id, is_same) = (effect.run_id, cause.run_id == effect.run_id);
    match cause.act {
        Act::Generate => (is_same && effect.act != Act::Generate) || (cause.run_id == JOB && run_id != JOB),
        Act::Created => is_same && matches!(effect.act, Act::Found | Act::Updated | Act::Completed),
        Act::Send => is_same && effect.act == Act::Receive,
        Act::Updated => is_same && effect.act == Act::Completed,
        _ => false,
    }
}

/// Whether the proofs form a circle.
fn has_circle(told: &[Told]) -> bool {
    let mut reach: Vec<Vec<bool>> =
        told.iter().map(|one| told.iter().map(|other| is_proved(one, other)).collect()).collect();
    for over in 0..told.len() {
        for from in 0..told.len() {
            for to in 0..told.len() {
                reach[from][to] |= reach[from][over] && reach[over][to];
            }
        }
    }
    (0..told.len()).any(|at| reach[at][at])
}

proptest! {
    #[test]
    fn own_order_and_what_is_proved_are_kept_and_else_time_decides(world in world()) {
        let logs = logs(&world);
        let texts: Vec<&str> = logs.iter().map(String::as_str).collect();
        let flow = flow_of_all(JOB, &texts);
        let drawn: Vec<&str> = flow["events"].as_array().unwrap().iter().map(|event| event["at"].as_str().unwrap()).collect();
        let told = told(&world);
        prop_assert_eq!(drawn.len(), told.len());
        let position = |(process, at, ..): &Told| drawn.iter().position(|place| *place == format!("{process}:{at}")).unwrap();
        let is_circle = has_circle(&told);
        for one in &told {
            for other in &told {
                if is_proved(one, other) && (one.0 == other.0 || !is_circle) {
                    prop_assert!(position(one) < position(other), "{:?} before {:?} in {:?}", one, other, drawn);
                }
            }
        }
        let mut by_time = told.clone();
        by_time.sort_by_key(|(process, at, time, _)| (*time, *process, *at));
        let holds = |(at, one): (usize, &Told)| by_time[at..].iter().all(|other| !is_proved(other, one));
        if by_time.iter().enumerate().all(holds) {
            let wanted: Vec<String> = by_time.iter().map(|(process, at, ..)| format!("{process}:{at}")).collect();
            prop_assert_eq!(drawn, wanted);
        }
    }
}
