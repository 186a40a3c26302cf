//! Files of any size and number, their lines, and the run IDs in them.
//!
//! | module | holds |
//! |---|---|
//! | [`token`] | where a token begins and ends |
//! | [`scan`] | run IDs in bytes, in memory or streaming |
//! | [`input`] | files, compressed files, standard input |
//! | [`growing`] | a file that grows |
//! | [`compressed`] | how files are compressed |
//! | [`unicode`] | how text is encoded |
//! | [`lines`] | the lines that may be about a run |

pub mod compressed;
pub mod growing;
pub mod input;
pub mod lines;
pub mod scan;
pub mod token;
pub mod unicode;
