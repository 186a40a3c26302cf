//! Lines that wait until a descriptor accepts them, in bounded memory, and the count of those that were lost.
//!
//! References: SPEC §6.

use std::collections::VecDeque;

/// The maximum of waiting bytes, including what is kept with each line.
pub const CAPACITY: usize = 256 * 1024;

/// The longest line of the log, and the maximum of bytes that are written to the descriptor at once.
pub const MAX_LINE: usize = 4096;

/// Bytes that must be free before lines are accepted again after a loss: the report of it and one more line. With
/// less, each report would be followed by the next loss.
const ROOM_AFTER_LOSS: usize = 2 * (MAX_LINE + size_of::<Entry>());

/// Bytes that are kept allocated while nothing waits.
const FEW_LINES: usize = 2 * MAX_LINE;

/// The result of an attempt to write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Attempt {
    /// That many bytes were written.
    Taken(usize),
    /// The descriptor accepts nothing now.
    Full,
    /// The descriptor is closed, or nothing reads it any more.
    Broken,
}

/// Where lines go.
pub trait Descriptor {
    /// Writes some of these bytes, from the first on, without waiting.
    fn write(&mut self, bytes: &[u8]) -> Attempt;
}

/// A queue of lines in front of a descriptor.
#[derive(Debug, Default)]
pub struct LineBuffer {
    bytes: VecDeque<u8>,
    entries: VecDeque<Entry>,
    unreported: u64,
    lost: u64,
    /// Whether the last attempt found the descriptor broken.
    broken: bool,
}

/// One line that waits.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Bytes of it that are not yet written.
    length: usize,
    /// How many lost lines it reports. If it is lost, it counts as these, and not as a line.
    reports: u64,
}

impl LineBuffer {
    /// A buffer in which nothing waits.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: VecDeque::new(), entries: VecDeque::new(), unreported: 0, lost: 0, broken: false }
    }

    /// Whether a line waits.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.entries.is_empty()
    }

    /// How many lines were lost since the start, reported or not.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether lost lines were not yet reported.
    #[must_use]
    pub fn has_unreported(&self) -> bool {
        self.unreported > 0
    }

    /// How many lost lines the next line has to report: 0 while there is no room for a report, or no use for one.
    #[must_use]
    pub fn due_report(&self) -> u64 {
        if self.broken || self.free() < ROOM_AFTER_LOSS { 0 } else { self.unreported }
    }

    /// Writes a line after those that wait, keeps what the descriptor does not accept, and counts the line as lost
    /// if there is no room for it. A line that reports lost ones says how many; it is dropped if another line has
    /// reported them meanwhile.
    pub fn write(&mut self, line: &[u8], reports: u64, descriptor: &mut impl Descriptor) {
        if reports > self.unreported {
            return;
        }
        self.flush(descriptor);
        let entry = Entry { length: line.len(), reports };
        let room = if self.unreported > 0 && reports == 0 { ROOM_AFTER_LOSS } else { 0 };
        if self.free() < (line.len() + size_of::<Entry>()).max(room) {
            if reports == 0 {
                self.lose(entry);
            }
            return;
        }
        self.unreported -= reports;
        self.reserve(line.len());
        self.bytes.extend(line);
        self.entries.push_back(entry);
        if self.entries.len() == 1 {
            self.flush(descriptor);
        }
    }

    /// Writes as much of the waiting lines as the descriptor accepts.
    pub fn flush(&mut self, descriptor: &mut impl Descriptor) {
        while self.waits() {
            match descriptor.write(self.next_lines()) {
                Attempt::Taken(0) | Attempt::Full => return,
                Attempt::Taken(count) => {
                    self.broken = false;
                    self.remove(count);
                }
                Attempt::Broken => {
                    self.broken = true;
                    self.lose_all();
                }
            }
        }
    }

    /// Allows a report to try a broken descriptor once more.
    pub fn try_again(&mut self) {
        self.broken = false;
    }

    /// The memory of a few lines, or all that the buffer may ever have.
    fn reserve(&mut self, length: usize) {
        let wanted = self.bytes.len() + length;
        let capacity = if wanted <= FEW_LINES { FEW_LINES } else { CAPACITY };
        if self.bytes.capacity() < capacity {
            self.bytes.reserve_exact(capacity - self.bytes.len());
        }
    }

    fn free(&self) -> usize {
        let used = self.bytes.len() + self.entries.len() * size_of::<Entry>();
        CAPACITY.saturating_sub(used)
    }

    /// Whole lines, as many as may be written at once, or the beginning of a longer line.
    fn next_lines(&mut self) -> &[u8] {
        let mut length = 0;
        for entry in &self.entries {
            if length + entry.length > MAX_LINE {
                break;
            }
            length += entry.length;
        }
        if length == 0 {
            length = MAX_LINE.min(self.bytes.len());
        }
        if self.bytes.as_slices().0.len() < length {
            self.bytes.make_contiguous();
        }
        &self.bytes.as_slices().0[..length]
    }

    fn remove(&mut self, count: usize) {
        self.bytes.drain(..count.min(self.bytes.len()));
        let mut left = count;
        while let Some(first) = self.entries.front_mut() {
            if first.length > left {
                first.length -= left;
                return;
            }
            left -= first.length;
            self.entries.pop_front();
        }
        self.release();
    }

    /// Frees the memory that a full descriptor made it allocate.
    fn release(&mut self) {
        if self.bytes.capacity() > FEW_LINES {
            self.bytes = VecDeque::new();
            self.entries = VecDeque::new();
        }
    }

    fn lose(&mut self, entry: Entry) {
        if entry.reports == 0 {
            self.unreported += 1;
            self.lost += 1;
        } else {
            self.unreported += entry.reports;
        }
    }

    fn lose_all(&mut self) {
        while let Some(entry) = self.entries.pop_front() {
            self.lose(entry);
        }
        self.bytes.clear();
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A descriptor that takes so many bytes, and then is full or broken.
    #[derive(Default)]
    struct Reader {
        room: usize,
        most: usize,
        is_broken: bool,
        taken: Vec<u8>,
        attempts: usize,
    }

    impl Reader {
        fn with(room: usize) -> Self {
            Self { room, most: usize::MAX, ..Self::default() }
        }
    }

    impl Descriptor for Reader {
        fn write(&mut self, bytes: &[u8]) -> Attempt {
            self.attempts += 1;
            if self.is_broken {
                return Attempt::Broken;
            }
            let count = bytes.len().min(self.room).min(self.most);
            self.room -= count;
            self.taken.extend(&bytes[..count]);
            if count == 0 { Attempt::Full } else { Attempt::Taken(count) }
        }
    }

    const LINE: &[u8] = b"[run-id] 0123456789\n";
    const ENTRY: usize = size_of::<Entry>();

    #[test]
    fn a_descriptor_with_room_gets_each_line_at_once_by_one_write() {
        let (mut buffer, mut reader) = (LineBuffer::new(), Reader::with(usize::MAX));
        for _ in 0..10_000 {
            buffer.write(LINE, 0, &mut reader);
            assert!(!buffer.waits());
        }
        assert_eq!(reader.taken, LINE.repeat(10_000));
        assert_eq!(reader.attempts, 10_000);
        assert!(buffer.bytes.capacity() <= 2 * 4096);
    }

    #[test]
    fn what_waits_is_bounded_in_bytes_and_entries() {
        let most = 256 * 1024;
        for length in [1, 2, 20, 300, 4096] {
            let (mut buffer, mut reader) = (LineBuffer::new(), Reader::with(0));
            for _ in 0..2 * most / length {
                buffer.write(&vec![b'x'; length], 0, &mut reader);
                let used = buffer.bytes.len() + buffer.entries.len() * ENTRY;
                assert!(used <= most && buffer.bytes.capacity() <= most, "{used}");
            }
            assert_eq!(buffer.entries.len(), most / (length + ENTRY));
            let lost = 2 * most / length - most / (length + ENTRY);
            assert_eq!(buffer.lost(), lost as u64);
        }
    }

    #[test]
    fn a_full_descriptor_is_asked_once_a_line() {
        let (mut buffer, mut reader) = (LineBuffer::new(), Reader::with(0));
        for _ in 0..1000 {
            buffer.write(LINE, 0, &mut reader);
        }
        assert_eq!(reader.attempts, 1000);
    }

    #[test]
    fn lines_that_wait_are_written_whole_and_many_at_once() {
        let (mut buffer, mut reader) = (LineBuffer::new(), Reader::with(0));
        let line = vec![b'x'; 300];
        for _ in 0..100 {
            buffer.write(&line, 0, &mut reader);
        }
        assert_eq!(buffer.next_lines().len(), 13 * 300);
        reader = Reader::with(usize::MAX);
        buffer.flush(&mut reader);
        assert_eq!((reader.taken.len(), reader.attempts), (30_000, 8));
        assert_eq!((buffer.bytes.capacity(), buffer.entries.capacity()), (0, 0), "memory is given back");
    }

    #[test]
    fn a_torn_line_goes_on_where_it_ended() {
        let (mut buffer, mut reader) = (LineBuffer::new(), Reader::with(usize::MAX));
        reader.most = 7;
        buffer.write(LINE, 0, &mut reader);
        reader.room = 3;
        buffer.write(b"first\n", 0, &mut reader);
        buffer.write(b"second\n", 0, &mut reader);
        assert_eq!(buffer.next_lines(), b"st\nsecond\n");
        reader.room = usize::MAX;
        buffer.write(b"third\n", 0, &mut reader);
        assert_eq!(reader.taken, [LINE, b"first\nsecond\nthird\n"].concat());
    }

    #[test]
    fn a_line_longer_than_a_write_is_written_in_pieces_and_one_longer_than_the_buffer_is_lost_whole() {
        let (mut buffer, mut reader) = (LineBuffer::new(), Reader::with(usize::MAX));
        buffer.write(&vec![b'x'; 3 * MAX_LINE + 1], 0, &mut reader);
        assert_eq!((reader.taken.len(), reader.attempts), (3 * MAX_LINE + 1, 4));
        buffer.write(&vec![b'x'; CAPACITY], 0, &mut reader);
        assert_eq!((reader.taken.len(), buffer.lost()), (3 * MAX_LINE + 1, 1));
    }

    /// A buffer that has lost lines, and how many of them.
    fn full(reader: &mut Reader) -> (LineBuffer, u64) {
        let mut buffer = LineBuffer::new();
        while buffer.lost() < 5 {
            buffer.write(&[b'x'; 300], 0, reader);
        }
        (buffer, 5)
    }

    #[test]
    fn a_loss_is_reported_once_there_is_room_for_the_report_and_a_line() {
        let mut reader = Reader::with(0);
        let (mut buffer, lost) = full(&mut reader);
        reader.room = 4096 + ENTRY;
        buffer.write(b"too early\n", 0, &mut reader);
        assert_eq!((buffer.due_report(), buffer.lost()), (0, lost + 1));
        reader.room = 4096 + ENTRY;
        buffer.flush(&mut reader);
        assert_eq!(buffer.due_report(), lost + 1);
        buffer.write(b"six were lost\n", lost + 1, &mut reader);
        assert_eq!((buffer.due_report(), buffer.has_unreported(), buffer.lost()), (0, false, lost + 1));
        buffer.write(&[b'y'; MAX_LINE], 0, &mut reader);
        assert_eq!(buffer.lost(), lost + 1);
        reader.room = usize::MAX;
        buffer.flush(&mut reader);
        assert!(reader.taken.ends_with(&[b"six were lost\n", &[b'y'; MAX_LINE][..]].concat()));
    }

    #[test]
    fn a_report_that_another_one_forestalled_is_dropped() {
        let mut reader = Reader::with(0);
        let (mut buffer, lost) = full(&mut reader);
        reader.room = usize::MAX;
        buffer.flush(&mut reader);
        let before = reader.taken.len();
        buffer.write(b"report\n", lost, &mut reader);
        buffer.write(b"report\n", lost, &mut reader);
        assert_eq!(&reader.taken[before..], b"report\n");
    }

    #[test]
    fn a_report_that_does_not_fit_changes_nothing() {
        let mut reader = Reader::with(0);
        let (mut buffer, lost) = full(&mut reader);
        buffer.write(&[b'x'; 600], lost, &mut reader);
        reader.room = usize::MAX;
        buffer.flush(&mut reader);
        assert_eq!((buffer.due_report(), buffer.lost()), (lost, lost));
    }

    #[test]
    fn a_broken_descriptor_is_tried_by_each_line_but_by_no_report() {
        let mut reader = Reader::with(0);
        let (mut buffer, lost) = full(&mut reader);
        let waiting = buffer.entries.len() as u64;
        reader.is_broken = true;
        buffer.flush(&mut reader);
        assert!(!buffer.waits() && buffer.bytes.is_empty());
        assert_eq!((buffer.lost(), buffer.due_report()), (lost + waiting, 0));
        let attempts = reader.attempts;
        buffer.flush(&mut reader);
        assert_eq!(reader.attempts, attempts, "nothing waits");
        buffer.write(LINE, 0, &mut reader);
        assert_eq!((buffer.lost(), buffer.due_report()), (lost + waiting + 1, 0));
        buffer.try_again();
        assert_eq!(buffer.due_report(), lost + waiting + 1);
        reader = Reader::with(usize::MAX);
        buffer.write(LINE, 0, &mut reader);
        assert_eq!((reader.taken.as_slice(), buffer.due_report()), (LINE, lost + waiting + 1));
    }

    #[test]
    fn a_report_that_is_lost_leaves_its_lines_unreported_and_counts_as_none() {
        let mut reader = Reader::with(0);
        let (mut buffer, lost) = full(&mut reader);
        reader.room = ROOM_AFTER_LOSS;
        buffer.flush(&mut reader);
        buffer.write(b"report\n", lost, &mut reader);
        let lines = buffer.entries.len() as u64 - 1;
        reader.is_broken = true;
        buffer.flush(&mut reader);
        buffer.try_again();
        assert_eq!((buffer.due_report(), buffer.lost()), (lost + lines, lost + lines));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Line(usize),
        Report,
        Room(usize, usize),
        Break,
        Mend,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (8usize..MAX_LINE).prop_map(Step::Line),
            2 => Just(Step::Report),
            3 => (0usize..100_000, 1usize..5000).prop_map(|(room, most)| Step::Room(room, most)),
            1 => Just(Step::Break),
            1 => Just(Step::Mend),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever the reader does: lines arrive in order, whole but where it broke, and each line either arrived, waits or
        /// was counted.
        #[test]
        fn every_line_arrives_or_is_counted(steps in prop::collection::vec((step(), 1usize..40), 1..40)) {
            let (mut buffer, mut reader) = (LineBuffer::new(), Reader::with(0));
            let (mut written, mut has_broken) = (0u64, false);
            for (step, times) in steps {
                match step {
                    Step::Line(length) => for _ in 0..times {
                        buffer.write(format!("{written:0length$}\n").as_bytes(), 0, &mut reader);
                        written += 1;
                    },
                    Step::Report => {
                        let lost = buffer.due_report();
                        if lost > 0 {
                            buffer.write(format!("lost {lost}\n").as_bytes(), lost, &mut reader);
                        }
                    }
                    Step::Room(room, most) => (reader.room, reader.most) = (room, most),
                    Step::Break => (reader.is_broken, has_broken) = (true, true),
                    Step::Mend => reader.is_broken = false,
                }
            }
            (reader.is_broken, reader.room, reader.most) = (false, usize::MAX, usize::MAX);
            buffer.flush(&mut reader);
            prop_assert!(!buffer.waits());
            let text = String::from_utf8(reader.taken).unwrap();
            let (mut arrived, mut reported, mut last) = (0, 0, None);
            for line in text.lines() {
                if let Some(lost) = line.strip_prefix("lost ").and_then(|lost| lost.parse::<u64>().ok()) {
                    reported += lost;
                } else if let Ok(number) = line.parse::<u64>() {
                    prop_assert!(has_broken || last < Some(number));
                    (arrived, last) = (arrived + 1, Some(number));
                }
            }
            prop_assert_eq!(reported + buffer.unreported, buffer.lost());
            if !has_broken {
                prop_assert_eq!(arrived + buffer.lost(), written);
                let numbers: Vec<_> = text.lines().filter(|line| !line.starts_with("lost")).collect();
                prop_assert_eq!(numbers.len() as u64, arrived, "each is whole");
            }
        }
    }
}
