//! The name of a container or process and a bar: `docker compose logs`, and PM2's `pm2 logs`.
//! <https://docs.docker.com/reference/cli/docker/compose/logs/>,
//! <https://pm2.keymetrics.io/docs/usage/log-management/>

use super::{Format, Message, Record};

pub const FORMAT: Format = Format { name: "compose", envelopes: &[], read };

/// No name is longer.
const MAX_NAME: usize = 80;

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let (name, text) = record.text.split_once("| ")?;
    let name = name.trim_end();
    // PM2 has the number of the process before its name.
    let name = match name.split_once('|') {
        Some((number, name)) if number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let is_prefix = !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(is_name);
    is_prefix.then(|| Message::behind(text))
}
