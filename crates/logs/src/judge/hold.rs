//! Which right ID a process had in hand when it used a wrong one. SPEC §11.

use std::cmp::Ordering;

use run_id_core::run_id::RunId;

use crate::facts::acts::{Act, ActKind, Acts};
use crate::facts::history::{History, Name};
use crate::formats::time::Millis;
use crate::judge::finding::Seen;
use crate::map::Set;

/// How long a thread is assumed to work on one thing, in milliseconds.
const SOON: Millis = 1000;

/// Something that a process did with a run ID.
#[derive(Clone, Copy, Debug)]
pub struct Step<'h> {
    /// Which run ID.
    pub run_id: Name,
    /// Which process.
    pub process: Name,
    /// What.
    pub act: &'h Act,
}

impl Step<'_> {
    /// Where that is seen.
    pub fn seen(self) -> Seen {
        Seen { process: self.process, run_id: self.run_id, sight: self.act.sight() }
    }
}

/// How certain it is that a process had the right ID in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// It had it some time before.
    Once,
    /// Its thread had it less than a second before.
    Soon,
    /// It had it in the same run.
    Run,
    /// It had it in the same operation.
    Operation,
    /// It was the run in hand.
    InHand,
}

/// The right ID in the hands of the process that used the wrong one.
#[derive(Clone, Copy, Debug)]
pub struct Hold<'h> {
    /// How sure that is.
    pub closeness: Closeness,
    /// Which of the candidates; none if several were in hand alike.
    pub candidate: Option<Name>,
    /// The last use before.
    pub from: Option<Step<'h>>,
}

/// An ID that counts as the right one in hand, and the candidate that it speaks for.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    /// The ID.
    pub id: Name,
    candidate: Name,
}

/// The IDs that count as a right one in hand: the right ones; their bases, if the base was changed; and if a client ID was added to
/// another client's run ID, that run ID.
pub fn hands(history: &History, wrong: Name, rights: &[Name]) -> Vec<Hand> {
    let mut hands = Vec::new();
    let of = |name: Name| RunId::of(history.names.text(name));
    let Some(wrong) = of(wrong) else { return hands };
    for &candidate in rights {
        let Some(right) = of(candidate) else { continue };
        hands.push(Hand { id: candidate, candidate });
        let other = if right.base == wrong.base {
            let front = wrong.client.zip(right.client).and_then(|(wrong, right)| {
                let (_, front) = wrong.strip_suffix(right)?.split_last()?;
                Some(front).filter(|front| !front.is_empty())
            });
            front.map(|client| RunId { client: Some(client), ..right })
        } else {
            right.client.map(|_| RunId { client: None, ..right })
        };
        let id = other.and_then(|other| history.names.find(&other.to_string()));
        hands.extend(id.filter(|id| *id != candidate).map(|id| Hand { id, candidate }));
    }
    hands
}

/// The runs that processes had in hand when they used a run ID.
pub fn runs_in_hand(history: &History, run_id: Name) -> Set<Name> {
    let activity = history.runs.get(&run_id).into_iter().flat_map(|run| &run.activity);
    activity.flat_map(|(_, activity)| activity.acts.iter().filter_map(|act| act.within)).collect()
}

/// The maximum of acts with a wrong ID for which it is looked up what was in hand, if that only orders the candidates.
const MAX_STEPS: usize = 64;

/// How sure it is that a process that used a wrong ID had the right one in hand; none if that says nothing.
pub fn held_by_any(history: &History, wrong: Name, right: Name) -> Option<Closeness> {
    let hands = hands(history, wrong, &[right]);
    let activity = history.runs.get(&wrong).into_iter().flat_map(|run| &run.activity);
    let steps = activity.flat_map(|(process, activity)| {
        activity.acts.iter().map(|act| Step { run_id: wrong, process: *process, act })
    });
    let held = steps.take(MAX_STEPS).filter_map(|step| Some(hold(history, step, &hands)?.closeness));
    held.max().filter(|closeness| *closeness > Closeness::Once)
}

/// What a process did with a run ID.
pub fn acts_of(history: &History, run_id: Name, process: Name) -> Option<&Acts> {
    history.runs.get(&run_id)?.by(process).map(|activity| &activity.acts)
}

/// The right ID in the hands of a process at a step of it.
pub fn hold<'h>(history: &'h History, step: Step<'h>, hands: &[Hand]) -> Option<Hold<'h>> {
    let holds = hands.iter().filter_map(|hand| {
        let (closeness, from) = closeness(history, step, *hand)?;
        let from = from.map(|act| Step { run_id: hand.id, act, ..step });
        Some(Hold { closeness, candidate: Some(hand.candidate), from })
    });
    holds.reduce(|known, own| match own.closeness.cmp(&known.closeness) {
        Ordering::Less => known,
        Ordering::Greater => own,
        Ordering::Equal => Hold {
            candidate: known.candidate.filter(|known| own.candidate == Some(*known)),
            from: later(known.from, own.from),
            ..own
        },
    })
}

fn later<'h>(one: Option<Step<'h>>, other: Option<Step<'h>>) -> Option<Step<'h>> {
    match (one, other) {
        (Some(first), Some(second)) if second.act.is_before(first.act) => one,
        (_, None) => one,
        _ => other,
    }
}

/// How sure it is that an ID was in hand, and its last use before.
fn closeness<'h>(history: &'h History, step: Step<'h>, hand: Hand) -> Option<(Closeness, Option<&'h Act>)> {
    let act = step.act;
    let noted = acts_of(history, step.run_id, step.process).and_then(|acts| acts.before(hand.id));
    let acts = acts_of(history, hand.id, step.process).into_iter().flat_map(Acts::iter).chain(noted);
    // What was refused was not in hand.
    let acts = acts.filter(|held| held.is_before(act) && held.kind != ActKind::Refused);
    let before = acts.map(|held| (closeness_of(held, act), held));
    // The last of those that prove it best.
    let best = before.max_by(|(one, first), (other, second)| {
        let order = if second.is_before(first) { Ordering::Greater } else { Ordering::Less };
        one.cmp(other).then(order)
    });
    let is_in_hand = act.within == Some(hand.id);
    match best {
        Some((closeness, held)) => Some((if is_in_hand { Closeness::InHand } else { closeness }, Some(held))),
        None => is_in_hand.then_some((Closeness::InHand, None)),
    }
}

fn closeness_of(held: &Act, act: &Act) -> Closeness {
    if held.op.is_some() && held.op == act.op {
        return Closeness::Operation;
    }
    if held.within.is_some() && held.within == act.within {
        return Closeness::Run;
    }
    let is_numbered =
        held.number.zip(act.number).is_some_and(|(held, act)| held.thread == act.thread && held.n < act.n);
    let times = held.sight().time.zip(act.sight().time);
    // A thread works on one operation after another, and on things outside of any.
    let is_together = is_numbered && held.op == act.op;
    let is_soon = is_together && times.is_some_and(|(held, act)| (held..held + SOON).contains(&act));
    if is_soon { Closeness::Soon } else { Closeness::Once }
}

/// Whether the log of a process would show that the wrong ID came to it: at the level `lifecycle` it does not tell of what
/// was resolved outside of a boundary.
pub fn tells_arrivals(history: &History, from: Step<'_>, to: Step<'_>) -> bool {
    let acts = [from, to].into_iter().filter_map(|step| acts_of(history, step.run_id, step.process));
    acts.flat_map(Acts::iter)
        .any(|act| matches!(act.kind, ActKind::Pass | ActKind::Resolve | ActKind::Receive))
}

/// Whether the act is told by the library itself, first-hand.
pub fn is_first_hand(act: &Act) -> bool {
    act.sight().is_certain && !matches!(act.kind, ActKind::Text | ActKind::TextMissing)
}
