//! What all lines say, by run and process.
//!
//! | module | holds |
//! |---|---|
//! | [`history`] | the facts |
//! | [`files`] | files read into them, in parts on many threads |

pub mod files;
pub mod history;
