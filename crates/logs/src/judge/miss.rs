//! What failed lookups say about a run ID: how the right one was changed, or when its record existed.

use run_id_core::change::Kind;
use run_id_core::event::Table;
use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::acts::ActKind;
use crate::facts::history::{Activity, Name, Nearby, Place, Run, Sight};
use crate::formats::time::Millis;
use crate::judge::class::Class;
use crate::judge::clocks::CLOCK_SKEW;
use crate::judge::finding::Seen;
use crate::judge::hold::runs_in_hand;
use crate::judge::judgement::{Cause, Judge, Note, kinds, seen};
use crate::map::Map;

/// How far apart two IDs of one client may be and still be one run with two generated IDs, in seconds.
const MINTED_AGAIN: i64 = 60;

/// The time within which a process looks again outside of an operation, in milliseconds.
const LOOKS_AGAIN: Millis = 60_000;

/// In which table, and for which client.
type Sought = (Option<Table>, Option<Name>);

/// Lookups that missed one record, in all processes.
#[derive(Default)]
struct Group {
    misses: Vec<Seen>,
    /// How many more there were.
    more: usize,
    /// The last time.
    last: Option<Millis>,
    near: Nearby,
}

impl Group {
    fn take(&mut self, other: Self) {
        self.misses.extend(other.misses);
        self.more += other.more;
        self.last = self.last.max(other.last);
    }
}

/// How the record of a run ID is known.
#[derive(Clone, Copy)]
struct Creation {
    process: Name,
    sight: Sight,
    /// Whether it was seen being made, and not only found.
    is_made: bool,
}

/// Why a lookup missed.
struct Explanation<'h> {
    class: Class,
    /// Of what the wrong ID may have been made, the likeliest first.
    rights: Vec<&'h str>,
    /// What else shows it.
    also: Option<Place>,
    is_certain: bool,
}

impl<'h> Judge<'h> {
    /// Judges all lookups that missed.
    pub fn judge_misses(&mut self) {
        let history = self.history;
        for (name, run) in history.in_order_of_sight() {
            if !run.is_missed() {
                continue;
            }
            if let Some(run_id) = RunId::of(history.names.text(name)) {
                self.judge_missed(name, run_id, run);
                // What was refused has been judged before.
                self.tell_cases_of(name);
            }
        }
    }

    fn judge_missed(&mut self, name: Name, run_id: RunId<'h>, run: &'h Run) {
        let mut of_own_table = Group::default();
        let creation = self.creation_of(run);
        for ((table, client), group) in self.groups(name, run) {
            let is_own = table.is_none_or(|table| table == Table::of(run_id));
            // What a lookup found near is surer than a creation that is only quoted.
            let is_surer = |creation: Creation| creation.sight.is_certain || !group.near.is_certain;
            let is_there = creation.is_some_and(is_surer) && is_own;
            let client = client.map(|client| self.history.names.text(client));
            let group = if is_there {
                let (early, others) = self.before_generation(run_id, group);
                of_own_table.take(Group { misses: others, ..Group::default() });
                early
            } else {
                group
            };
            if group.misses.is_empty() {
                continue;
            }
            let explanation = self.explain(run_id, run, (table, client), &group);
            if is_there && !matches!(explanation.class, Class::Change(_)) {
                of_own_table.take(group);
                continue;
            }
            let rights = explanation.rights.iter();
            let rights: Vec<Name> = rights.filter_map(|right| self.history.names.find(right)).collect();
            let Explanation { class, also, is_certain, .. } = explanation;
            let (more, last) = (group.more, group.last);
            let cause = Cause { class, rights: &rights, also, source: None, more, last, is_certain };
            self.note_case(name, cause, group.misses);
        }
        if let Some(creation) = creation {
            self.judge_order(name, run, creation, of_own_table);
        }
    }

    /// Divides misses by whether the ID was generated only after them, as far as two clocks can tell: then the process
    /// that missed it did not get it from there.
    fn before_generation(&self, run_id: RunId<'_>, group: Group) -> (Group, Vec<Seen>) {
        let (early, others) =
            group.misses.into_iter().partition(|miss| self.is_before_generation(run_id, miss));
        (Group { misses: early, ..group }, others)
    }

    fn is_before_generation(&self, run_id: RunId<'_>, miss: &Seen) -> bool {
        let clocks = self.stories.clocks();
        let Some((generator, generated)) = self.known.first_generator(run_id) else { return false };
        let skew = if generator == miss.process { 0 } else { CLOCK_SKEW };
        let times = clocks.time(miss.process, miss.sight.time).zip(clocks.time(generator, generated.time));
        times.is_some_and(|(missed, generated)| missed + skew < generated)
    }

    /// Whether the ID was generated before it was missed: then its time is the one that it was made at.
    fn is_generated_before(&self, run_id: RunId<'_>, first: &Seen) -> bool {
        self.known.is_generated(run_id.base) && !self.is_before_generation(run_id, first)
    }

    /// The misses by table and client, in order.
    fn groups(&self, name: Name, run: &Run) -> Vec<(Sought, Group)> {
        let mut groups: Map<Sought, Group> = Map::default();
        for (process, activity) in &run.activity {
            for miss in activity.misses() {
                let group = groups.entry((miss.table, miss.client)).or_default();
                group.misses.extend(seen(*process, name, &miss.sights));
                group.more += miss.more;
                group.last = group.last.max(miss.last);
            }
            // What was found near is the same, whichever event tells of it.
            for miss in &activity.missed {
                if let Some(group) = groups.get_mut(&(miss.table, miss.client)) {
                    group.near.take(miss.near.clone());
                }
            }
        }
        let clocks = self.stories.clocks();
        let mut groups: Vec<_> = groups.into_iter().collect();
        for (_, group) in &mut groups {
            order::sort_by_key(&mut group.misses, |miss| {
                (clocks.time(miss.process, miss.sight.time), miss.sight.place)
            });
        }
        order::sort_by_key(&mut groups, |(key, _)| *key);
        groups
    }

    fn explain(
        &self,
        run_id: RunId<'h>,
        run: &Run,
        (table, client): (Option<Table>, Option<&str>),
        group: &Group,
    ) -> Explanation<'h> {
        let of = |class, rights, also, is_certain| Explanation { class, rights, also, is_certain };
        let Some(first) = group.misses.first() else {
            return of(Class::NotFound, Vec::new(), None, false);
        };
        if let Some((kind, rights)) = self.changed_near(run_id, group) {
            return of(Class::Change(kind), rights, None, group.near.is_certain);
        }
        if let Some((kind, rights)) = self.change_of_miss(run_id, table, client, first) {
            let is_certain = self.are_certain(&rights);
            return of(Class::Change(kind), rights, None, is_certain);
        }
        let refused = run.activity.iter().find_map(|(_, activity)| activity.refused());
        if let Some(refused) = refused {
            return of(Class::NeverCreated, Vec::new(), Some(refused.place), refused.is_certain);
        }
        let others = self.minted_about_then(run_id, first);
        // A client run of an existing job was not generated with its base.
        let is_base_created = || self.is_created(RunId { client: None, ..run_id });
        let is_made = self.known.is_generated_itself(run_id) || !is_base_created();
        let Some((generator, generated)) = self.known.first_generator(run_id).filter(|_| is_made) else {
            return of(Class::NotFound, self.others_near(run_id, others), None, false);
        };
        let also = Some(generated.place);
        let mut rights = others;
        rights.retain(|known| {
            self.is_earlier(known, run_id, generator) && !self.is_run_of_its_own(run_id, known, generator)
        });
        if rights.is_empty() {
            return of(Class::NeverCreated, rights, also, false);
        }
        let is_certain = generated.is_certain && self.are_certain(&rights);
        of(Class::MintedAgain, rights, also, is_certain)
    }

    /// Whether events say of all of them that they are right.
    pub fn are_certain(&self, rights: &[&str]) -> bool {
        rights.iter().all(|right| self.known.is_certain(right, self.stories.clocks()))
    }

    fn is_created(&self, run_id: RunId<'_>) -> bool {
        let name = self.history.names.find(&run_id.to_string());
        let run = name.and_then(|name| self.history.runs.get(&name));
        run.is_some_and(|run| run.creation().is_some())
    }

    /// The change that the lookup itself reports, by what it found near.
    fn changed_near(&self, run_id: RunId<'_>, group: &Group) -> Option<(Kind, Vec<&'h str>)> {
        let is_generated = self.is_generated_before(run_id, group.misses.first()?);
        let mut near = group.near.rows.iter().filter(|(_, kind)| {
            // The job of a missing client run is not a changed form of it.
            let is_base = run_id.client.is_some() && *kind == Kind::SuffixMissing;
            let is_made = is_generated && kind.is_of_time();
            !is_base && !is_made
        });
        let (first, kind) = near.next()?;
        let others = near.filter(|(_, other)| other == kind).map(|(right, _)| right);
        let rights = [first].into_iter().chain(others);
        Some((*kind, rights.map(|right| self.history.names.text(*right)).collect()))
    }

    /// What became of the run ID, and what it may have been: the first class that fits.
    fn change_of_miss(
        &self,
        missed: RunId<'_>,
        table: Option<Table>,
        client: Option<&str>,
        first: &Seen,
    ) -> Option<(Kind, Vec<&'h str>)> {
        let known = &self.known.run_ids;
        let likeliest = |rights| {
            let rights = self.known.likeliest(rights, first, self.stories.clocks());
            (!rights.is_empty()).then_some(rights)
        };
        if let Some((client, own)) = client.zip(missed.client)
            && client.as_bytes() != own
            && let Some(expected) = known.get(RunId { client: Some(client.as_bytes()), ..missed })
        {
            return Some((Kind::SuffixOfAnotherClient, likeliest(vec![expected])?));
        }
        let is_known = known.get(missed).is_some();
        let is_generated = self.is_generated_before(missed, first);
        kinds().find_map(|kind| {
            let rights = match kind {
                // Only the client that was looked up says that it is another client's.
                Kind::SuffixOfAnotherClient => return None,
                // One client's ID may begin or end as another's.
                Kind::SuffixCut | Kind::SuffixAdded if is_known => return None,
                // Its time is the one at which it was generated.
                _ if kind.is_of_time() && is_generated => return None,
                Kind::SuffixMissing => {
                    // A text does not say which table it was about: then the base has no record of its own.
                    let is_client_table = table.map_or(!is_known, |table| table == Table::Client);
                    if !is_client_table {
                        return None;
                    }
                    self.with_lost_suffix(missed, client)
                }
                _ => known.all_changed_into(missed, kind),
            };
            Some((kind, likeliest(rights)?))
        })
    }

    /// The client's run ID of a base, or where the client is not known, those of the first clients.
    pub fn with_lost_suffix(&self, base: RunId<'_>, client: Option<&str>) -> Vec<&'h str> {
        match (base.client, client) {
            (Some(_), _) => Vec::new(),
            (None, Some(client)) => {
                let of_client = RunId { client: Some(client.as_bytes()), ..base };
                self.known.run_ids.get(of_client).into_iter().collect()
            }
            (None, None) => self.known.run_ids.all_changed_into(base, Kind::SuffixMissing),
        }
    }

    /// The runs of the same client that began about then, the nearest first, and those that were in hand: a job may have
    /// waited for long.
    fn minted_about_then(&self, run_id: RunId<'_>, first: &Seen) -> Vec<&'h str> {
        let second = run_id.base.unix();
        let known = &self.known.run_ids;
        let mut rights = known.about(run_id, MINTED_AGAIN);
        let in_hand = runs_in_hand(self.history, first.run_id);
        let mut in_hand: Vec<&str> = in_hand.into_iter().map(|name| self.history.names.text(name)).collect();
        order::sort(&mut in_hand);
        for of_run in in_hand.into_iter().filter_map(RunId::of) {
            let of_client = known.get(RunId { client: run_id.client, ..of_run });
            let is_other = of_run.base.unix() != second;
            rights.extend(of_client.filter(|right| is_other && !rights.contains(right)));
        }
        self.known.likeliest(rights, first, self.stories.clocks())
    }

    /// What may have been meant if nothing says how it was changed: runs from about then, and others of the base.
    fn others_near(&self, run_id: RunId<'_>, others: Vec<&'h str>) -> Vec<&'h str> {
        let known = &self.known.run_ids;
        let base = RunId { client: None, ..run_id };
        let own = run_id.client.and(known.get(base)).into_iter();
        own.chain(others).collect()
    }

    /// Whether a run had its ID when another was generated, within what two clocks may differ.
    fn is_earlier(&self, known: &str, minted: RunId<'_>, generator: Name) -> bool {
        let Some(known_id) = RunId::of(known) else { return false };
        let apart = known_id.base.unix() - minted.base.unix();
        let is_its_own = || self.history.activity(known, generator).is_some_and(Activity::is_origin);
        apart < 0 || (apart * 1000 <= CLOCK_SKEW && !is_its_own())
    }

    /// Whether a process made both, each in an operation of its own: then it starts runs, and this is one of them.
    fn is_run_of_its_own(&self, minted: RunId<'_>, known: &str, generator: Name) -> bool {
        let operation_of = |run_id: &str| {
            let acts = &self.history.activity(run_id, generator)?.acts;
            acts.iter().find(|act| act.kind == ActKind::Generate)?.op
        };
        let operations = operation_of(known).zip(operation_of(&minted.to_string()));
        operations.is_some_and(|(one, other)| one != other)
    }

    /// What shows that the record is there: that it was made, or found.
    fn creation_of(&self, run: &Run) -> Option<Creation> {
        if let Some((process, sight)) = run.creation() {
            return Some(Creation { process, sight, is_made: true });
        }
        let clocks = self.stories.clocks();
        let acts = run.activity.iter().flat_map(|(process, activity)| {
            let found =
                activity.acts.iter().filter(|act| matches!(act.kind, ActKind::Lookup | ActKind::Exists));
            found.map(|act| (*process, act.sight()))
        });
        // A refusal says that it is there as well.
        let first = acts.min_by_key(|(process, sight)| (clocks.time(*process, sight.time), sight.place));
        first.map(|(process, sight)| Creation { process, sight, is_made: false })
    }

    /// Judges when the record was looked up and not found, and when it was there.
    fn judge_order(&mut self, name: Name, run: &Run, creation: Creation, group: Group) {
        let mut by_class: [(Class, Vec<Seen>); 3] =
            [Class::FoundLater, Class::LookedUpBeforeCreated, Class::NotFoundAfterCreated]
                .map(|class| (class, Vec::new()));
        for miss in group.misses {
            let at = if finds_later(run, &miss) {
                0
            } else if self.is_before(&miss, creation) {
                1
            } else {
                2
            };
            by_class[at].1.push(miss);
        }
        // A process that finds it in the end was only too early, unless another one was too.
        let [(_, found), (_, early), _] = &mut by_class;
        if !early.is_empty() {
            early.append(found);
        }
        let clocks = self.stories.clocks();
        for (_, misses) in &mut by_class {
            order::sort_by_key(misses, |miss| (clocks.time(miss.process, miss.sight.time), miss.sight.place));
        }
        // If the kept ones are of several classes, the others are of the latest.
        let latest = by_class.iter().rposition(|(_, misses)| !misses.is_empty());
        for (at, (class, misses)) in by_class.into_iter().enumerate() {
            let (more, last) = if Some(at) == latest { (group.more, group.last) } else { (0, None) };
            let is_told = creation.sight.is_certain && misses.iter().all(|miss| miss.sight.is_certain);
            let is_certain = is_told && (creation.is_made || class != Class::LookedUpBeforeCreated);
            let also = [creation.sight.place];
            let count = misses.len() + more;
            self.note(Note { also: &also, count, last, ..Note::of(class, Some(name), &misses, is_certain) });
        }
    }

    /// Whether a lookup came before the record was there, or so soon after it that the clocks don't tell.
    fn is_before(&self, miss: &Seen, creation: Creation) -> bool {
        let clocks = self.stories.clocks();
        if miss.process == creation.process {
            let order = |sight: &Sight| (sight.time, sight.place);
            return order(&miss.sight) < order(&creation.sight);
        }
        let times = clocks
            .time(miss.process, miss.sight.time)
            .zip(clocks.time(creation.process, creation.sight.time));
        times.is_none_or(|(missed, created)| missed <= created + CLOCK_SKEW)
    }
}

/// Whether the operation of a lookup that missed found the record afterwards.
fn finds_later(run: &Run, miss: &Seen) -> bool {
    let Some(activity) = run.by(miss.process) else { return false };
    let Some(missing) = activity.acts.iter().find(|act| act.sight().place == miss.sight.place) else {
        return false;
    };
    activity.acts.iter().any(|act| {
        let is_again = || {
            let apart = act.sight().time.zip(missing.sight().time).map(|(found, missed)| found - missed);
            apart.is_some_and(|apart| apart <= LOOKS_AGAIN)
        };
        act.kind == ActKind::Lookup
            && act.op == missing.op
            && missing.is_before(act)
            && (missing.op.is_some() || is_again())
    })
}
