//! Run IDs in the logs of many processes: where they stand, and which process changed one.
//!
//! | module | contents |
//! |---|---|
//! | [`read`] | files of any size and number, their lines, and the run IDs in them |
//! | [`formats`] | what one line says, in whichever form it was written |
//! | [`facts`] | what all lines say, by run and process |
//! | [`judge`] | which inconsistencies a run has |
//! | [`show`] | the output of the commands, as JSON |
//!
//! Each uses only those above it. All of them use the maps and sets of [`map`].

#![forbid(unsafe_code)]

pub mod facts;
pub mod formats;
pub mod judge;
pub mod map;
pub mod show;

pub use run_id_reader as read;
