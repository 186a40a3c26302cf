//! Run IDs in the logs of many processes: where they stand, and which process changed one.
//!
//! | module | holds |
//! |---|---|
//! | [`token`] | where a token begins and ends |
//! | [`scan`] | run IDs in bytes, in memory or streaming |
//! | [`input`] | files, compressed files, standard input |
//! | [`lines`] | the lines that may tell of a run |
//! | [`time`] | times as logs write them |
//! | [`json`] | the members of a JSON object |
//! | [`event`] | the library's own events, and structured logs |
//! | [`observation`] | what one line tells |
//! | [`reading`] | files in parts, on many threads |
//! | [`history`] | what all lines tell, by run and process |
//! | [`class`] | the classes of inconsistencies |
//! | [`judgement`] | which of them a run has |
//! | [`course`] | what happened to a run, on one time line |
//! | [`inventory`] | every run ID, with its counts and places |
//! | [`report`] | what `check` answers, as JSON |
//! | [`flow`] | what `flow` answers: a run, its course, and what is wrong with it |
//! | [`picture`] | what `check` shows on a page: its answer, and the flows of inconsistent runs |

#![forbid(unsafe_code)]

pub mod class;
pub mod course;
pub mod event;
pub mod flow;
pub mod history;
pub mod input;
pub mod inventory;
pub mod json;
pub mod judgement;
pub mod lines;
pub mod observation;
pub mod picture;
pub mod reading;
pub mod report;
pub mod scan;
pub mod time;
pub mod token;
