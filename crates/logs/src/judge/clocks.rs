//! How far apart the clocks of processes are, if the logs prove it: whatever was received had been sent, and whatever was
//! found had been created. SPEC §11.

use run_id_core::order;

use crate::facts::acts::{Act, ActKind};
use crate::facts::history::{History, Name, Place, Run};
use crate::formats::time::Millis;
use crate::judge::hold::Step;
use crate::map::Map;

/// How far apart clocks may be unless something proves more, in milliseconds.
pub const CLOCK_SKEW: Millis = 6000;

/// Beyond this it's not the clocks: the first of several that sent an ID may be missing in the logs.
const MAX_SHIFT: Millis = 15 * 60 * 1000;

/// The maximum of carriers of one run ID that are looked at: their names come from the logs.
const MAX_CARRIERS: usize = 32;

/// The order of steps: by time where there is one, then by number, then by place.
pub type Order = (Option<Millis>, Option<u32>, Place);

/// What has to be added to the times of processes.
#[derive(Debug, Default)]
pub struct Clocks {
    shifts: Map<Name, Millis>,
}

/// By how much one process must be ahead of another, by both.
type Leads = Map<(Name, Name), Millis>;

impl Clocks {
    /// Those of all processes.
    #[must_use]
    pub fn of(history: &History) -> Self {
        let mut leads = Leads::default();
        for run in history.runs.values() {
            take_hand_overs(run, &mut leads);
            take_creation(run, &mut leads);
        }
        Self { shifts: shifts(&leads) }
    }

    /// When a process did something.
    #[must_use]
    pub fn time_of(&self, step: Step<'_>) -> Option<Millis> {
        self.time(step.process, step.act.sight().time)
    }

    /// What the steps of different processes are ordered by.
    #[must_use]
    pub fn order(&self, step: Step<'_>) -> Order {
        (self.time_of(step), step.act.number.map(|number| number.n), step.act.sight().place)
    }

    /// A time by the clock of a process, as the clocks of the others would show it.
    #[must_use]
    pub fn time(&self, process: Name, time: Option<Millis>) -> Option<Millis> {
        let shift = self.shifts.get(&process).copied().unwrap_or_default();
        time.map(|time| time + shift)
    }
}

/// The first sends by one carrier: those of two processes, as a process may send to itself.
#[derive(Default)]
struct FirstSends {
    carrier: Option<Name>,
    first: Option<(Name, Millis)>,
    of_another: Option<(Name, Millis)>,
}

impl FirstSends {
    /// Takes sends in the order of their times.
    fn take(&mut self, process: Name, time: Millis) {
        match self.first {
            None => self.first = Some((process, time)),
            Some((first, _)) if first != process && self.of_another.is_none() => {
                self.of_another = Some((process, time));
            }
            Some(_) => {}
        }
    }

    fn of_another_than(&self, process: Name) -> Option<(Name, Millis)> {
        self.first.into_iter().chain(self.of_another).find(|(sender, _)| *sender != process)
    }
}

fn take_hand_overs(run: &Run, leads: &mut Leads) {
    if run.activity.len() < 2 {
        return;
    }
    let mut sends: Vec<(Millis, Name, Option<Name>)> = acts_of(run, ActKind::Send)
        .filter_map(|(process, act)| Some((act.sight().time?, process, act.source)))
        .collect();
    order::sort(&mut sends);
    let mut by_carrier: Vec<FirstSends> = Vec::new();
    for (time, process, carrier) in sends {
        if by_carrier.len() == MAX_CARRIERS {
            break;
        }
        let at = by_carrier.iter().position(|known| known.carrier == carrier).unwrap_or_else(|| {
            by_carrier.push(FirstSends { carrier, ..FirstSends::default() });
            by_carrier.len() - 1
        });
        by_carrier[at].take(process, time);
    }
    for (process, act) in acts_of(run, ActKind::Receive) {
        let sent = by_carrier.iter().find(|known| known.carrier == act.source);
        if let Some(sent) = sent.and_then(|sent| sent.of_another_than(process)) {
            take_order(sent, (process, act.sight().time), leads);
        }
    }
}

fn take_creation(run: &Run, leads: &mut Leads) {
    let Some((creator, created)) = run.creation() else { return };
    let Some(time) = created.time.filter(|_| created.is_certain) else { return };
    for (process, act) in acts_of(run, ActKind::Lookup) {
        take_order((creator, time), (process, act.sight().time), leads);
    }
}

fn acts_of(run: &Run, kind: ActKind) -> impl Iterator<Item = (Name, &Act)> {
    run.activity.iter().flat_map(move |(process, activity)| {
        let acts = activity.acts.iter().filter(move |act| act.kind == kind && act.sight().is_certain);
        acts.map(move |act| (*process, act))
    })
}

/// Notes that the clocks show the earlier one of two as the later one.
fn take_order(earlier: (Name, Millis), later: (Name, Option<Millis>), leads: &mut Leads) {
    let (Some(time), false) = (later.1, earlier.0 == later.0) else { return };
    let lead = earlier.1 - time;
    if (1..=MAX_SHIFT).contains(&lead) {
        let known = leads.entry((earlier.0, later.0)).or_default();
        // Earlier, and not at the same time.
        *known = (lead + 1).max(*known);
    }
}

/// The process whose clock disagrees with most others is the one that is wrong.
fn shifts(leads: &Leads) -> Map<Name, Millis> {
    let mut partners: Map<Name, Vec<(Name, Millis)>> = Map::default();
    for ((ahead, behind), lead) in leads {
        partners.entry(*ahead).or_default().push((*behind, -lead));
        partners.entry(*behind).or_default().push((*ahead, *lead));
    }
    let mut order: Vec<Name> = partners.keys().copied().collect();
    order::sort_by_key(&mut order, |process| (std::cmp::Reverse(partners[process].len()), *process));
    let mut shifts: Map<Name, Millis> = Map::default();
    for process in order {
        // Those that were shifted before have taken their leads into account.
        let open = partners[&process].iter().filter(|(partner, _)| !shifts.contains_key(partner));
        let (back, forth): (Vec<Millis>, Vec<Millis>) = open.map(|(_, by)| *by).partition(|by| *by < 0);
        let shift = if back.len() >= forth.len() { back.into_iter().min() } else { forth.into_iter().max() };
        if let Some(shift) = shift {
            shifts.insert(process, shift);
        }
    }
    shifts
}
