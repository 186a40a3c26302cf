//! Who changed a run ID: the story of a wrong one, according to the logs. SPEC §11, "Who changed it".

use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::acts::{Act, ActKind, Acts};
use crate::facts::history::{History, MAX_PLACES, Name, Place, Run};
use crate::formats::time::Millis;
use crate::judge::clocks::{CLOCK_SKEW, Clocks};
use crate::judge::consequences::{Consequences, each_once, earlier};
use crate::judge::finding::{Arrival, Culprit, MAX_CANDIDATES, Seen};
use crate::judge::hold::{Closeness, Hand, Hold, Step, acts_of, hands, hold, is_first_hand, tells_arrivals};
use crate::judge::judgement::Judge;
use crate::judge::last_right::LastRight;
use crate::map::Set;

/// The maximum of processes that are named if several changed one ID, each on its own.
const MAX_CULPRITS: usize = 20;

/// The maximum of processes whose acts with the base of a wrong ID are considered: thousands of wrong IDs may share
/// one base.
const MAX_PROCESSES_OF_BASE: usize = 16;

/// The story of a wrong run ID, according to the logs.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// The candidate that the same operation, process or sender had in hand.
    pub in_hand: Option<Name>,
    /// Whether the operation that made the wrong ID had it in hand.
    pub is_of_operation: bool,
    /// Who changed it.
    pub changed_by: Vec<Culprit>,
    /// Whether the culprits are proved.
    pub is_certain: bool,
    /// Where it came from outside, if the logs do not show who changed it.
    pub arrived_at: Option<Arrival>,
    /// Who had the right ID last.
    pub last_right: Option<Seen>,
    /// Misses and later uses of the wrong ID: the first [`crate::judge::finding::MAX_CONSEQUENCES`].
    pub consequences: Vec<Seen>,
    /// How many there are.
    pub consequence_count: usize,
    /// The first sight of the wrong ID.
    pub first_time: Option<Millis>,
    /// The last consequence.
    pub last_time: Option<Millis>,
    /// The route of the boundary on which it went wrong.
    pub route: Option<Name>,
    /// Lines that show it, as the story goes.
    pub evidence: Vec<Place>,
}

/// A process that used the wrong ID by itself, and had not received it.
#[derive(Clone, Copy, Debug)]
struct Maker<'h> {
    to: Step<'h>,
    hold: Option<Hold<'h>>,
    /// Whether the wrong ID may have come from elsewhere: another process had sent it before, with no known receiver, or it
    /// arrived in another operation of the same thread.
    may_be_given: bool,
}

impl<'h> Maker<'h> {
    fn of(to: Step<'h>, hold: Option<Hold<'h>>) -> Self {
        Self { to, hold, may_be_given: false }
    }

    /// Whether it made the wrong ID from the right one.
    fn is_made(&self) -> bool {
        self.hold.is_some_and(|hold| hold.closeness > Closeness::Once)
    }
}

/// The wrong ID as it came to a process.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'h> {
    /// Where.
    pub step: Step<'h>,
    /// By which source or carrier.
    pub source: Option<Name>,
}

/// How each process came to the wrong ID.
#[derive(Debug, Default)]
struct Origins<'h> {
    makers: Vec<Maker<'h>>,
    all_incoming: Vec<Incoming<'h>>,
    /// The first step of each process that only looked it up.
    asked: Vec<Step<'h>>,
    /// The first send of each that sent it.
    sends: Vec<Step<'h>>,
}

/// Who did it.
#[derive(Debug, Default)]
struct Blame<'h> {
    culprits: Vec<Maker<'h>>,
    /// Where it came from outside.
    incoming: Option<Incoming<'h>>,
    /// Who looked it up first, if nothing else is known.
    asked: Option<Step<'h>>,
}

/// Tells the stories of wrong IDs.
#[derive(Debug)]
pub struct Stories<'h> {
    history: &'h History,
    clocks: Clocks,
    last_right: LastRight<'h>,
}

impl<'h> Stories<'h> {
    /// Those that these logs tell.
    #[must_use]
    pub fn of(history: &'h History) -> Self {
        Self { history, clocks: Clocks::of(history), last_right: LastRight::of(history) }
    }

    /// How far the clocks are apart.
    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// The story of a wrong ID that was made of one of `rights`, the likeliest first, and was missed there.
    #[must_use]
    pub fn story(&self, wrong: Name, rights: &[Name], misses: &[Seen]) -> Story {
        let rights = &rights[..rights.len().min(MAX_CANDIDATES)];
        let hands = hands(self.history, wrong, rights);
        if self.is_right_elsewhere(wrong, rights) {
            let blame = self.blame_for_wrong_use(wrong, rights, &hands, misses);
            let mut consequences = Consequences::of_misses(&self.clocks, misses);
            for step in blame.beginnings() {
                consequences.first_time = earlier(consequences.first_time, step.act.sight().time);
            }
            return self.tell(rights, &hands, &blame, consequences);
        }
        let blame = self.blame(self.origins(wrong, rights, &hands), !rights.is_empty());
        let run = self.history.runs.get(&wrong);
        let consequences = Consequences::of(&self.clocks, wrong, run, &blame.beginnings(), misses);
        self.tell(rights, &hands, &blame, consequences)
    }

    /// Whether most uses of a wrong ID are right: it has its own record, is the base of the right one, or is wrong only in that its
    /// record was missed.
    fn is_right_elsewhere(&self, wrong: Name, rights: &[Name]) -> bool {
        let of = |name: Name| RunId::of(self.history.names.text(name));
        let run = self.history.runs.get(&wrong);
        let Some(right) = rights.first() else { return run.is_some_and(Run::is_known) };
        let is_base = of(wrong).zip(of(*right)).is_some_and(|(wrong, right)| {
            wrong.client.is_none() && right.client.is_some() && wrong.base == right.base
        });
        is_base || run.is_some_and(|run| run.creation().is_some())
    }

    /// The base of the wrong ID, if the base was changed and is not another run: what was done with it comes before what was done
    /// with the wrong ID.
    fn wrong_base(&self, wrong: Name, rights: &[Name]) -> Option<Name> {
        let of = |name: Name| RunId::of(self.history.names.text(name));
        let (id, right) = (of(wrong)?, of(*rights.first()?)?);
        if id.base == right.base || id.client.is_none() {
            return None;
        }
        let base = self.history.names.find(&RunId { client: None, ..id }.to_string())?;
        let run = self.history.runs.get(&base)?;
        (!run.is_known() && run.activity.len() <= MAX_PROCESSES_OF_BASE).then_some(base)
    }

    /// What each process did with the wrong ID, and before with its base.
    fn steps(&self, wrong: Name, base: Option<Name>) -> Vec<Vec<Step<'h>>> {
        let processes = |run_id: Name| {
            let run = self.history.runs.get(&run_id);
            run.into_iter().flat_map(|run| &run.activity).map(|(process, _)| *process)
        };
        let only_base = base.into_iter().flat_map(processes);
        let only_base = only_base.filter(|process| acts_of(self.history, wrong, *process).is_none());
        processes(wrong)
            .chain(only_base)
            .map(|process| {
                let mut steps: Vec<Step<'_>> = base
                    .into_iter()
                    .chain([wrong])
                    .flat_map(|run_id| self.steps_of(run_id, process))
                    .collect();
                in_order(&mut steps);
                steps
            })
            .collect()
    }

    fn steps_of(&self, run_id: Name, process: Name) -> impl DoubleEndedIterator<Item = Step<'h>> + use<'h> {
        let acts = acts_of(self.history, run_id, process).map(Acts::iter);
        acts.into_iter().flatten().map(move |act| Step { run_id, process, act })
    }

    /// How each process came to the wrong ID: what it did first with it decides.
    fn origins(&self, wrong: Name, rights: &[Name], hands: &[Hand]) -> Origins<'h> {
        let mut origins = Origins::default();
        let base = self.wrong_base(wrong, rights);
        for steps in self.steps(wrong, base) {
            origins.sends.extend(steps.iter().find(|step| step.act.kind == ActKind::Send));
            let begins = steps.iter().find_map(|step| {
                let incoming = incoming(&[Some(wrong), base], *step).map(Err);
                incoming.or_else(|| self.maker(*step, hands).map(Ok))
            });
            match begins {
                Some(Ok(maker)) => origins.makers.push(maker),
                Some(Err(incoming)) => origins.all_incoming.push(incoming),
                None => origins.asked.extend(steps.first()),
            }
        }
        order::sort_by_key(&mut origins.makers, |maker| self.clocks.order(maker.to));
        order::sort_by_key(&mut origins.all_incoming, |incoming| self.clocks.order(incoming.step));
        order::sort_by_key(&mut origins.sends, |send| self.clocks.order(*send));
        origins
    }

    /// A process that uses an ID actively; looking it up counts only if the operation had the right one in hand.
    fn maker(&self, to: Step<'h>, hands: &[Hand]) -> Option<Maker<'h>> {
        let hold = || hold(self.history, to, hands);
        match to.act.kind {
            kind if kind.is_use() => Some(Maker::of(to, hold())),
            ActKind::Lookup | ActKind::Missing => {
                let hold = hold().filter(|hold| hold.closeness >= Closeness::Operation)?;
                Some(Maker::of(to, Some(hold)))
            }
            _ => None,
        }
    }

    /// A process whose lookup was refused while it had the right one in hand, if no record event shows that lookup.
    fn refused(&self, to: Step<'h>, hands: &[Hand]) -> Option<Maker<'h>> {
        let hold = hold(self.history, to, hands).filter(|hold| hold.closeness >= Closeness::Operation)?;
        (to.act.kind == ActKind::Refused).then_some(Maker::of(to, Some(hold)))
    }

    /// Whether an event tells of a run ID, and not only texts and refusals, which accuse no process.
    fn is_told(&self, run_id: Name) -> bool {
        let activity = self.history.runs.get(&run_id).into_iter().flat_map(|run| &run.activity);
        let mut acts = activity.flat_map(|(_, activity)| activity.acts.iter());
        acts.any(|act| !matches!(act.kind, ActKind::Text | ActKind::TextMissing | ActKind::Refused))
    }

    /// Who changed it, or else where it came from outside.
    fn blame(&self, origins: Origins<'h>, has_right: bool) -> Blame<'h> {
        // A process may send to itself, so the first of two others is enough.
        let senders = &origins.sends[..origins.sends.len().min(2)];
        let is_sent = |incoming: &Incoming<'h>| senders.iter().any(|send| self.is_sent(*send, incoming.step));
        let incoming = origins.all_incoming.iter().find(|incoming| !is_sent(incoming));
        // Processes that hand it to each other have it from elsewhere.
        let incoming =
            incoming.or(origins.all_incoming.first().filter(|_| origins.makers.is_empty())).copied();
        let made = origins.makers.iter().filter(|maker| maker.is_made());
        let mut culprits: Vec<Maker<'h>> = made.copied().take(MAX_CULPRITS).collect();
        if culprits.is_empty() && has_right {
            culprits.extend(self.first_user(&origins.makers, incoming.map(|incoming| incoming.step)));
        }
        for maker in &mut culprits {
            maker.may_be_given = senders.iter().any(|send| {
                self.may_give(*send, maker.to) && !self.is_received(*send, &origins.all_incoming)
            });
        }
        let asked = origins.asked.into_iter().min_by_key(|step| self.clocks.order(*step));
        Blame { incoming: incoming.filter(|_| culprits.is_empty()), culprits, asked }
    }

    fn is_sent(&self, send: Step<'h>, incoming: Step<'h>) -> bool {
        let both = self.clocks.time_of(send).zip(self.clocks.time_of(incoming));
        (send.process != incoming.process || send.act.is_before(incoming.act))
            && both.is_none_or(|(sent, came)| sent <= came + CLOCK_SKEW)
    }

    /// Whether one process sent the wrong ID before another used it.
    fn may_give(&self, send: Step<'h>, to: Step<'h>) -> bool {
        let both = self.clocks.time_of(send).zip(self.clocks.time_of(to));
        send.process != to.process && both.is_none_or(|(sent, used)| sent <= used)
    }

    fn is_received(&self, send: Step<'h>, all_incoming: &[Incoming<'h>]) -> bool {
        let others = all_incoming.iter().filter(|incoming| incoming.step.process != send.process);
        others.map(|incoming| incoming.step).any(|incoming| self.is_sent(send, incoming))
    }

    /// The process that used the wrong ID first, unless it came from outside before.
    fn first_user(&self, makers: &[Maker<'h>], incoming: Option<Step<'h>>) -> Option<Maker<'h>> {
        let Some(incoming) = incoming else { return makers.first().copied() };
        // The clock of a process that had the right one may be ahead.
        let is_earlier = |maker: &&Maker<'h>| {
            let skew = if maker.hold.is_some() { CLOCK_SKEW } else { 0 };
            let both = self.clocks.time_of(maker.to).zip(self.clocks.time_of(incoming));
            both.is_some_and(|(made, came)| made <= came + skew)
        };
        makers.iter().find(is_earlier).copied()
    }

    /// Who used an ID in place of the right one that is right elsewhere, such as a base without its client: the process that
    /// first did so after it had the right one in hand, and before the record was missed.
    fn blame_for_wrong_use(
        &self,
        wrong: Name,
        rights: &[Name],
        hands: &[Hand],
        misses: &[Seen],
    ) -> Blame<'h> {
        let last_miss =
            misses.iter().filter_map(|miss| self.clocks.time(miss.process, miss.sight.time)).max();
        let is_in_time = |step: &Step<'_>, skew: Millis| {
            let both = self.clocks.time_of(*step).zip(last_miss);
            both.is_none_or(|(time, missed)| time <= missed + skew)
        };
        let steps = |process: Name| self.steps_of(wrong, process);
        let missed_by: Set<Name> = misses.iter().map(|miss| miss.process).collect();
        // A culprit had both. Thousands of processes may have had the one, and few the other.
        let own = self.history.runs.get(&wrong);
        let runs = rights.iter().filter_map(|right| self.history.runs.get(right));
        let fewer =
            runs.filter_map(|run| Some(run).into_iter().chain(own).min_by_key(|run| run.activity.len()));
        // Who only handed the wrong one over may tell of the right one by the run in hand.
        let few = own.filter(|run| run.activity.len() <= MAX_PROCESSES_OF_BASE);
        let had_it = fewer.chain(few).flat_map(|run| &run.activity).map(|(process, _)| *process);
        let had_it: Set<Name> = had_it.chain(missed_by.iter().copied()).collect();
        let is_told = rights.iter().any(|right| self.is_told(*right));
        let made_before =
            |step: &Step<'_>| matches!(step.act.kind, ActKind::Generate | ActKind::Created | ActKind::Exists);
        let mut makers: Vec<Maker<'h>> = Vec::new();
        for process in had_it {
            let own = steps(process).filter(|step| !made_before(step) && is_in_time(step, CLOCK_SKEW));
            let made = own.filter_map(|step| {
                self.maker(step, hands).or_else(|| self.refused(step, hands).filter(|_| is_told))
            });
            makers.extend({ made }.find(|maker| maker.hold.is_some()).map(|maker| {
                let is_soon = maker.hold.is_some_and(|hold| hold.closeness == Closeness::Soon);
                let mut before = steps(process).take_while(|step| step.act.is_before(maker.to.act));
                let may_be_given = is_soon && before.any(|step| incoming(&[Some(wrong)], step).is_some());
                Maker { may_be_given, ..maker }
            }));
        }
        order::sort_by_key(&mut makers, |maker| self.clocks.order(maker.to));
        let came = missed_by.iter().filter_map(|process| {
            let own = || steps(*process).filter(|step| is_in_time(step, 0));
            let op = own().filter(|step| step.act.kind.is_miss()).find_map(|step| step.act.op);
            // If there are several, the last one in the operation that missed the record.
            own().filter_map(|step| incoming(&[Some(wrong)], step)).max_by_key(|Incoming { step, .. }| {
                let comes = matches!(step.act.kind, ActKind::Receive | ActKind::Resolve);
                (op.is_some() && step.act.op == op, comes)
            })
        });
        let incoming =
            came.min_by_key(|incoming| self.clocks.order(incoming.step)).filter(|_| !rights.is_empty());
        let own: Vec<Maker<'h>> = makers
            .iter()
            .filter(|maker| maker.is_made() && missed_by.contains(&maker.to.process))
            .take(MAX_CULPRITS)
            .copied()
            .collect();
        let made_by =
            |is_wanted: &dyn Fn(&Maker<'h>) -> bool| makers.iter().find(|maker| is_wanted(maker)).copied();
        let culprits = if own.is_empty() {
            let sent = made_by(&|maker| maker.is_made() && maker.to.act.kind == ActKind::Send);
            let sent = sent.filter(|_| incoming.is_some());
            let made = sent.or_else(|| made_by(&Maker::is_made));
            let likely = || made_by(&|_| true).filter(|_| incoming.is_none());
            made.or_else(likely).into_iter().collect()
        } else {
            own
        };
        let asked =
            missed_by.iter().filter_map(|process| steps(*process).find(|step| step.act.kind.is_miss()));
        let asked = asked.min_by_key(|step| self.clocks.order(*step));
        Blame { incoming: incoming.filter(|_| culprits.is_empty()), culprits, asked }
    }

    /// Whether nothing contradicts that a process made the wrong ID from the right one.
    fn is_proved(&self, maker: &Maker<'_>) -> bool {
        let Some(hold) = maker.hold.filter(|_| maker.is_made() && !maker.may_be_given) else { return false };
        let to = maker.to.act;
        let is_whole = |from: Step<'_>| {
            let shows_arrivals =
                hold.closeness > Closeness::Soon || tells_arrivals(self.history, from, maker.to);
            shows_arrivals && self.is_gapless(maker.to.process, from.act, to)
        };
        is_first_hand(to) && hold.from.is_none_or(|from| is_first_hand(from.act) && is_whole(from))
    }

    /// Whether all lines of a thread from one act to the other are there, if they are numbered.
    fn is_gapless(&self, process: Name, from: &Act, to: &Act) -> bool {
        let both = from.number.zip(to.number).filter(|(from, to)| from.thread == to.thread);
        both.is_none_or(|(from, to)| {
            self.history.threads.is_whole(process, from.thread.into(), from.n.into(), to.n.into())
        })
    }

    fn tell(&self, rights: &[Name], hands: &[Hand], blame: &Blame<'h>, consequences: Consequences) -> Story {
        let changed_by: Vec<Culprit> = blame
            .culprits
            .iter()
            .map(|Maker { to, hold, .. }| Culprit {
                from: hold.and_then(|hold| hold.from).map(Step::seen),
                to: to.seen(),
            })
            .collect();
        let (in_hand, is_of_operation) = self.in_hand(rights, hands, blame);
        let first = blame.beginnings().first().copied().or(blame.asked);
        let from = changed_by.iter().find_map(|culprit| culprit.from);
        let last_right = from.or_else(|| {
            let right = in_hand.or(rights.first().copied())?;
            let sent = || self.last_right.sent(&self.clocks, right, blame.incoming.as_ref()?);
            let time = first.and_then(|step| self.clocks.time_of(step)).or(consequences.first_time);
            // If one process used a run ID often, only the first and the last uses are kept.
            let noted = first.and_then(|step| {
                let act = acts_of(self.history, step.run_id, step.process)?.before(right)?;
                Some(Step { run_id: right, process: step.process, act })
            });
            let used = || {
                let used = self.last_right.used(&self.clocks, right, time);
                used.into_iter().chain(noted).max_by_key(|step| self.clocks.order(*step))
            };
            let step = sent().or_else(used)?;
            Some(step.seen())
        });
        let arrived_at =
            blame.incoming.map(|incoming| Arrival { seen: incoming.step.seen(), source: incoming.source });
        let lines = last_right
            .iter()
            .chain(changed_by.iter().flat_map(|culprit| culprit.from.iter().chain([&culprit.to])))
            .chain(arrived_at.iter().map(|arrival| &arrival.seen))
            .chain(&consequences.kept);
        Story {
            in_hand,
            is_of_operation,
            is_certain: !changed_by.is_empty() && blame.culprits.iter().all(|maker| self.is_proved(maker)),
            evidence: each_once(lines.map(|seen| seen.sight.place), MAX_PLACES),
            changed_by,
            arrived_at,
            last_right,
            consequences: consequences.kept,
            consequence_count: consequences.count,
            first_time: consequences.first_time,
            last_time: consequences.last_time,
            route: first.and_then(|step| step.act.route),
        }
    }

    /// The candidate that the operation, the process or the sender had in hand, and whether it was the operation.
    fn in_hand(&self, rights: &[Name], hands: &[Hand], blame: &Blame<'h>) -> (Option<Name>, bool) {
        if let Some(incoming) = &blame.incoming {
            let mut sent =
                rights.iter().filter(|right| self.last_right.sent(&self.clocks, **right, incoming).is_some());
            if let (Some(right), None) = (sent.next(), sent.next()) {
                return (Some(*right), false);
            }
        }
        let asked = || {
            let step = blame.incoming.map(|incoming| incoming.step).or(blame.asked)?;
            hold(self.history, step, hands)
        };
        let hold = blame.culprits.first().map_or_else(asked, |maker| maker.hold);
        let decided = hold.and_then(|hold| Some((hold.candidate?, hold.closeness >= Closeness::Operation)));
        decided.map_or((None, false), |(candidate, is_of_operation)| (Some(candidate), is_of_operation))
    }
}

impl<'h> Blame<'h> {
    /// Where the wrong ID began.
    fn beginnings(&self) -> Vec<Step<'h>> {
        let culprits = self.culprits.iter().map(|maker| maker.to);
        culprits.chain(self.incoming.map(|incoming| incoming.step)).collect()
    }
}

/// The wrong ID, or its base, as it came to a process, if this is how.
fn incoming<'h>(ids: &[Option<Name>], step: Step<'h>) -> Option<Incoming<'h>> {
    let act = step.act;
    let source = match act.kind {
        ActKind::Receive => act.source,
        ActKind::Resolve if !act.is_generated => act.source,
        _ if act.within.is_some() && act.arrived.is_some() && ids.contains(&act.within) => act.arrived,
        _ => return None,
    };
    Some(Incoming { step, source })
}

/// By their numbers if one thread did all, else by time.
fn in_order(steps: &mut [Step<'_>]) {
    let thread = |step: &Step<'_>| step.act.number.map(|number| number.thread);
    let is_one_thread =
        steps.windows(2).all(|pair| thread(&pair[0]).is_some_and(|own| Some(own) == thread(&pair[1])));
    let sight = |step: &Step<'_>| (step.act.sight().time, step.act.number, step.act.sight().place);
    if is_one_thread {
        order::sort_by_key(steps, |step| (step.act.number, sight(step)));
    } else {
        order::sort_by_key(steps, sight);
    }
}

impl Judge<'_> {
    /// The story of a wrong ID that was made of one of `rights`, the likeliest first.
    pub fn story(&self, wrong: Name, rights: &[Name], misses: &[Seen]) -> Story {
        self.stories.story(wrong, rights, misses)
    }
}
