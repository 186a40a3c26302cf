//! What is kept of logs that are followed for days: the runs that were mentioned recently, and nothing that only older ones need.

use std::cell::RefCell;
use std::mem::take;

use run_id_core::base::Base;

use crate::facts::history::{History, Name, Names, Run, base_of};
use crate::formats::time::Millis;

impl History {
    /// What happened since then, with the whole life of each run that was mentioned since then.
    #[must_use]
    pub fn since(mut self, horizon: Millis) -> Self {
        let names = &self.names;
        self.runs.retain(|name, run| heard_of(names.text(*name), run) >= Some(horizon));
        self.heard.retain(|_, heard| heard.last >= Some(horizon));
        let heard = &self.heard;
        for threads in [&mut self.threads, &mut self.doubtful_threads] {
            threads.retain(|process| heard.contains_key(&process));
        }
        self.refusals.forget(horizon);
        self.operations.forget(horizon);
        self.observed.forget(horizon);
        self.forgotten = self.forgotten.max(Some(horizon));
        self.with_used_names()
    }

    /// Whether a run of that base may have begun before what is kept.
    #[must_use]
    pub fn is_forgotten(&self, base: Base) -> bool {
        self.forgotten.is_some_and(|forgotten| base.unix() * 1000 <= forgotten)
    }

    /// The same facts without unused texts. Most texts are run IDs.
    fn with_used_names(mut self) -> Self {
        let names = take(&mut self.names);
        let used = RefCell::new(vec![false; names.len()]);
        let mut marked = self.empty(names);
        marked.append(self, &|name| {
            used.borrow_mut()[name.at()] = true;
            name
        });
        let used = used.into_inner();
        let mut own: Vec<Option<Name>> = Vec::with_capacity(used.len());
        let mut names = Names::default();
        for (name, text) in marked.names.iter() {
            own.push(used[name.at()].then(|| names.name(text)));
        }
        let mut kept = marked.empty(names);
        kept.append(marked, &|name| own[name.at()].unwrap_or(name));
        kept
    }

    /// Without facts.
    fn empty(&mut self, names: Names) -> Self {
        Self {
            names,
            silent_files: self.silent_files,
            begun_files: self.begun_files,
            unread_files: self.unread_files,
            has_cut_extract: self.has_cut_extract,
            lines: take(&mut self.lines),
            forgotten: self.forgotten,
            ..Self::default()
        }
    }
}

/// When a run was last mentioned; if no line has a time, the start according to its ID.
fn heard_of(run_id: &str, run: &Run) -> Option<Millis> {
    run.last.or_else(|| Some(base_of(run_id)?.unix() * 1000))
}
