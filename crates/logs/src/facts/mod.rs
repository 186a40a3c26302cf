//! What all lines say, by run and process.
//!
//! | module | holds |
//! |---|---|
//! | [`history`] | the facts |
//! | [`keyed`] | few entries, or many that are found by a key |
//! | [`files`] | files read into them, in parts on many threads |

pub mod files;
pub mod history;
pub mod keyed;
