//! A finding, and its story according to the logs. SPEC §11.

use run_id_core::change::Change;

use crate::facts::history::{Name, Names, Place, Sight};
use crate::formats::time::Millis;
use crate::judge::class::Class;

/// The maximum of consequences that are kept; all are counted.
pub const MAX_CONSEQUENCES: usize = 20;

/// The maximum of IDs that may be the right one.
pub const MAX_CANDIDATES: usize = 5;

/// A run ID in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which process.
    pub process: Name,
    /// Which run ID.
    pub run_id: Name,
    /// Where and when.
    pub sight: Sight,
}

/// A process that made the wrong ID from the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Culprit {
    /// Its last use of the right ID, if it had that in hand.
    pub from: Option<Seen>,
    /// Its first use of the wrong one: `process` and `at` of the culprit are those of this sight.
    pub to: Seen,
}

/// Where a wrong ID came in from outside, if the logs show no process that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The first sight in the process that it came to.
    pub seen: Seen,
    /// By which source or carrier.
    pub source: Option<Name>,
}

/// What was refused, for the classes that are about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Such as `ERR_RUN_ID_TYPE`.
    pub code: Name,
    /// In which source.
    pub source: Option<Name>,
    /// The words of the error, its hint included.
    pub message: Option<Name>,
}

/// One thing that is wrong with one run ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub class: Class,
    /// The run ID, or what came in place of one.
    pub run_id: Option<Name>,
    /// What it should have been.
    pub expected: Option<Name>,
    /// What it may have been made from, if that is not decided: at most [`MAX_CANDIDATES`], `expected` first.
    pub candidates: Vec<Name>,
    /// How the one became the other, if the class is a change.
    pub change: Option<Change>,
    /// Whether class and expected ID are proved.
    pub is_certain: bool,
    /// Who changed it, each process that did so by itself.
    pub changed_by: Vec<Culprit>,
    /// Where it came from outside, if the logs do not show who changed it.
    pub arrived_at: Option<Arrival>,
    /// Who had the right ID last.
    pub last_right: Option<Seen>,
    /// Where it went wrong: the first culprit's, else the arrival's, else the process that noticed.
    pub process: Name,
    /// The call site.
    pub at: Option<Name>,
    /// On which route of a boundary that was.
    pub route: Option<Name>,
    /// Misses and later uses of the wrong ID: the first [`MAX_CONSEQUENCES`].
    pub consequences: Vec<Seen>,
    /// How many there are.
    pub consequence_count: usize,
    /// The first sight of the wrong ID.
    pub first_time: Option<Millis>,
    /// The last consequence.
    pub last_time: Option<Millis>,
    /// What was refused, if the class is about that.
    pub refused: Option<Refused>,
    /// Lines that show it, in the order of what happened: at most [`crate::facts::history::MAX_PLACES`].
    pub evidence: Vec<Place>,
}

impl Finding {
    /// The wrong ID.
    #[must_use]
    pub fn wrong<'n>(&self, names: &'n Names) -> Option<&'n str> {
        self.run_id.map(|run_id| names.text(run_id))
    }

    /// The right one.
    #[must_use]
    pub fn right<'n>(&self, names: &'n Names) -> Option<&'n str> {
        self.expected.map(|expected| names.text(expected))
    }

    /// Both, the wrong one first.
    pub fn ids<'n>(&self, names: &'n Names) -> impl Iterator<Item = &'n str> + use<'n> {
        [self.wrong(names), self.right(names)].into_iter().flatten()
    }
}
