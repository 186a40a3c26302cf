//! The classes of inconsistencies, and which of them a run has. A class is a row in [`class`], and a rule in the file
//! of its family.

pub mod class;
mod end;
pub mod finding;
pub mod judgement;
mod known;
mod miss;
mod origin;
mod other_run;
mod refusal;
