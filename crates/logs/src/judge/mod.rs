//! The classes of inconsistencies, and which of them a run has. A class is a row in [`class`], and a rule in the file
//! of its family.

mod absence;
pub mod class;
pub mod clocks;
mod consequences;
pub mod culprit;
pub mod finding;
pub mod findings;
mod hold;
pub mod judgement;
mod known;
mod last_right;
mod miss;
mod origin;
mod other_run;
mod refusal;
