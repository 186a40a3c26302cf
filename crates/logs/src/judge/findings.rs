//! Millions of findings in little memory: each is stored in a few hundred bytes, and decoded on demand.

use run_id_core::change::{Change, Kind};
use run_id_core::order;

use crate::facts::history::{Name, Place, Sight};
use crate::formats::time::Millis;
use crate::judge::class::Class;
use crate::judge::finding::{Arrival, Culprit, Finding, Refused, Seen};

/// Bytes of a piece: one vector for all would be moved whenever it grows.
const PIECE: usize = 1 << 20;

/// Findings in some order.
#[derive(Debug, Default)]
pub struct Findings {
    places: Vec<Written>,
    pieces: Vec<Vec<u8>>,
    scratch: Vec<u8>,
}

/// Where a finding is written down.
#[derive(Clone, Copy, Debug)]
struct Written {
    piece: u32,
    at: u32,
}

impl Findings {
    /// Adds one at the end.
    pub fn push(&mut self, finding: &Finding) {
        let mut writer = Writer { bytes: std::mem::take(&mut self.scratch), last: Last::default() };
        writer.bytes.clear();
        writer.finding(finding);
        self.scratch = writer.bytes;
        let has_room = |piece: &Vec<u8>| piece.len() + self.scratch.len() <= PIECE;
        if !self.pieces.last().is_some_and(has_room) {
            self.pieces.push(Vec::with_capacity(if self.pieces.is_empty() { 0 } else { PIECE }));
        }
        let piece = u32::try_from(self.pieces.len() - 1).unwrap_or(u32::MAX);
        if let Some(last) = self.pieces.last_mut() {
            self.places.push(Written { piece, at: u32::try_from(last.len()).unwrap_or(u32::MAX) });
            last.extend_from_slice(&self.scratch);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are no findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The one of a number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<Finding> {
        self.places.get(number).map(|place| read(&self.pieces, *place))
    }

    /// Each from a number on.
    pub fn from(&self, number: usize) -> impl Iterator<Item = Finding> {
        self.places.iter().skip(number).map(|place| read(&self.pieces, *place))
    }

    /// Each.
    pub fn iter(&self) -> impl Iterator<Item = Finding> {
        self.from(0)
    }

    /// Keeps those that are selected.
    pub fn retain(&mut self, mut is_wanted: impl FnMut(&Finding) -> bool) {
        let Self { places, pieces, .. } = self;
        places.retain(|place| is_wanted(&read(pieces, *place)));
    }

    /// Sorts them. Equal ones keep their order.
    pub fn sort_by_key<K: Ord>(&mut self, mut key: impl FnMut(&Finding) -> K) {
        let Self { places, pieces, .. } = self;
        order::sort_by_key(places, |place| key(&read(pieces, *place)));
    }

    /// The bytes that they take.
    #[must_use]
    pub fn size(&self) -> usize {
        let written: usize = self.pieces.iter().map(Vec::capacity).sum();
        written + self.places.capacity() * size_of::<Written>()
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(all: I) -> Self {
        let mut findings = Self::default();
        all.into_iter().for_each(|finding| findings.push(&finding));
        findings
    }
}

fn read(pieces: &[Vec<u8>], place: Written) -> Finding {
    let piece = pieces.get(place.piece as usize).and_then(|piece| piece.get(place.at as usize..));
    Reader { bytes: piece.unwrap_or_default(), last: Last::default() }.finding()
}

/// The previous line and time of a finding: the next ones are close to them, and stored as differences.
#[derive(Clone, Copy, Default)]
struct Last {
    line: u64,
    time: Millis,
}

/// Numbers take as many bytes as they need, of seven bits each.
struct Writer {
    bytes: Vec<u8>,
    last: Last,
}

impl Writer {
    fn number(&mut self, number: u64) {
        let mut rest = number;
        while rest >= 0x80 {
            self.bytes.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest.to_le_bytes()[0]);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// Small ones take few bytes, also below zero.
    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn all<T>(&mut self, values: &[T], write: impl Fn(&mut Self, &T)) {
        self.count(values.len());
        for value in values {
            write(self, value);
        }
    }

    fn name(&mut self, name: Option<Name>) {
        self.number(name.map_or(0, |name| u64::from(name.number())));
    }

    fn time(&mut self, time: Option<Millis>) {
        self.optional(time, |writer, time| {
            writer.signed(time.wrapping_sub(writer.last.time));
            writer.last.time = time;
        });
    }

    fn place(&mut self, place: &Place) {
        self.number(u64::from(place.file));
        self.signed(place.line.wrapping_sub(self.last.line).cast_signed());
        self.last.line = place.line;
    }

    fn seen(&mut self, seen: &Seen) {
        let Seen { process, run_id, sight: Sight { place, time, at, is_certain } } = seen;
        self.name(Some(*process));
        self.name(Some(*run_id));
        self.place(place);
        self.time(*time);
        self.name(*at);
        self.number(u64::from(*is_certain));
    }

    fn finding(&mut self, finding: &Finding) {
        self.count(finding.class.rank());
        self.name(finding.run_id);
        self.name(finding.expected);
        self.all(&finding.candidates, |writer, name| writer.name(Some(*name)));
        self.optional(finding.change.as_ref(), |writer, Change { kind, span, minutes }| {
            writer.count(Kind::ALL.iter().position(|known| known == kind).unwrap_or_default());
            writer.count(span.start);
            writer.count(span.end);
            writer.optional(*minutes, Self::signed);
        });
        self.number(u64::from(finding.is_certain));
        self.all(&finding.changed_by, |writer, Culprit { from, to }| {
            writer.optional(from.as_ref(), Self::seen);
            writer.seen(to);
        });
        self.optional(finding.arrived_at.as_ref(), |writer, Arrival { seen, source }| {
            writer.seen(seen);
            writer.name(*source);
        });
        self.optional(finding.last_right.as_ref(), Self::seen);
        self.name(Some(finding.process));
        self.name(finding.at);
        self.name(finding.route);
        self.all(&finding.consequences, Self::seen);
        self.count(finding.consequence_count);
        self.time(finding.first_time);
        self.time(finding.last_time);
        self.optional(finding.refused.as_ref(), |writer, Refused { code, source, message }| {
            writer.name(Some(*code));
            writer.name(*source);
            writer.name(*message);
        });
        self.all(&finding.evidence, Self::place);
    }
}

/// Reads what [`Writer`] wrote, and nothing else.
struct Reader<'b> {
    bytes: &'b [u8],
    last: Last,
}

impl Reader<'_> {
    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }

    fn count(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }

    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    fn is(&mut self) -> bool {
        self.number() == 1
    }

    fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.is().then(|| read(self))
    }

    fn all<T>(&mut self, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.count()).map(|_| read(self)).collect()
    }

    fn optional_name(&mut self) -> Option<Name> {
        Name::numbered(u32::try_from(self.number()).ok()?)
    }

    fn name(&mut self) -> Name {
        self.optional_name().unwrap_or(Name::FIRST)
    }

    fn time(&mut self) -> Option<Millis> {
        self.optional(|reader| {
            reader.last.time = reader.last.time.wrapping_add(reader.signed());
            reader.last.time
        })
    }

    fn place(&mut self) -> Place {
        let file = u32::try_from(self.number()).unwrap_or(u32::MAX);
        self.last.line = self.last.line.wrapping_add(self.signed().cast_unsigned());
        Place { file, line: self.last.line }
    }

    fn seen(&mut self) -> Seen {
        let (process, run_id) = (self.name(), self.name());
        let (place, time) = (self.place(), self.time());
        let sight = Sight { place, time, at: self.optional_name(), is_certain: self.is() };
        Seen { process, run_id, sight }
    }

    fn change(&mut self) -> Change {
        let kind = Kind::ALL.get(self.count()).copied().unwrap_or(Kind::CaseChanged);
        let span = self.count()..self.count();
        Change { kind, span, minutes: self.optional(Self::signed) }
    }

    /// In the order in which the fields were written.
    fn finding(mut self) -> Finding {
        Finding {
            class: Class::ALL.get(self.count()).map_or(Class::NotFound, |row| row.class),
            run_id: self.optional_name(),
            expected: self.optional_name(),
            candidates: self.all(Self::name),
            change: self.optional(Self::change),
            is_certain: self.is(),
            changed_by: self.all(|reader| Culprit { from: reader.optional(Self::seen), to: reader.seen() }),
            arrived_at: self
                .optional(|reader| Arrival { seen: reader.seen(), source: reader.optional_name() }),
            last_right: self.optional(Self::seen),
            process: self.name(),
            at: self.optional_name(),
            route: self.optional_name(),
            consequences: self.all(Self::seen),
            consequence_count: self.count(),
            first_time: self.time(),
            last_time: self.time(),
            refused: self.optional(|reader| Refused {
                code: reader.name(),
                source: reader.optional_name(),
                message: reader.optional_name(),
            }),
            evidence: self.all(Self::place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RARE: [i64; 6] = [0, 1, -1, 1_759_761_000_000, i64::MIN, i64::MAX];

    /// One with as much of everything as `number` says, all of it different.
    fn finding(number: usize) -> Finding {
        let mut next = u32::try_from(number).unwrap() * 1000;
        let mut name = || {
            next += 1;
            Name::numbered(next).unwrap()
        };
        let mut seen = |at: usize| Seen {
            process: name(),
            run_id: name(),
            sight: Sight {
                place: Place { file: u32::MAX - 7, line: u64::MAX >> (at * 7 % 64) },
                time: RARE.get(at % 7).copied(),
                at: at.is_multiple_of(2).then(&mut name),
                is_certain: at.is_multiple_of(3),
            },
        };
        let many = number % 5;
        let changed_by =
            (0..many).map(|at| Culprit { from: (at % 2 == 1).then(|| seen(at)), to: seen(at + 1) }).collect();
        let (arrived, last_right) = (seen(number), seen(number + 1));
        let consequences = (0..many * 4).map(&mut seen).collect();
        let is_even = number.is_multiple_of(2);
        Finding {
            class: Class::ALL[number % Class::ALL.len()].class,
            run_id: is_even.then(&mut name),
            expected: (!is_even).then(&mut name),
            candidates: (0..many).map(|_| name()).collect(),
            change: is_even.then(|| Change {
                kind: Kind::ALL[number % Kind::ALL.len()],
                span: number..number * 300,
                minutes: number.is_multiple_of(3).then_some(-840),
            }),
            is_certain: is_even,
            changed_by,
            arrived_at: is_even.then(|| Arrival { seen: arrived, source: Some(name()) }),
            last_right: (!is_even).then_some(last_right),
            process: name(),
            at: (!is_even).then(&mut name),
            route: is_even.then(&mut name),
            consequences,
            consequence_count: number << 30,
            first_time: RARE.get(number % 7).copied(),
            last_time: RARE.get((number + 1) % 7).copied(),
            refused: (!is_even).then(|| Refused { code: name(), source: None, message: Some(name()) }),
            evidence: (0..many * 4)
                .map(|at| Place { file: 0, line: u64::MAX.wrapping_mul(at as u64) })
                .collect(),
        }
    }

    #[test]
    fn what_is_written_down_is_read_again_from_whichever_piece() {
        let all: Vec<Finding> = (0..4000).map(finding).collect();
        let mut findings: Findings = all.iter().cloned().collect();
        assert!(findings.pieces.len() > 1);
        assert!(findings.iter().eq(all.iter().cloned()));
        findings.sort_by_key(|finding| usize::MAX - finding.consequence_count);
        findings.retain(|finding| !finding.changed_by.is_empty());
        let wanted = all.iter().rev().filter(|finding| !finding.changed_by.is_empty());
        assert!(findings.iter().eq(wanted.cloned()));
        assert_eq!(findings.get(1), findings.from(1).next());
        assert_eq!((findings.len(), findings.get(findings.len())), (3200, None));
    }

    #[test]
    fn a_finding_of_the_usual_kind_takes_some_hundred_bytes() {
        let usual = |number: usize| {
            let [process, wrong, right] = [1, 2, 3]
                .map(|kind| Name::numbered(u32::try_from(3 * number + 100 * kind).unwrap()).unwrap());
            let seen = |run_id, line| {
                let place = Place { file: 0, line };
                let time = Some(RARE[3] + i64::try_from(number).unwrap());
                Seen { process, run_id, sight: Sight { place, time, at: Some(process), is_certain: true } }
            };
            let lines = [2 * number as u64, 2 * number as u64 + 1];
            let to = seen(wrong, lines[1]);
            Finding {
                class: Class::Change(Kind::SuffixCut),
                run_id: Some(wrong),
                expected: Some(right),
                candidates: Vec::new(),
                change: Some(Change { kind: Kind::SuffixCut, span: 17..17, minutes: None }),
                is_certain: true,
                changed_by: vec![Culprit { from: Some(seen(right, lines[0])), to }],
                arrived_at: None,
                last_right: Some(seen(right, lines[0])),
                process,
                at: Some(process),
                route: None,
                consequences: vec![to],
                consequence_count: 1,
                first_time: to.sight.time,
                last_time: to.sight.time,
                refused: None,
                evidence: lines.map(|line| Place { file: 0, line }).to_vec(),
            }
        };
        let count = 100_000;
        let findings: Findings = (0..count).map(usual).collect();
        assert!(findings.size() < 160 * count, "{}", findings.size() / count);
    }
}
