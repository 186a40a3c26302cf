//! The classes of inconsistencies, and which of them a run has.

pub mod class;
pub mod judgement;
