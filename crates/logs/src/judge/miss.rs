//! What a lookup that missed says of its run ID: what became of the right one.

use run_id_core::change::Kind;
use run_id_core::run_id::RunId;

use crate::facts::history::{Activity, Miss, Name, Run, Sight};
use crate::judge::class::Class;
use crate::judge::judgement::Judge;
use run_id_core::event::Table;

/// How far apart two IDs of one client may be and still be one run minted twice, in seconds.
const MINTED_AGAIN: i64 = 60;

/// How far apart the clocks of two hosts may be, in seconds.
const CLOCK_SKEW: i64 = 6;

impl<'h> Judge<'h> {
    /// Judges one miss.
    pub fn judge_miss(&mut self, run_id: &str, run: &Run, process: Name, miss: &Miss) {
        let Some(missed) = RunId::of(run_id) else { return };
        if let Some((kind, expected)) = self.change_of_miss(missed, miss) {
            self.note(Class::Change(kind), Some(run_id), expected, process, &miss.sights);
            return;
        }
        if let Some((expected, generator, generated)) = self.minted_again(missed, run) {
            let sights: Vec<Sight> = [generated].iter().chain(&miss.sights).copied().collect();
            self.note(Class::MintedAgain, Some(run_id), Some(expected), generator, &sights);
        }
    }

    /// What became of the run ID, and what it was: the first class that fits.
    fn change_of_miss(&self, missed: RunId<'_>, miss: &Miss) -> Option<(Kind, Option<&'h str>)> {
        let known = &self.known.run_ids;
        let client = miss.client.map(|client| self.history.names.text(client));
        if let Some((client, own)) = client.zip(missed.client)
            && client.as_bytes() != own
            && let Some(expected) = known.get(RunId { client: Some(client.as_bytes()), ..missed })
        {
            return Some((Kind::SuffixOfAnotherClient, Some(expected)));
        }
        let mut kinds = Class::ALL.into_iter().filter_map(|(class, ..)| match class {
            Class::Change(kind) => Some(kind),
            _ => None,
        });
        kinds.find_map(|kind| {
            let expected = match kind {
                // Only what was to be found says that it's another client's.
                Kind::SuffixOfAnotherClient => return None,
                // One client's ID may begin or end as another's.
                Kind::SuffixCut | Kind::SuffixAdded if known.get(missed).is_some() => return None,
                // Its time is the one that it was made at.
                _ if kind.is_of_time() && self.known.is_generated(missed.base) => return None,
                Kind::SuffixMissing => {
                    // A text does not say which table it was about: then the base has no record of its own.
                    let is_client_table = match miss.table {
                        Some(table) => table == Table::Client,
                        None => known.get(missed).is_none(),
                    };
                    is_client_table.then(|| self.with_lost_suffix(missed, client)).flatten()
                }
                _ => known.changed_into(missed, kind),
            }?;
            // A placeholder may stand for any client of the run.
            let is_told = kind != Kind::PlaceholderClient || known.clients(missed.base).len() == 1;
            Some((kind, is_told.then_some(expected)))
        })
    }

    /// The client's run ID of a base, or where the client is not known, the first of a client.
    pub fn with_lost_suffix(&self, base: RunId<'_>, client: Option<&str>) -> Option<&'h str> {
        match (base.client, client) {
            (Some(_), _) => None,
            (None, Some(client)) => self.known.run_ids.get(RunId { client: Some(client.as_bytes()), ..base }),
            (None, None) => self.known.run_ids.changed_into(base, Kind::SuffixMissing),
        }
    }

    /// The run that had an ID when this one was made, and who made it.
    fn minted_again(&self, run_id: RunId<'_>, run: &Run) -> Option<(&'h str, Name, Sight)> {
        let (generator, generated) = self.known.first_generator(run_id)?;
        if run.creation().is_some() {
            return None;
        }
        let second = run_id.base.unix();
        let is_earlier = |apart: i64, known: &str| {
            // As far as two clocks can tell.
            apart < 0 || (apart <= CLOCK_SKEW && !self.does(known, generator, Activity::is_origin))
        };
        let expected = (1..=MINTED_AGAIN).flat_map(|apart| [-apart, apart]).find_map(|apart| {
            let known = self.known.run_ids.at(second + apart, run_id.client)?;
            is_earlier(apart, known).then_some(known)
        })?;
        Some((expected, generator, generated))
    }

    fn does(&self, run_id: &str, process: Name, what: impl Fn(&Activity) -> bool) -> bool {
        self.history.activity(run_id, process).is_some_and(what)
    }
}
