//! What the commands answer, as JSON.
//!
//! | module | holds |
//! |---|---|
//! | [`inventory`] | `scan`: every run ID, with its counts and places |
//! | [`report`] | `check`: what is wrong |
//! | [`timeline`] | what happened to a run, in one order |
//! | [`flow`] | `flow`: a run, its timeline, and what is wrong with it |
//! | [`picture`] | `check --html`: its answer, and the timelines of inconsistent runs |

pub mod flow;
pub mod inventory;
pub mod picture;
pub mod report;
pub mod timeline;
