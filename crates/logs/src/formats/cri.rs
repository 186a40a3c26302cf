//! Kubernetes' container runtimes: time, stream, and whether a line is whole (`F`) or goes on (`P`).
//! <https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md>

use super::{Format, Message, Record, after_word, time};

pub const FORMAT: Format = Format { name: "cri", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let (time, rest) = record.text.split_once(' ')?;
    let (stream, rest) = after_word(rest)?;
    let (tag, text) = rest.split_once(' ')?;
    let is_tag = matches!(tag.split(':').next(), Some("F" | "P"));
    let time = time::of_iso(time.as_bytes()).filter(|_| matches!(stream, "stdout" | "stderr") && is_tag)?;
    Some(Message::behind(text).at(Some(time)))
}
