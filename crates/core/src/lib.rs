//! The rules of `unified-run-id`. One run ID, generated once, passed unchanged, and a fault that says
//! what went wrong. Nothing here depends on N-API or on JavaScript objects.
//!
//! | module | contents |
//! |---|---|
//! | [`base`] | the 13-character base and its calendar |
//! | [`client_id`] | the client ID after it |
//! | [`run_id`] | the whole grammar, and the same as a pattern |
//! | [`text`] | values from JavaScript, and how they may be shown |
//! | [`clock`] | the wall clock |
//! | [`sequence`] | strictly increasing bases within a process |
//! | [`sequence_file`] | the same across the processes of a host |
//! | [`generator`] | the two together |
//! | [`source`] | where a run ID is looked for, in order |
//! | [`event`] | every event: kinds, fields, levels |
//! | [`fault`] | every error: code, status, message |
//! | [`lookalike`] | other systems' IDs, and the forms of a lost value |
//! | [`hint`] | what a refused value looks like, and what to do |
//! | [`rejection`] | a fault with its source and its hint |
//! | [`change`] | how a run ID was changed: the kinds of change |
//! | [`known`] | the run IDs that exist, by what they may have been changed into |
//! | `named` | enums whose variants have names |
//! | [`near`] | which records to look for when one was not found |
//! | [`retired`] | names of the legacy service, and what replaces each |
//! | [`unread`] | what prevents a request from being read completely |
//! | [`log_allowance`] | how many rejections may be logged |
//! | [`line_buffer`] | lines that wait for a descriptor, and how many were lost |
//! | [`stderr`] | the same for standard error |
//! | `writer_thread` | a descriptor whose writes may block |
//! | [`tally`] | what the threads of a process have counted |
//! | [`observed`] | what was observed, by place |
//! | [`order`] | sorting slices with few bytes of code |
//! | [`process`] | what the threads of a process share |
//! | [`copies`] | other copies of the library in the process |

#![forbid(unsafe_code)]

pub mod base;
pub mod change;
pub mod client_id;
pub mod clock;
pub mod copies;
pub mod event;
pub mod fault;
pub mod generator;
pub mod hint;
pub mod known;
pub mod line_buffer;
pub mod log_allowance;
pub mod lookalike;
mod named;
pub mod near;
pub mod observed;
pub mod order;
pub mod process;
pub mod rejection;
pub mod retired;
pub mod run_id;
pub mod sequence;
pub mod sequence_file;
pub mod source;
pub mod stderr;
pub mod tally;
pub mod text;
pub mod unread;
#[cfg(any(windows, test))]
mod writer_thread;
