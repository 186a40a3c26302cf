//! What was refused: something else in place of a run ID, or a run ID that was no longer the right one.

use run_id_core::change::Kind;
use run_id_core::lookalike;
use run_id_core::run_id::RunId;

use crate::facts::history::Name;
use crate::judge::class::Class;
use crate::judge::judgement::{Judge, in_order_of_place};

impl<'h> Judge<'h> {
    /// Judges all refusals.
    pub fn judge_refusals(&mut self) {
        for (refusal, sights) in in_order_of_place(&self.history.refusals) {
            let text = |name: Option<Name>| name.map(|name| self.history.names.text(name));
            let received = text(refusal.received);
            let client = text(refusal.expect_client);
            let Some((class, expected)) = self.class_of_refusal(text(Some(refusal.code)), received, client)
            else {
                continue;
            };
            self.note(class, received, expected, refusal.process, sights);
        }
    }

    fn class_of_refusal(
        &self,
        code: Option<&str>,
        received: Option<&str>,
        client: Option<&str>,
    ) -> Option<(Class, Option<&'h str>)> {
        let of_client = |received: &str, client: &str| {
            let run_id = RunId { client: Some(client.as_bytes()), ..RunId::of(received)? };
            self.known.run_ids.get(run_id)
        };
        match (code?.strip_prefix("ERR_RUN_ID_")?, received) {
            ("FORMAT", Some(received)) if lookalike::is_external(received) => Some((Class::ExternalId, None)),
            ("CLIENT_MISMATCH", received) => {
                let expected =
                    received.zip(client).and_then(|(received, client)| of_client(received, client));
                Some((Class::Change(Kind::SuffixOfAnotherClient), expected))
            }
            ("SUFFIX", Some(received)) => {
                let run_id = RunId::of(received)?;
                let once = self.known.run_ids.changed_into(run_id, Kind::SuffixTwice);
                let expected = once.or_else(|| self.known.run_ids.get(run_id))?;
                Some((Class::Change(Kind::SuffixTwice), Some(expected)))
            }
            ("KIND", Some(received)) => {
                let expected = self.with_lost_suffix(RunId::of(received)?, client)?;
                Some((Class::Change(Kind::SuffixMissing), Some(expected)))
            }
            ("TYPE" | "FORMAT" | "MISSING", _) => Some((Class::NotAnId, None)),
            _ => None,
        }
    }
}
