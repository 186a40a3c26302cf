//! `NestJS`'s own logger: process, time, level and context. <https://docs.nestjs.com/techniques/logger>

use super::{Format, Message, Record, after_word};

pub const FORMAT: Format = Format { name: "nest", envelopes: &[], read };

const LEVELS: [&str; 6] = ["LOG", "ERROR", "WARN", "DEBUG", "VERBOSE", "FATAL"];

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let (pid, rest) = record.text.strip_prefix("[Nest] ")?.split_once(" - ")?;
    let is_pid = pid.trim().bytes().all(|byte| byte.is_ascii_digit());
    let (time, rest) = rest.trim_start().split_once("  ")?;
    // In the form of the user's country.
    let is_time = time
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b" ,./:-".contains(&byte));
    let (level, rest) = after_word(rest.trim_start())?;
    if !is_pid || !is_time || !LEVELS.contains(&level) {
        return None;
    }
    let context = rest.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let is_context =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    let text =
        context.filter(|(name, _)| is_context(name) && *name != "run-id").map_or(rest, |(_, text)| text);
    Some(Message::behind(text))
}
