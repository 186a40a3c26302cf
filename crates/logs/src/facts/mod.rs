//! What all lines say, by run and process.
//!
//! | module | holds |
//! |---|---|
//! | [`fact`] | what one line tells |
//! | [`history`] | the facts |
//! | [`acts`] | what each process did with each run ID, act by act |
//! | [`operations`] | which run each operation had in hand, and which others it used |
//! | [`refusals`] | what was refused |
//! | [`observed`] | what the library would have done, by place |
//! | [`service`] | which service a process belongs to |
//! | [`threads`] | which numbered lines of each thread are there |
//! | [`names`] | texts, by numbers |
//! | [`keyed`] | few entries, or many that are found by a key |
//! | [`files`] | files read into them, in parts on many threads |
//! | [`growth`] | the new data of a log that grows |
//! | [`followed`] | logs that grow, read into them in the order of time |
//! | [`forget`] | what is kept of them |
//! | [`origins`] | the files that extracts are from |
//! | [`processes`] | which names mean the same process |

pub mod acts;
pub mod fact;
pub mod files;
pub mod followed;
mod forget;
pub mod growth;
pub mod history;
pub mod keyed;
pub mod names;
pub mod observed;
pub mod operations;
pub mod origins;
pub mod processes;
pub mod refusals;
pub mod service;
pub mod threads;
