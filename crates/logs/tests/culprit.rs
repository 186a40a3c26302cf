//! Who changed a run ID, by logs as the library writes them. SPEC §11, "Who changed it".

#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read must fail")]

#[path = "support/events.rs"]
mod events;

use events::{Log, Who, told};
use run_id_core::event::Level;
use run_id_logs::judge::clocks::Clocks;
use run_id_logs::judge::finding::Finding;
use run_id_logs::judge::judgement::judge;

const BASE: &str = "251006-143000";
const RIGHT: &str = "251006-143000-Ann-Carver";

/// The ways in which an ID is changed, with what becomes of [`RIGHT`].
const WAYS: [(&str, &str); 12] = [
    ("suffix-missing", BASE),
    ("suffix-twice", "251006-143000-Ann-Carver-Ann-Carver"),
    ("suffix-added", "251006-143000-Acme-Corp-Ann-Carver"),
    ("suffix-cut", "251006-143000-Ann"),
    ("suffix-of-another-client", "251006-143000-Acme-Corp"),
    ("case-changed", "251006-143000-ann-carver"),
    ("separator-changed", "251006-143000-Ann_Carver"),
    ("placeholder-client", "251006-143000-undefined"),
    ("digits-exchanged", "251006-140300-Ann-Carver"),
    ("date-changed", "251007-143000-Ann-Carver"),
    ("time-zone-shift", "251006-163000-Ann-Carver"),
    ("minted-again", "251006-143007-Ann-Carver"),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Position {
    /// The process that looks the ID up.
    Itself,
    /// The one before it.
    Before,
    /// Outside the logs.
    Outside,
}

/// An API starts a run for a client, and a worker looks the record up.
fn world(way: &str, wrong: &str, position: Position, level: Level) -> Log {
    let mut log = Log::at(level);
    let api = ("api", "a-1");
    log.ev(api, 0, "generate", &[("runId", BASE), ("at", "src/api.js:1:1")]);
    log.record(api, 10, "created", BASE, &[("within", BASE), ("at", "src/api.js:2:1")]);
    log.record(api, 20, "created", RIGHT, &[("within", BASE), ("at", "src/api.js:3:1")]);
    log.ev(api, 30, "pass", &[("runId", RIGHT), ("within", BASE), ("at", "src/api.js:4:1")]);
    let changes = |log: &mut Log, who: (&'static str, &'static str), ms: i64| {
        let kind = if way == "minted-again" { "generate" } else { "pass" };
        if kind == "generate" || position == Position::Before {
            log.ev(who, ms, kind, &[("runId", wrong), ("within", RIGHT), ("at", "src/split.js:7:9")]);
        }
    };
    let sent = if position == Position::Before { wrong } else { RIGHT };
    if position == Position::Before {
        changes(&mut log, api, 40);
    }
    log.ev(
        api,
        50,
        "send",
        &[("runId", sent), ("carrier", "url"), ("within", RIGHT), ("at", "src/api.js:9:3")],
    );
    let worker = ("worker", "w-1");
    let came = if position == Position::Itself { RIGHT } else { wrong };
    log.ev(worker, 300, "resolve", &[("runId", came), ("source", "query"), ("at", "src/worker.js:1:1")]);
    if position == Position::Itself {
        changes(&mut log, worker, 310);
    }
    let near = format!("[{{\"runId\":\"{RIGHT}\",\"reason\":\"{way}\"}}]");
    // Job tracking finds what differs in one way, not what was made twice.
    let near = if way == "minted-again" { "[]" } else { &near };
    let more = [
        ("within", came),
        ("arrived", "query"),
        ("at", "src/worker.js:2:2"),
        ("near", near),
        ("clientId", "Ann-Carver"),
        ("table", "client"),
    ];
    log.record(worker, 320, "missing", wrong, &more);
    log.not_found(worker, 321, wrong, &more);
    log
}

fn is(told: Option<(&str, i64)>, wanted: Option<(&str, i64)>, context: &str) {
    assert_eq!(told, wanted, "{context}");
}

#[test]
fn the_twelve_ways_in_three_positions_at_three_levels() {
    for (way, wrong) in WAYS {
        for position in [Position::Itself, Position::Before, Position::Outside] {
            for level in [Level::Rejections, Level::Lifecycle, Level::All] {
                let told = world(way, wrong, position, level).story(wrong, &[RIGHT]);
                let context = format!("{way} {position:?} {level:?}: {told:#?}");
                let is_all = level == Level::All;
                let mints = way == "minted-again";
                let (culprit, from, arrived, last) = match (position, level) {
                    (_, Level::Off) => unreachable!(),
                    (Position::Itself, Level::Rejections) => (None, None, None, None),
                    (_, Level::Rejections) => (None, None, Some(("worker", 321)), None),
                    (Position::Itself, _) => {
                        let from = is_all.then_some(("worker", 300));
                        let last = from.or(Some(("api", 50)));
                        (Some(("worker", if mints { 310 } else { 320 })), from, None, last)
                    }
                    (Position::Before, _) => {
                        let from = Some(("api", if is_all { 30 } else { 20 }));
                        (Some(("api", if is_all || mints { 40 } else { 50 })), from, None, from)
                    }
                    (Position::Outside, _) => {
                        (None, None, Some(("worker", if is_all { 300 } else { 320 })), Some(("api", 50)))
                    }
                };
                is(told.to(), culprit, &context);
                is(told.from(), from, &context);
                is(told.arrived(), arrived, &context);
                is(told.last_right(), last, &context);
                assert_eq!(told.is_certain(), culprit.is_some(), "{context}");
                if culprit.is_some() {
                    assert_eq!(told.in_hand(), Some(RIGHT), "{context}");
                }
                let is_of_operation = culprit.is_some();
                assert_eq!(
                    told.is_of_operation(),
                    is_of_operation || position == Position::Itself,
                    "{context}"
                );
                let missed = if level == Level::Rejections { 321 } else { 320 };
                assert!(told.consequences().contains(&("worker", missed)), "{context}");
            }
        }
    }
}

/// What is certain: the class by what job tracking found near it, of a changed time only with the right one in hand in the
/// operation; and who did it.
#[test]
fn the_twelve_ways_are_judged() {
    for (way, wrong) in WAYS {
        for position in [Position::Itself, Position::Before, Position::Outside] {
            for level in [Level::Rejections, Level::Lifecycle, Level::All] {
                let log = world(way, wrong, position, level);
                let history = events::read(&[log.lines.join("\n") + "\n"]);
                let names = &history.names;
                let found: Vec<Finding> = judge(&history, 86_400_000).iter().collect();
                let context = format!("{way} {position:?} {level:?}: {found:#?}");
                let all: Vec<_> = found
                    .iter()
                    .map(|finding| {
                        let process = names.text(finding.process).split('@').next().unwrap();
                        (finding.class.name(), finding.right(names), process, finding.changed_by.len())
                    })
                    .collect();
                let is_generated = level > Level::Rejections && position != Position::Outside;
                let is_changed = level > Level::Rejections && position != Position::Outside;
                let process = if is_changed && position == Position::Before { "api" } else { "worker" };
                if way == "minted-again" && !is_generated {
                    assert_eq!((all.len(), all[0].0, all[0].3), (1, "not-found", 0), "{context}");
                    continue;
                }
                assert_eq!(all, [(way, Some(RIGHT), process, usize::from(is_changed))], "{context}");
                let is_of_time =
                    ["digits-exchanged", "date-changed", "time-zone-shift", "minted-again"].contains(&way);
                let is_certain = !is_of_time || is_changed || position == Position::Itself;
                assert_eq!(found[0].is_certain, is_certain, "{context}");
            }
        }
    }
}

const API: Who = ("api", "");
const WORKER: Who = ("worker", "");
const WEBHOOK: Who = ("webhook", "");
const CUT: &str = "251006-143000-Ann";

/// An API that makes a run for a client, without an operation.
fn made() -> Log {
    let mut log = Log::at(Level::All);
    log.ev(API, 0, "generate", &[("runId", BASE)]);
    log.record(API, 10, "created", BASE, &[]);
    log.record(API, 20, "created", RIGHT, &[("at", "src/api.js:2:1")]);
    log
}

#[test]
fn one_missed_lookup_has_three_culprits() {
    let miss = |log: &mut Log, op| {
        log.record(("worker", op), 600, "missing", CUT, &[("at", "src/worker.js:40:3")]);
    };
    let arrives = |log: &mut Log| {
        log.ev(("worker", "w-1"), 500, "resolve", &[("runId", CUT), ("source", "body")]);
        miss(log, "w-1");
    };
    let mut log = made();
    log.ev(API, 300, "pass", &[("runId", CUT), ("at", "src/split.js:77:9")]);
    arrives(&mut log);
    let of_api = log.story(CUT, &[RIGHT]);
    assert_eq!(of_api.culprits(), [("api", 300)]);
    assert_eq!((of_api.from(), of_api.is_certain()), (Some(("api", 20)), true));
    assert_eq!(of_api.consequences(), [("worker", 500), ("worker", 600)]);

    let mut log = made();
    arrives(&mut log);
    let of_outside = log.story(CUT, &[RIGHT]);
    assert_eq!((of_outside.arrived(), of_outside.source()), (Some(("worker", 500)), Some("body")));
    assert_eq!((of_outside.culprits(), of_outside.last_right()), (vec![], Some(("api", 20))));
    assert!(!of_outside.is_certain());

    let mut log = made();
    log.ev(("worker", "w-1"), 500, "resolve", &[("runId", RIGHT), ("source", "body")]);
    miss(&mut log, "w-1");
    let of_worker = log.story(CUT, &[RIGHT]);
    assert_eq!((of_worker.culprits(), of_worker.from()), (vec![("worker", 600)], Some(("worker", 500))));
    assert!(of_worker.is_certain() && of_worker.is_of_operation());
    assert_eq!(of_worker.consequences(), [("worker", 600)], "a lookup that missed is one");
}

#[test]
fn a_process_that_looks_it_up_elsewhere_is_not_the_culprit() {
    let wrong = "251006-143000-ann-carver";
    let mut log = made();
    log.ev(WORKER, 300, "pass", &[("runId", RIGHT), ("at", "worker.js:1:1")]);
    log.ev(WORKER, 400, "pass", &[("runId", wrong), ("at", "worker.js:6:1")]);
    log.record(WEBHOOK, 418, "missing", wrong, &[("at", "webhook.js:11:1")]);
    let told = log.story(wrong, &[RIGHT]);
    assert_eq!((told.culprits(), told.from()), (vec![("worker", 400)], Some(("worker", 300))));
    assert!(told.is_certain() && !told.is_of_operation());
    assert_eq!(told.consequences(), [("webhook", 418)]);
    let lines: Vec<u64> = told.story.evidence.iter().map(|place| place.line).collect();
    assert_eq!(lines, [4, 5, 6]);
}

#[test]
fn two_that_each_change_it_are_two() {
    let mut log = made();
    for (service, ms) in [("billing", 300), ("mailer", 200)] {
        log.ev((service, ""), ms, "receive", &[("runId", RIGHT), ("carrier", "data")]);
        log.ev((service, ""), ms + 50, "pass", &[("runId", CUT)]);
    }
    // It had both, but had received the wrong one.
    log.ev(("archive", "r-1"), 400, "receive", &[("runId", RIGHT), ("carrier", "data")]);
    log.ev(("archive", "r-1"), 410, "receive", &[("runId", CUT), ("carrier", "data")]);
    log.ev(("archive", "r-1"), 420, "pass", &[("runId", CUT)]);
    log.record(WEBHOOK, 500, "missing", CUT, &[]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!(told.culprits(), [("mailer", 250), ("billing", 350)]);
    assert!(told.is_certain());
    assert_eq!(told.story.consequence_count, 3);
}

/// Names of processes come from logs, and thousands of them may change one ID.
#[test]
fn of_many_that_each_change_it_the_first_twenty_are_told() {
    for wrong in [CUT, BASE] {
        let mut log = made();
        for ms in 0..100 {
            let process: &'static str = format!("p-{ms}").leak();
            log.ev((process, "p-1"), 200 + ms, "resolve", &[("runId", RIGHT), ("source", "query")]);
            log.ev((process, "p-1"), 400 + ms, "pass", &[("runId", wrong), ("within", RIGHT)]);
            log.record((process, "p-1"), 600 + ms, "missing", wrong, &[("within", RIGHT)]);
        }
        let told = log.story(wrong, &[RIGHT]);
        assert_eq!(told.culprits().len(), 20, "{wrong}");
        assert_eq!(told.consequences().len(), 20, "{wrong}");
        assert_eq!(told.story.evidence.len(), 20, "{wrong}");
    }
}

#[test]
fn of_a_run_with_many_clients_the_first_five_may_be_meant_and_twenty_lookups_are_told() {
    let mut log = made();
    for ms in 0..100 {
        log.record(API, 100 + ms, "created", &format!("{BASE}-Lee{ms}"), &[]);
        let worker: &'static str = format!("w-{ms}").leak();
        log.ev(
            (worker, ""),
            20_000 + ms,
            "record",
            &[("action", "missing"), ("table", "client"), ("runId", BASE)],
        );
        log.record((worker, ""), 30_000 + ms, "missing", RIGHT, &[]);
    }
    let history = events::read(&[log.lines.join("\n") + "\n"]);
    let found: Vec<Finding> = judge(&history, 86_400_000).iter().collect();
    let of = |class: &str| found.iter().find(|finding| finding.class.name() == class).unwrap();
    let missing = of("suffix-missing");
    assert_eq!(
        (missing.candidates.len(), missing.consequences.len(), missing.consequence_count),
        (5, 20, 100)
    );
    let lost = of("not-found-after-created");
    assert_eq!((lost.consequences.len(), lost.consequence_count), (20, 99));
    assert_eq!((missing.evidence.len(), lost.evidence.len()), (20, 20));
}

/// What shows that a clock is wrong: a hand-over by one of the first carriers, less than a quarter of an hour off.
#[test]
fn neither_a_carrier_among_thousands_nor_a_lead_of_an_hour_moves_a_clock() {
    for (number, lead, is_moved) in [(0, 1000, true), (99, 1000, false), (0, 3_600_000, false)] {
        let mut log = made();
        let carriers: Vec<String> = (0..100).map(|at| format!("c-{at:02}")).collect();
        for (carrier, ms) in carriers.iter().zip(lead..) {
            let sender: &'static str = format!("p-{ms}").leak();
            log.ev((sender, ""), ms, "send", &[("runId", RIGHT), ("carrier", carrier)]);
        }
        log.ev(WORKER, 1, "receive", &[("runId", RIGHT), ("carrier", &carriers[number])]);
        let history = events::read(&[log.lines.join("\n") + "\n"]);
        let clocks = Clocks::of(&history);
        let right = history.names.find(RIGHT).unwrap();
        let processes = history.runs[&right].activity.iter().map(|(process, _)| *process);
        let times = processes.map(|process| clocks.time(process, Some(0)));
        assert_eq!(times.into_iter().any(|time| time != Some(0)), is_moved, "{number} {lead}");
    }
}

#[test]
fn a_mistyped_id_accuses_no_process() {
    let mut log = Log::at(Level::All);
    let create = ("api", "a-1");
    log.ev(create, 0, "generate", &[("runId", BASE)]);
    log.record(create, 10, "created", RIGHT, &[]);
    let status = ("api", "a-2");
    log.ev(status, 200, "resolve", &[("runId", CUT), ("source", "query")]);
    log.record(status, 210, "missing", CUT, &[("within", CUT), ("arrived", "query")]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], Some(("api", 200))));
    assert_eq!(told.last_right(), Some(("api", 10)));
    // Nor does a lookup of an ID of unknown origin.
    let mut log = made();
    log.record(API, 300, "missing", CUT, &[]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived(), told.last_right()), (vec![], None, Some(("api", 20))));
    assert_eq!(told.in_hand(), Some(RIGHT));
}

#[test]
fn the_right_id_in_hand_long_ago_or_never_proves_nothing() {
    for (ms, is_certain) in [(1019, true), (1020, false), (900_000, false)] {
        let mut log = made();
        log.ev(API, ms, "pass", &[("runId", CUT)]);
        log.record(WEBHOOK, ms + 10, "missing", CUT, &[]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!((told.culprits(), told.from()), (vec![("api", ms)], Some(("api", 20))));
        assert_eq!(told.is_certain(), is_certain, "{ms}");
    }
    // The first that used it, whichever used it later.
    let mut log = made();
    log.ev(("mailer", ""), 400, "pass", &[("runId", CUT)]);
    log.ev(("billing", ""), 300, "pass", &[("runId", CUT)]);
    log.record(WEBHOOK, 500, "missing", CUT, &[]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.from(), told.is_certain()), (vec![("billing", 300)], None, false));
    // Where it came from outside before, they may have it from there.
    log.ev(WEBHOOK, 200, "resolve", &[("runId", CUT), ("source", "query")]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], Some(("webhook", 200))));
}

#[test]
fn lines_that_are_missing_between_the_two_uses_weaken_the_proof() {
    for (lost, is_certain) in [([3, 0, 0], true), ([0, 1, 0], false), ([0, 0, 3], true)] {
        let mut log = made();
        let worker = ("worker", "w-1");
        log.ev(worker, 290, "pass", &[("runId", BASE)]);
        log.lose("worker", lost[0]);
        log.ev(worker, 300, "pass", &[("runId", RIGHT)]);
        log.lose("worker", lost[1]);
        log.ev(worker, 310, "pass", &[("runId", CUT)]);
        log.lose("worker", lost[2]);
        log.ev(worker, 320, "pass", &[("runId", CUT)]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!((told.culprits(), told.from()), (vec![("worker", 310)], Some(("worker", 300))));
        assert_eq!(told.is_certain(), is_certain, "{lost:?}");
    }
}

#[test]
fn the_last_right_use_is_known_among_hundreds() {
    let mut log = made();
    let who = ("worker", "w-1");
    for at in 0..200 {
        log.ev(who, 300 + at, "pass", &[("runId", RIGHT)]);
        if at == 100 {
            // What another operation does in between does not count.
            log.ev(("worker", "w-2"), 400, "pass", &[("runId", RIGHT)]);
            log.ev(who, 400, "pass", &[("runId", CUT)]);
        }
        if at > 150 {
            log.ev(who, 300 + at, "pass", &[("runId", CUT)]);
        }
    }
    let mut reversed = log.clone();
    reversed.lines.reverse();
    for told in [log.story(CUT, &[RIGHT]), reversed.story(CUT, &[RIGHT])] {
        assert_eq!((told.culprits(), told.from()), (vec![("worker", 400)], Some(("worker", 400))));
        let culprit = told.story.changed_by[0];
        assert_eq!(culprit.from.unwrap().sight.place.line.abs_diff(culprit.to.sight.place.line), 2);
    }
}

#[test]
fn the_last_right_use_before_a_bare_lookup_is_known_among_hundreds() {
    let mut log = made();
    let who = ("worker", "");
    for at in 0..200 {
        log.ev(who, 300 + at, "pass", &[("runId", RIGHT)]);
        if at == 100 {
            log.record(who, 400, "missing", CUT, &[]);
        }
    }
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.last_right()), (vec![], Some(("worker", 400))));
}

#[test]
fn events_of_before_they_were_numbered_prove_less() {
    let mut log = made();
    log.is_numbered = false;
    log.ev(WORKER, 300, "pass", &[("runId", RIGHT)]);
    log.ev(WORKER, 310, "pass", &[("runId", CUT)]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!(
        (told.culprits(), told.from(), told.is_certain()),
        (vec![("worker", 310)], Some(("worker", 300)), false)
    );
    log.ev(("worker", "w-1"), 400, "pass", &[("runId", RIGHT)]);
    log.ev(("worker", "w-1"), 410, "pass", &[("runId", "251006-143000-ANN-CARVER")]);
    assert!(log.story("251006-143000-ANN-CARVER", &[RIGHT]).is_certain());
}

#[test]
fn texts_accuse_no_process() {
    let mut log = made();
    log.lines.push("2025-10-06T14:30:00.300Z GET /runs/251006-143000-Ann 404".to_owned());
    log.lines.push(
        r#"{"level":30,"time":1759761000310,"pid":7,"hostname":"h","runId":"251006-143000-Ann"}"#.to_owned(),
    );
    log.record(WEBHOOK, 500, "missing", CUT, &[]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], None));
    assert_eq!(told.story.consequence_count, 3);
    // An event that a text quotes proves nothing.
    let mut log = made();
    log.ev(WORKER, 300, "pass", &[("runId", RIGHT)]);
    log.ev(WORKER, 310, "pass", &[("runId", CUT)]);
    assert!(log.story(CUT, &[RIGHT]).is_certain());
    let last = log.lines.pop().unwrap();
    log.lines.push(format!("GET /?q={last} 200"));
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.is_certain()), (vec![("worker", 310)], false));
    let mut log = made();
    log.ev(("worker", "w-1"), 310, "pass", &[("runId", CUT), ("within", RIGHT)]);
    assert!(log.story(CUT, &[RIGHT]).is_certain());
    let last = log.lines.pop().unwrap();
    log.lines.push(format!("GET /?q={last} 200"));
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.from(), told.is_certain()), (vec![("worker", 310)], None, false));
}

#[test]
fn a_refusal_alone_accuses_no_process() {
    let mut log = Log::at(Level::All);
    log.ev(("worker", "w-1"), 0, "pass", &[("runId", RIGHT)]);
    log.not_found(("worker", "w-1"), 10, CUT, &[("within", RIGHT)]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.in_hand(), told.is_of_operation()), (vec![], Some(RIGHT), true));
    assert_eq!(told.story.consequence_count, 1);
}

#[test]
fn each_lookup_counts_once_and_all_count() {
    let mut log = made();
    log.ev(API, 30, "pass", &[("runId", CUT)]);
    for at in 0..100 {
        let who = ("worker", "w-1");
        log.record(who, 100 + 2 * at, "missing", CUT, &[]);
        log.not_found(who, 101 + 2 * at, CUT, &[]);
        log.ev(WEBHOOK, 1000 + at, "pass", &[("runId", CUT)]);
    }
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!(told.culprits(), [("api", 30)]);
    assert_eq!((told.story.consequence_count, told.story.consequences.len()), (200, 20));
    assert_eq!(told.consequences()[..4], [0, 2, 4, 6].map(|ms| ("worker", 100 + ms)));
    assert_eq!(told.story.first_time.unwrap() - events::START, 30);
    assert_eq!(told.story.last_time.unwrap() - events::START, 1099);
}

#[test]
fn a_clock_that_is_ahead_accuses_no_other_process() {
    // The clock of the API is five minutes ahead; what it sent was received.
    const AHEAD: i64 = 300_000;
    let mut log = Log::at(Level::All);
    log.record(API, AHEAD, "created", RIGHT, &[]);
    log.ev(API, AHEAD + 1500, "pass", &[("runId", CUT)]);
    log.ev(API, AHEAD + 1510, "send", &[("runId", CUT), ("carrier", "url")]);
    log.ev(("gate", ""), 1520, "receive", &[("runId", CUT), ("carrier", "url")]);
    log.ev(("gate", ""), 1530, "pass", &[("runId", CUT)]);
    log.ev(WEBHOOK, 1600, "pass", &[("runId", CUT)]);
    log.record(WEBHOOK, 1610, "missing", CUT, &[]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.is_certain()), (vec![("api", AHEAD + 1500)], false));
    assert_eq!(told.consequences()[0], ("api", AHEAD + 1510));
    assert_eq!(
        told.consequences()[1..],
        [("gate", 1520), ("gate", 1530), ("webhook", 1600), ("webhook", 1610)]
    );
}

#[test]
fn the_carrier_of_a_send_and_the_source_of_an_arrival_are_one_way() {
    let wrong = "251006-163000-Ann-Carver";
    let told = |carrier: &str, source: &str| {
        let mut log = Log::at(Level::All);
        log.record(API, 0, "created", RIGHT, &[]);
        log.ev(API, 90, "send", &[("runId", RIGHT), ("carrier", carrier)]);
        log.ev(("worker", "w-1"), 110, "resolve", &[("runId", wrong), ("source", source)]);
        log.record(("worker", "w-1"), 120, "missing", wrong, &[]);
        log.story(wrong, &[RIGHT]).in_hand() == Some(RIGHT)
    };
    for (carrier, source) in [("url", "query"), ("data", "body"), ("headers", "header")] {
        assert!(told(carrier, source), "{carrier} {source}");
        assert!(!told(carrier, "parentRunId"), "{carrier}");
    }
    assert!(!told("headers", "query"));
    assert!(!told("url", "header"));
}

#[test]
fn of_several_the_one_in_hand_is_meant() {
    let others = ["251006-141500-Ann-Carver", RIGHT, "251006-144500-Ann-Carver"];
    let wrong = "251006-163000-Ann-Carver";
    let all = |held: &[&str], position: Position| {
        let mut log = Log::at(Level::All);
        for right in others {
            log.record(API, 0, "created", right, &[]);
        }
        let who = ("worker", "w-1");
        for held in held {
            if position == Position::Itself {
                log.ev(who, 100, "resolve", &[("runId", held), ("source", "query")]);
            } else {
                log.ev(API, 90, "send", &[("runId", held), ("carrier", "url")]);
            }
        }
        if position != Position::Itself {
            log.ev(who, 110, "resolve", &[("runId", wrong), ("source", "query")]);
        }
        log.record(who, 120, "missing", wrong, &[]);
        log.story(wrong, &others)
    };
    for right in others {
        let told = all(&[right], Position::Itself);
        assert_eq!((told.in_hand(), told.is_of_operation()), (Some(right), true));
        let told = all(&[right], Position::Outside);
        assert_eq!((told.in_hand(), told.is_of_operation()), (Some(right), false));
        assert_eq!(told.last_right(), Some(("api", 90)));
    }
    for position in [Position::Itself, Position::Outside] {
        assert_eq!(all(&others[1..], position).in_hand(), None, "two are no answer");
        assert_eq!(all(&[], position).in_hand(), None);
    }
}

#[test]
fn of_an_added_suffix_either_run_counts_as_in_hand() {
    let wrong = "251006-143000-Acme-Corp-Ann-Carver";
    for held in [RIGHT, "251006-143000-Acme-Corp"] {
        let mut log = made();
        log.ev(("worker", "w-1"), 100, "resolve", &[("runId", held), ("source", "query")]);
        log.record(("worker", "w-1"), 110, "missing", wrong, &[]);
        let told = log.story(wrong, &[RIGHT]);
        assert_eq!((told.culprits(), told.from()), (vec![("worker", 110)], Some(("worker", 100))));
        assert_eq!((told.in_hand(), told.is_certain()), (Some(RIGHT), true), "{held}");
    }
}

#[test]
fn a_base_is_used_wrongly_only_after_the_client_run_was_in_hand() {
    let mut log = made();
    // Right uses of the base, before the client's run and elsewhere.
    log.ev(("billing", ""), 15, "pass", &[("runId", BASE)]);
    log.record(API, 30, "found", BASE, &[]);
    log.ev(WORKER, 300, "receive", &[("runId", RIGHT), ("carrier", "env")]);
    log.ev(WORKER, 310, "send", &[("runId", BASE), ("carrier", "url"), ("route", "GET /x")]);
    log.ev(("webhook", "w-1"), 320, "resolve", &[("runId", BASE), ("source", "query")]);
    log.record(("webhook", "w-1"), 330, "missing", BASE, &[]);
    log.ev(("billing", ""), 400, "pass", &[("runId", BASE)]);
    let told = log.story(BASE, &[RIGHT]);
    assert_eq!((told.culprits(), told.from()), (vec![("worker", 310)], Some(("worker", 300))));
    assert!(told.is_certain() && told.story.route.is_some());
    assert_eq!(told.consequences(), [("webhook", 330)]);
    assert_eq!(told.story.first_time.unwrap() - events::START, 310);
}

#[test]
fn a_base_that_was_sent_is_the_fault_of_its_sender_and_one_from_outside_of_no_process() {
    let miss = [("clientId", "Ann-Carver"), ("table", "client")];
    for arrives in [true, false] {
        let mut log = made();
        log.ev(API, 40, "pass", &[("runId", BASE)]);
        log.ev(WORKER, 300, "receive", &[("runId", RIGHT), ("carrier", "env")]);
        log.ev(WORKER, 310, "send", &[("runId", BASE), ("carrier", "url")]);
        if arrives {
            log.ev(WEBHOOK, 320, "resolve", &[("runId", BASE), ("source", "query")]);
        }
        log.record(WEBHOOK, 330, "missing", BASE, &miss);
        // The first of several, if nothing says which.
        let culprit = if arrives { ("worker", 310) } else { ("api", 40) };
        assert_eq!(log.story(BASE, &[RIGHT]).culprits(), [culprit]);
    }
    for arrives in [true, false] {
        let mut log = made();
        log.ev(API, 5000, "pass", &[("runId", BASE)]);
        if arrives {
            log.ev(WEBHOOK, 6000, "resolve", &[("runId", BASE), ("source", "query")]);
        }
        log.record(WEBHOOK, 6010, "missing", BASE, &miss);
        let told = log.story(BASE, &[RIGHT]);
        let (culprits, arrived) =
            if arrives { (vec![], Some(("webhook", 6000))) } else { (vec![("api", 5000)], None) };
        assert_eq!((told.culprits(), told.arrived(), told.is_certain()), (culprits, arrived, false));
    }
}

#[test]
fn an_id_that_is_right_elsewhere_is_used_wrongly_where_the_right_one_was_in_hand() {
    let other = "251006-143000-Acme-Corp";
    let mut log = made();
    log.record(API, 25, "created", other, &[]);
    log.ev(("billing", ""), 30, "pass", &[("runId", other)]);
    log.ev(("worker", "w-1"), 300, "receive", &[("runId", RIGHT), ("carrier", "env")]);
    log.ev(("worker", "w-1"), 310, "pass", &[("runId", other)]);
    log.record(("worker", "w-1"), 320, "missing", other, &[("clientId", "Ann-Carver")]);
    let told = log.story(other, &[RIGHT]);
    assert_eq!((told.culprits(), told.from()), (vec![("worker", 310)], Some(("worker", 300))));
    assert_eq!((told.is_certain(), told.consequences()), (true, vec![("worker", 320)]));
}

#[test]
fn of_an_id_that_is_right_only_the_misses_are_told() {
    let mut log = made();
    log.ev(("worker", "w-1"), 5, "resolve", &[("runId", RIGHT), ("source", "query")]);
    log.record(("worker", "w-1"), 6, "missing", RIGHT, &[]);
    log.ev(("billing", ""), 100, "pass", &[("runId", RIGHT)]);
    let told = log.story(RIGHT, &[]);
    assert_eq!((told.culprits(), told.arrived(), told.last_right()), (vec![], None, None));
    assert_eq!((told.consequences(), told.story.consequence_count), (vec![("worker", 6)], 1));
    // For an ID that was never generated, everything is reported.
    log.ev(("worker", "w-2"), 200, "resolve", &[("runId", CUT), ("source", "query")]);
    log.record(("worker", "w-2"), 210, "missing", CUT, &[]);
    let told = log.story(CUT, &[]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], Some(("worker", 200))));
}

#[test]
fn a_wrong_base_is_followed_to_where_it_was_made() {
    let base = "251006-163000";
    let wrong = "251006-163000-Ann-Carver";
    let worker = ("worker", "w-1");
    let follow = |log: &mut Log| {
        log.ev(worker, 300, "resolve", &[("runId", base), ("source", "query")]);
        log.ev(worker, 310, "pass", &[("runId", wrong), ("within", base), ("arrived", "query")]);
        log.record(worker, 320, "missing", wrong, &[("within", base), ("arrived", "query")]);
    };
    let mut log = made();
    log.ev(("gate", "g-1"), 100, "resolve", &[("runId", BASE), ("source", "query")]);
    log.ev(("gate", "g-1"), 110, "send", &[("runId", base), ("carrier", "url")]);
    follow(&mut log);
    let told = log.story(wrong, &[RIGHT]);
    assert_eq!((told.culprits(), told.from()), (vec![("gate", 110)], Some(("gate", 100))));
    assert_eq!((told.is_certain(), told.is_of_operation(), told.in_hand()), (true, true, Some(RIGHT)));
    assert_eq!(told.consequences(), [("worker", 310), ("worker", 320)]);
    // From outside.
    let mut log = made();
    follow(&mut log);
    let told = log.story(wrong, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], Some(("worker", 300))));
    // Another base is not a change.
    let mut log = made();
    log.record(("gate", ""), 100, "created", base, &[]);
    log.ev(worker, 300, "pass", &[("runId", wrong)]);
    assert_eq!(log.story(wrong, &[RIGHT]).culprits(), [("worker", 300)]);
}

#[test]
fn those_that_hand_it_to_one_another_have_it_from_outside() {
    let mut log = made();
    let came = [("within", CUT), ("arrived", "query")];
    for (ms, who) in [(100, ("gate", "g-1")), (200, ("worker", "w-1"))] {
        log.ev(who, ms, "resolve", &[("runId", CUT), ("source", "query")]);
        log.ev(who, ms + 10, "send", &[&[("runId", CUT), ("carrier", "url")], &came[..]].concat());
    }
    log.record(("gate", "g-2"), 300, "missing", CUT, &came);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], Some(("gate", 100))));
}

#[test]
fn the_same_run_is_proof_and_another_thread_is_none() {
    for (within, is_certain) in [(BASE, true), ("251006-143001", false)] {
        let mut log = made();
        log.ev(("worker", "w-1"), 300, "pass", &[("runId", RIGHT), ("within", BASE)]);
        log.ev(("worker", "w-2"), 9000, "pass", &[("runId", CUT), ("within", within)]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!((told.from(), told.is_certain()), (Some(("worker", 300)), is_certain), "{within}");
    }
    for (thread, is_certain) in [("0", true), ("1", false)] {
        let mut log = made();
        log.ev(WORKER, 300, "pass", &[("runId", RIGHT), ("thread", thread)]);
        log.ev(WORKER, 310, "pass", &[("runId", CUT)]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!((told.from(), told.is_certain()), (Some(("worker", 300)), is_certain), "{thread}");
    }
}

#[test]
fn what_was_generated_for_a_request_did_not_come_with_it() {
    let mut log = made();
    for (source, culprits) in [("generated", vec![("worker", 310)]), ("query", vec![])] {
        let mut log = log.clone();
        log.ev(WORKER, 300, "resolve", &[("runId", CUT), ("source", source)]);
        log.ev(WORKER, 310, "pass", &[("runId", CUT)]);
        assert_eq!(log.story(CUT, &[RIGHT]).culprits(), culprits, "{source}");
    }
    log.ev(WORKER, 310, "pass", &[("runId", CUT), ("within", CUT), ("arrived", "env")]);
    assert_eq!(log.story(CUT, &[RIGHT]).source(), Some("env"));
}

#[test]
fn a_process_that_had_the_right_one_may_have_a_clock_that_is_ahead() {
    for (ms, culprits) in [(7000, vec![("worker", 7000)]), (7001, vec![])] {
        let mut log = made();
        log.ev(WORKER, 0, "pass", &[("runId", RIGHT)]);
        log.ev(WORKER, ms, "pass", &[("runId", CUT)]);
        log.ev(WEBHOOK, 1000, "resolve", &[("runId", CUT), ("source", "query")]);
        assert_eq!(log.story(CUT, &[RIGHT]).culprits(), culprits, "{ms}");
    }
}

#[test]
fn what_is_sent_later_is_not_what_came() {
    let mut log = made();
    log.ev(WEBHOOK, 1000, "resolve", &[("runId", CUT), ("source", "query")]);
    log.ev(WORKER, 60_000, "send", &[("runId", CUT), ("carrier", "url")]);
    let told = log.story(CUT, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], Some(("webhook", 1000))));
}

#[test]
fn a_base_is_not_used_wrongly_where_its_record_is_made() {
    let mut log = made();
    let who = ("worker", "w-1");
    log.ev(who, 300, "resolve", &[("runId", RIGHT), ("source", "query")]);
    log.record(who, 310, "exists", BASE, &[]);
    log.record(who, 320, "missing", BASE, &[("clientId", "Ann-Carver"), ("table", "client")]);
    assert_eq!(log.story(BASE, &[RIGHT]).culprits(), [("worker", 320)]);
}

#[test]
fn a_base_arrived_in_the_operation_that_missed() {
    let mut log = made();
    for (op, ms) in [("w-1", 300), ("w-2", 305)] {
        log.ev(("worker", op), ms, "resolve", &[("runId", BASE), ("source", "query")]);
    }
    log.record(("worker", "w-1"), 310, "missing", BASE, &[("clientId", "Ann-Carver"), ("table", "client")]);
    let told = log.story(BASE, &[RIGHT]);
    assert_eq!((told.culprits(), told.arrived()), (vec![], Some(("worker", 300))));
}

#[test]
fn the_process_that_sent_the_right_one_had_it_last() {
    for (carrier, last) in [("url", ("api", 100)), ("env", ("billing", 200))] {
        // A process may get back what it sent.
        for at in ["worker", "api"] {
            let mut log = made();
            for ms in [90, 100] {
                log.ev(API, ms, "send", &[("runId", RIGHT), ("carrier", carrier)]);
            }
            log.record(("billing", ""), 200, "found", RIGHT, &[]);
            log.ev((at, "w-1"), 300, "resolve", &[("runId", CUT), ("source", "query")]);
            log.ev(API, 400, "send", &[("runId", RIGHT), ("carrier", carrier)]);
            let told = log.story(CUT, &[RIGHT]);
            assert_eq!((told.arrived(), told.last_right()), (Some((at, 300)), Some(last)), "{carrier}");
        }
    }
}

#[test]
fn what_is_sent_seemingly_later_may_have_come_and_from_itself_not() {
    for (at, last) in [("worker", ("api", 400)), ("api", ("billing", 200))] {
        let mut log = made();
        log.record(("billing", ""), 200, "found", RIGHT, &[]);
        log.ev((at, "w-1"), 300, "resolve", &[("runId", CUT), ("source", "query")]);
        log.ev(API, 400, "send", &[("runId", RIGHT), ("carrier", "url")]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!((told.arrived(), told.last_right()), (Some((at, 300)), Some(last)));
    }
}

#[test]
fn what_is_found_was_created_whatever_the_clocks_say() {
    const AHEAD: i64 = 300_000;
    let mut log = Log::at(Level::All);
    log.record(API, AHEAD, "created", RIGHT, &[]);
    log.ev(API, AHEAD + 400, "pass", &[("runId", RIGHT)]);
    for (service, ms) in [("mailer", 600), ("billing", 500)] {
        log.record((service, ""), ms, "found", RIGHT, &[]);
    }
    log.ev(WEBHOOK, 1000, "resolve", &[("runId", CUT), ("source", "query")]);
    assert_eq!(log.story(CUT, &[RIGHT]).last_right(), Some(("api", AHEAD + 400)));
}

#[test]
fn the_order_of_lines_and_files_does_not_matter() {
    for (way, wrong) in WAYS {
        for position in [Position::Itself, Position::Before, Position::Outside] {
            for level in [Level::Lifecycle, Level::All] {
                let log = world(way, wrong, position, level);
                let told = log.story(wrong, &[RIGHT]);
                let mut newest_first = log.clone();
                newest_first.lines.reverse();
                let of_service = |service: &str| {
                    let lines = log.lines.iter().filter(|line| line.contains(service));
                    lines.cloned().collect::<Vec<_>>().join("\n") + "\n"
                };
                let split = [of_service("\"worker\""), of_service("\"api\"")];
                for again in [newest_first.story(wrong, &[RIGHT]), told_by(&split, wrong)] {
                    let context = format!("{way} {position:?} {level:?}");
                    assert_eq!((again.to(), again.from()), (told.to(), told.from()), "{context}");
                    assert_eq!(
                        (again.arrived(), again.last_right(), again.is_certain()),
                        (told.arrived(), told.last_right(), told.is_certain()),
                        "{context}"
                    );
                    assert_eq!(again.consequences(), told.consequences(), "{context}");
                }
            }
        }
    }
}

fn told_by(contents: &[String], wrong: &str) -> events::Told {
    told(contents, wrong, &[RIGHT])
}

#[test]
fn parts_of_a_file_are_read_as_one() {
    // In three parts, with each act in a different one.
    let noise = "2025-10-06T14:30:00Z nothing of interest happens here\n".repeat(100_000);
    let mut log = made();
    log.ev(WORKER, 300, "pass", &[("runId", RIGHT)]);
    log.ev(WORKER, 310, "pass", &[("runId", CUT)]);
    log.record(WEBHOOK, 400, "missing", CUT, &[]);
    let content = log.lines.join(&format!("\n{noise}")) + "\n";
    assert!(content.len() > 24 * 1024 * 1024);
    let told = told_by(&[content], CUT);
    assert_eq!((told.culprits(), told.from()), (vec![("worker", 310)], Some(("worker", 300))));
    assert!(told.is_certain());
    let lines: Vec<u64> = told.story.evidence.iter().map(|place| place.line).collect();
    assert_eq!(lines, [300_004, 400_005, 500_006]);
}

#[test]
fn what_another_operation_had_in_hand_proves_nothing() {
    for (held, op, is_certain) in
        [("h-1", "h-1", true), ("", "", true), ("", "h-1", false), ("h-1", "h-2", false), ("h-1", "", false)]
    {
        let mut log = made();
        log.ev(("webhook", held), 300, "pass", &[("runId", RIGHT)]);
        log.ev(("webhook", op), 400, "pass", &[("runId", CUT)]);
        log.record(("webhook", op), 410, "missing", CUT, &[]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!((told.culprits(), told.is_certain()), (vec![("webhook", 400)], is_certain), "{held} {op}");
    }
}

#[test]
fn a_base_that_came_just_before_may_be_the_one_that_was_used() {
    for arrives in [true, false] {
        let mut log = made();
        if arrives {
            log.ev(WEBHOOK, 290, "resolve", &[("runId", BASE), ("source", "header")]);
        }
        log.ev(WEBHOOK, 300, "resolve", &[("runId", RIGHT), ("source", "query")]);
        log.ev(WEBHOOK, 310, "pass", &[("runId", BASE)]);
        log.record(WEBHOOK, 320, "missing", BASE, &[("clientId", "Ann-Carver"), ("table", "client")]);
        let told = log.story(BASE, &[RIGHT]);
        assert_eq!((told.culprits(), told.is_certain()), (vec![("webhook", 310)], !arrives), "{arrives}");
    }
}

#[test]
fn where_arrivals_are_not_logged_the_wrong_id_may_have_come() {
    for (level, arrives, culprits) in [
        (Level::Lifecycle, true, vec![("gate", 710)]),
        (Level::All, true, vec![]),
        (Level::All, false, vec![("gate", 710)]),
    ] {
        let mut log = Log::at(level);
        log.record(API, 20, "created", RIGHT, &[]);
        for (ms, run_id) in [(300, RIGHT), (700, CUT)] {
            if arrives || run_id == RIGHT {
                log.ev(("gate", ""), ms, "resolve", &[("runId", run_id), ("source", "query")]);
            }
            log.ev(("gate", ""), ms + 10, "send", &[("runId", run_id), ("carrier", "url")]);
        }
        log.record(WEBHOOK, 730, "missing", CUT, &[]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!(told.culprits(), culprits, "{level:?} {arrives}");
        assert_eq!(told.is_certain(), !arrives, "{level:?} {arrives}");
    }
}

#[test]
fn a_process_that_may_have_received_it_from_another_culprit_is_not_proved() {
    for (arrives, is_certain) in [(false, false), (true, true)] {
        let mut log = made();
        let (worker, webhook) = (("worker", "w-1"), ("webhook", "h-1"));
        log.ev(worker, 200, "receive", &[("runId", RIGHT), ("carrier", "env")]);
        log.ev(worker, 210, "send", &[("runId", CUT), ("carrier", "data"), ("within", RIGHT)]);
        if arrives {
            log.ev(("mailer", "m-1"), 260, "receive", &[("runId", CUT), ("carrier", "data")]);
        }
        log.ev(webhook, 300, "resolve", &[("runId", RIGHT), ("source", "header")]);
        log.ev(webhook, 310, "pass", &[("runId", CUT), ("within", RIGHT), ("arrived", "header")]);
        log.record(webhook, 320, "missing", CUT, &[("within", RIGHT), ("arrived", "header")]);
        let told = log.story(CUT, &[RIGHT]);
        assert_eq!(told.culprits(), [("worker", 210), ("webhook", 310)], "{arrives}");
        assert_eq!(told.is_certain(), is_certain, "{arrives}");
    }
}

/// The names of this many processes.
fn processes(count: usize) -> impl Iterator<Item = &'static str> {
    (0..count).map(|at| &*format!("p-{at:04}").leak())
}

#[test]
fn a_wrong_base_that_more_than_sixteen_processes_had_is_not_followed() {
    let base = "251006-163000";
    let wrong = "251006-163000-Ann-Carver";
    for (others, culprit) in [(14, ("gate", 110)), (15, ("worker", 310))] {
        let mut log = made();
        log.ev(("gate", "g-1"), 100, "resolve", &[("runId", BASE), ("source", "query")]);
        log.ev(("gate", "g-1"), 110, "send", &[("runId", base), ("carrier", "url")]);
        log.ev(("worker", "w-1"), 300, "resolve", &[("runId", base), ("source", "query")]);
        let within = [("within", base), ("arrived", "query")];
        log.ev(("worker", "w-1"), 310, "pass", &[&[("runId", wrong)], &within[..]].concat());
        log.record(("worker", "w-1"), 320, "missing", wrong, &within);
        for process in processes(others) {
            log.ev((process, ""), 500, "resolve", &[("runId", base), ("source", "query")]);
        }
        assert_eq!(log.story(wrong, &[RIGHT]).culprits(), [culprit], "{others}");
    }
}

#[test]
fn who_only_handed_a_base_over_is_looked_for_among_at_most_sixteen_processes() {
    // The API, the gate, and the webhook that missed the record.
    for (others, culprits) in [(13, vec![("gate", 110)]), (14, vec![])] {
        let mut log = made();
        log.ev(("gate", "g-1"), 110, "send", &[("runId", BASE), ("carrier", "url"), ("within", RIGHT)]);
        for process in processes(others) {
            log.ev((process, ""), 50, "resolve", &[("runId", BASE), ("source", "env")]);
        }
        log.ev(WEBHOOK, 300, "resolve", &[("runId", BASE), ("source", "query")]);
        log.record(WEBHOOK, 310, "missing", BASE, &[("clientId", "Ann-Carver"), ("table", "client")]);
        assert_eq!(log.story(BASE, &[RIGHT]).culprits(), culprits, "{others}");
    }
}

#[test]
fn five_candidates_are_looked_for_in_the_hands_of_a_process() {
    let rights: Vec<String> = (0..6).map(|at| format!("{CUT}-Carver{at}")).collect();
    let rights: Vec<&str> = rights.iter().map(String::as_str).collect();
    for (at, in_hand) in [(4, Some(rights[4])), (5, None)] {
        let mut log = made();
        log.ev(("worker", "w-1"), 300, "pass", &[("runId", rights[at])]);
        log.ev(("worker", "w-1"), 310, "pass", &[("runId", CUT)]);
        log.record(("worker", "w-1"), 320, "missing", CUT, &[]);
        assert_eq!(log.story(CUT, &rights).in_hand(), in_hand, "{at}");
    }
}

/// Of a hundred processes that looked a base up, one had a run of the first client in hand: the later ones are likelier.
#[test]
fn sixty_four_uses_of_a_wrong_id_put_its_candidates_in_order() {
    let meant = &format!("{BASE}-Lee00");
    for (holder, is_first) in [(0, true), (63, true), (64, false), (99, false)] {
        let mut log = Log::at(Level::All);
        for ms in 0..100 {
            log.record(API, 100 + ms, "created", &format!("{BASE}-Lee{ms:02}"), &[]);
        }
        for (at, process) in processes(100).enumerate() {
            let ms = 20_000 + i64::try_from(at).unwrap();
            let mut fields = vec![("action", "missing"), ("table", "client"), ("runId", BASE)];
            fields.extend((at == holder).then_some(("within", &**meant)));
            log.ev((process, ""), ms, "record", &fields);
        }
        let history = events::read(&[log.lines.join("\n") + "\n"]);
        let found: Vec<Finding> = judge(&history, 86_400_000).iter().collect();
        let missing = found.iter().find(|finding| finding.class.name() == "suffix-missing").unwrap();
        let named = missing.candidates.iter().chain(&missing.expected);
        let is_named = named.into_iter().any(|name| history.names.text(*name) == meant);
        assert_eq!(is_named, is_first, "{holder}: {missing:?}");
    }
}

#[test]
fn sixteen_sends_before_an_arrival_and_sixteen_seemingly_after_it_may_be_what_came() {
    // Those in between went by another carrier; the nearest is looked at first.
    for side in [-1, 1] {
        for (between, is_known) in [(15, true), (16, false)] {
            let mut log = Log::at(Level::All);
            log.record(API, 0, "created", RIGHT, &[]);
            for (ms, process) in (1..).zip(processes(between)) {
                log.ev((process, ""), 2000 + side * ms, "send", &[("runId", RIGHT), ("carrier", "env")]);
            }
            log.ev(("gate", ""), 2000 + side * 100, "send", &[("runId", RIGHT), ("carrier", "url")]);
            log.ev(("worker", "w-1"), 2000, "resolve", &[("runId", CUT), ("source", "query")]);
            let told = log.story(CUT, &[RIGHT]);
            let is_gate = told.last_right() == Some(("gate", 2000 + side * 100));
            assert_eq!(
                (is_gate, told.in_hand().is_some()),
                (is_known, is_known),
                "{side} {between}: {told:?}"
            );
        }
    }
}
