//! Who had a right run ID last, before a wrong one was seen.

use std::cell::RefCell;
use std::rc::Rc;

use run_id_core::order;

use crate::facts::acts::ActKind;
use crate::facts::history::{History, Name};
use crate::formats::time::Millis;
use crate::judge::clocks::{CLOCK_SKEW, Clocks, Order};
use crate::judge::culprit::Incoming;
use crate::judge::hold::Step;
use crate::map::Map;

/// The uses of a run ID by at most this many processes are put in order each time, and not kept.
const FEW_PROCESSES: usize = 16;

/// How many sends before a time are looked at, and how many after it.
const MAX_SENDS: usize = 16;

/// The sources of a request and the carriers that arrive by them; the others have one name.
const SOURCES: [(&str, &str); 3] = [("url", "query"), ("data", "body"), ("headers", "header")];

/// What all processes did with a run ID, in order.
#[derive(Debug)]
struct Uses<'h> {
    all: Vec<(Order, Step<'h>)>,
    sends: Vec<(Order, Step<'h>)>,
}

/// Tells who had a run ID last.
#[derive(Debug)]
pub struct LastRight<'h> {
    history: &'h History,
    /// Thousands of wrong IDs may have been made from one.
    kept: RefCell<Map<Name, Rc<Uses<'h>>>>,
}

impl<'h> LastRight<'h> {
    /// Of these logs.
    pub fn of(history: &'h History) -> Self {
        Self { history, kept: RefCell::default() }
    }

    /// The last use before a time.
    pub fn used(&self, clocks: &Clocks, right: Name, time: Option<Millis>) -> Option<Step<'h>> {
        let uses = self.uses(clocks, right);
        let Some(time) = time else { return uses.all.last().map(|(_, step)| *step) };
        let until = |end: Millis| uses.all.partition_point(|((at, ..), _)| *at <= Some(end));
        let at = until(time).checked_sub(1);
        // What only seems to be later, as clocks differ.
        let at = at.or_else(|| (until(time + CLOCK_SKEW) > 0).then_some(0))?;
        Some(uses.all[at].1)
    }

    /// The last send of what may have come as another ID.
    pub fn sent(&self, clocks: &Clocks, right: Name, incoming: &Incoming<'_>) -> Option<Step<'h>> {
        let uses = self.uses(clocks, right);
        let time = clocks.time_of(incoming.step);
        let until = |skew: Millis| {
            uses.sends.partition_point(|((at, ..), _)| time.is_none_or(|time| *at <= Some(time + skew)))
        };
        let is_it = |send: &Step<'_>| {
            let is_before = send.process != incoming.step.process || send.act.is_before(incoming.step.act);
            is_before && self.may_be(send.act.source, incoming.source)
        };
        let (before, seemingly_later) = uses.sends[..until(CLOCK_SKEW)].split_at(until(0));
        let before = before.iter().rev().take(MAX_SENDS);
        let all = before.chain(seemingly_later.iter().take(MAX_SENDS));
        all.map(|(_, step)| *step).find(is_it)
    }

    /// Whether what was sent by a carrier may arrive by a source.
    fn may_be(&self, carrier: Option<Name>, source: Option<Name>) -> bool {
        let Some((carrier, source)) = carrier.zip(source) else { return true };
        let both = (self.history.names.text(carrier), self.history.names.text(source));
        carrier == source || SOURCES.contains(&both)
    }

    fn uses(&self, clocks: &Clocks, right: Name) -> Rc<Uses<'h>> {
        if let Some(known) = self.kept.borrow().get(&right) {
            return Rc::clone(known);
        }
        let run = self.history.runs.get(&right);
        let mut all = Vec::new();
        for (process, activity) in run.into_iter().flat_map(|run| &run.activity) {
            let steps = activity.acts.iter().map(|act| Step { run_id: right, process: *process, act });
            all.extend(steps.map(|step| (clocks.order(step), step)));
        }
        order::sort_by_key(&mut all, |(order, _)| *order);
        let sends = all.iter().filter(|(_, step)| step.act.kind == ActKind::Send).copied().collect();
        let uses = Rc::new(Uses { all, sends });
        if run.is_some_and(|run| run.activity.len() > FEW_PROCESSES) {
            self.kept.borrow_mut().insert(right, Rc::clone(&uses));
        }
        uses
    }
}
