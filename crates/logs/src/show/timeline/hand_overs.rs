//! Who handed the run on: proved where the logs say so, else only who is seen next.

use run_id_core::event::{Carrier, Kind};
use serde::Serialize;

use super::step::Step;
use crate::facts::history::{Name, Names};
use crate::map::{Map, Set};

/// From one process to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Who sent it; if that is not proved, who had the run last.
    pub from: Name,
    /// Who took it.
    pub to: Name,
    /// The number of the event by which it came.
    pub event: usize,
    /// Whether the logs say so: a `send` and its `receive` or `resolve`, or one operation in two processes.
    pub is_proved: bool,
}

/// A hand-over as it is shown.
#[derive(Debug, Serialize)]
pub struct ShownHandOver<'t> {
    from: &'t str,
    to: &'t str,
    event: usize,
    proved: bool,
}

impl<'t> ShownHandOver<'t> {
    /// How one is shown.
    #[must_use]
    pub fn of(hand_over: &HandOver, names: &'t Names) -> Self {
        Self {
            from: names.text(hand_over.from),
            to: names.text(hand_over.to),
            event: hand_over.event,
            proved: hand_over.is_proved,
        }
    }
}

/// What a process may have sent and another one's request brought.
const OF_REQUESTS: [Carrier; 3] = [Carrier::Url, Carrier::Headers, Carrier::Data];

/// The hand-overs of a timeline. `is_held` says whether the process of an event has the run in hand then.
#[must_use]
pub fn hand_overs(names: &Names, steps: &[Step], is_held: impl Fn(&Step) -> bool) -> Vec<HandOver> {
    let of_requests = OF_REQUESTS.map(|carrier| names.find(carrier.name()));
    let mut sent = Senders::default();
    let mut operations: Map<Name, Name> = Map::default();
    let mut holders: Set<Name> = Set::default();
    let mut last: Option<Name> = None;
    let mut hand_overs = Vec::new();
    for (event, step) in steps.iter().enumerate() {
        let to = step.process;
        let run_id = step.run_id.filter(|_| step.has_in_hand());
        let is_held = is_held(step);
        let is_new = is_held && holders.insert(to);
        let before = if is_held { last.replace(to) } else { None };
        let sender = run_id.and_then(|run_id| match step.event {
            Kind::Receive => sent.last(run_id, step.carrier?, to),
            Kind::Resolve => {
                let senders = of_requests.into_iter().flatten();
                senders
                    .filter_map(|carrier| sent.last(run_id, carrier, to))
                    .max()
                    .filter(|_| is_of_request(step, names))
            }
            _ => None,
        });
        let proof = sender.map(|(_, from)| from);
        let same_operation = step.op.and_then(|op| operations.insert(op, to)).filter(|from| *from != to);
        let proof = proof.or_else(|| same_operation.filter(|_| step.has_in_hand()));
        let seen = before.filter(|from| is_new && *from != to);
        if let Some(from) = proof.or(seen) {
            hand_overs.push(HandOver { from, to, event, is_proved: proof.is_some() });
        }
        if let (Kind::Send, Some(run_id), Some(carrier)) = (step.event, run_id, step.carrier) {
            sent.note(run_id, carrier, event, to);
        }
    }
    hand_overs
}

/// Whether a request brought it: not `RUN_ID`, and not generated.
fn is_of_request(step: &Step, names: &Names) -> bool {
    let source = step.source.map(|source| names.text(source));
    source.is_some_and(|source| ["query", "body", "header"].iter().any(|part| source.contains(part)))
}

/// An event, and its process.
type Sender = (usize, Name);

/// By ID and carrier, the last event that sent it, and the last one of another process.
#[derive(Default)]
struct Senders(Map<(Name, Name), [Option<Sender>; 2]>);

impl Senders {
    fn note(&mut self, run_id: Name, carrier: Name, event: usize, process: Name) {
        let [last, other] = self.0.entry((run_id, carrier)).or_default();
        if last.is_some_and(|(_, known)| known != process) {
            *other = *last;
        }
        *last = Some((event, process));
    }

    /// The last one but `to`.
    fn last(&self, run_id: Name, carrier: Name, to: Name) -> Option<Sender> {
        let senders = self.0.get(&(run_id, carrier))?;
        senders.iter().flatten().copied().find(|(_, process)| *process != to)
    }
}
