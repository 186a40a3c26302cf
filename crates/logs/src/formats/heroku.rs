//! `heroku logs`: time, source and dyno. <https://devcenter.heroku.com/articles/logging#log-format>

use super::{Format, Message, Record, after_word, time};

pub const FORMAT: Format = Format { name: "heroku", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let (time, rest) = record.text.split_once(' ')?;
    let (dyno, text) = after_word(rest)?;
    let (source, dyno) = dyno.strip_suffix("]:")?.split_once('[')?;
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    let time = time::of_iso(time.as_bytes()).filter(|_| is_name(source) && is_name(dyno))?;
    Some(Message::behind(text).at(Some(time)))
}
