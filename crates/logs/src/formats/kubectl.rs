//! `kubectl logs --prefix`: pod and container in brackets.
//! <https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/>

use super::{Format, Message, Record};

pub const FORMAT: Format = Format { name: "kubectl", envelopes: &[], read };

fn read<'a>(record: &Record<'a>) -> Option<Message<'a>> {
    let (name, text) = record.text.strip_prefix("[pod/")?.split_once("] ")?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    name.bytes().all(is_name).then(|| Message::behind(text))
}
