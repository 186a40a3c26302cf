//! What one line says, in whichever form it was written.
//!
//! | module | holds |
//! |---|---|
//! | [`time`] | times as logs write them |
//! | [`json`] | the members of a JSON object |
//! | [`event`] | the library's own events, and structured logs |
//! | [`observation`] | what one line says |

pub mod event;
pub mod json;
pub mod observation;
pub mod time;
