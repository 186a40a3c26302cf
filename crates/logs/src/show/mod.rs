//! The output of the commands, as JSON.
//!
//! | module | holds |
//! |---|---|
//! | [`inventory`] | `scan`: every run ID, with its counts and places |
//! | [`verdict`] | `check`: what is wrong |
//! | [`follow`] | `check --follow`: what is wrong, as it happens |
//! | [`told`] | which findings were reported |
//! | [`extract`] | `extract`: what `check` needs from a log |
//! | [`extract_pieces`] | pieces of a log that are extracted at the same time |
//! | [`selection`] | which findings are requested |
//! | [`groups`] | findings that one line of code made |
//! | [`finding`] | one finding |
//! | [`evidence`] | the lines that show it |
//! | [`observed`] | what was observed by place, and which places are ready |
//! | [`frame`] | what was read |
//! | [`problem`] | files that could not be read to their ends |
//! | [`timeline`] | what happened to a run, in one order |
//! | [`flow`] | `flow`: a run, its timeline, and what is wrong with it |
//! | [`picture`] | `check --html`: the timelines of inconsistent runs |

pub mod evidence;
pub mod extract;
pub mod extract_pieces;
pub mod finding;
pub mod flow;
pub mod follow;
pub mod frame;
pub mod groups;
pub mod inventory;
pub mod observed;
pub mod picture;
pub mod problem;
pub mod selection;
pub mod timeline;
pub mod told;
pub mod verdict;
