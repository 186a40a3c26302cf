//! Files of any size and number, their lines, the run IDs and times in them, and JSON. This code works on each byte of a log,
//! so it is compiled for speed.
//!
//! | module | contents |
//! |---|---|
//! | [`token`] | where a token begins and ends |
//! | [`scan`] | run IDs in bytes, in memory or streaming |
//! | [`input`] | files, compressed files, standard input |
//! | [`growing`] | a file that grows |
//! | [`compressed`] | how files are compressed |
//! | [`gzip`] | what is in a gzip file |
//! | [`checksum`] | whether bytes are unchanged |
//! | [`unicode`] | how text is encoded |
//! | [`lines`] | the lines that may be about a run |
//! | [`json`] | the members of a JSON object |
//! | [`escape`] | a text as JSON |
//! | [`time`] | times as logs write them |

#![forbid(unsafe_code)]

pub mod checksum;
pub mod compressed;
pub mod escape;
pub mod growing;
pub mod gzip;
pub mod input;
pub mod json;
pub mod lines;
pub mod scan;
pub mod time;
pub mod token;
pub mod unicode;
