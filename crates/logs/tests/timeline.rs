//! In which order the events of a run happened, who handed it on, and where its findings are seen.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[path = "support/files.rs"]
mod files;
#[path = "support/log.rs"]
mod log;

use files::Folder;
use log::{ANN, HOUR, Log, base, first_text, flow_of, flow_of_all, usize_of, whole};
use run_id_logs::read::input::Progress;
use run_id_logs::show::flow;
use run_id_logs::show::verdict::Files;
use serde_json::{Value, json};

#[test]
fn a_mark_is_in_the_process_of_its_finding_and_accuses_no_other() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let twice = format!("{run_id}-{ANN}");
    log.event("mail", "resolve", &run_id, &json!({ "source": "body" }));
    log.record("web", "missing", &twice);
    log.record("mail", "missing", &twice);
    let flow = flow_of(&run_id, &log);
    let marks = flow["marks"].as_array().unwrap();
    for (finding, mark) in flow["findings"].as_array().unwrap().iter().zip(marks) {
        let event = &flow["events"][usize_of(&mark["event"])];
        assert_eq!(event["process"], finding["process"]);
    }
}

#[test]
fn a_line_is_kept_as_it_was_written() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let written = log.text.lines().next().unwrap().to_owned();
    log.text = format!("\t{}", log.text.replace('\n', "\r\n"));
    assert_eq!(first_text(&run_id, &log), format!("\t{written}"));
    log.text = format!("{} {run_id}", "x".repeat(5_000));
    let text = first_text(&run_id, &log);
    assert_eq!((text.len(), &text[4094..]), (4099, "xx..."));
}

/// The numbers of the lines of a run in the order in which they are drawn.
fn drawn_lines(flow: &Value) -> Vec<u64> {
    flow["events"].as_array().unwrap().iter().map(|event| event["line"].as_u64().unwrap()).collect()
}

#[test]
fn causes_come_before_their_effects_whatever_the_clocks_say() {
    let mut log = Log::default();
    let (job, one, two) = (base(1), format!("{}-{ANN}", base(1)), format!("{}-Acme-Corp", base(1)));
    log.record("web", "found", &one);
    log.record("web", "found", &two);
    log.record("mail", "found", &two);
    log.event("api", "generate", &job, &json!({}));
    log.record("api", "created", &one);
    log.record("api", "created", &two);
    log.record("api", "completed", &two);
    // Each as late as it can be before what needs it; what api did last waits for its time.
    assert_eq!(drawn_lines(&flow_of(&job, &log)), [4, 5, 1, 6, 2, 3, 7]);
}

#[test]
fn the_events_of_a_process_stay_in_its_order() {
    // The finisher's clock is three seconds slow.
    let mut log = Log::default();
    let (job, one) = (base(1), format!("{}-{ANN}", base(1)));
    let at = |ms: i32| {
        let (second, millis) = (ms.div_euclid(1000) + 10, ms.rem_euclid(1000));
        json!({ "time": format!("2025-10-06T14:30:{second:02}.{millis:03}Z") })
    };
    let record = |action: &str, table: &str, ms: i32| {
        let mut fields = at(ms);
        fields["action"] = json!(action);
        fields["table"] = json!(table);
        fields
    };
    log.event("api", "generate", &job, &at(10));
    log.event("api", "record", &job, &record("created", "job", 20));
    log.event("api", "record", &one, &record("created", "client", 30));
    log.event("finisher", "resolve", &one, &at(-500));
    log.event("finisher", "record", &one, &record("found", "client", -400));
    log.event("finisher", "record", &one, &record("completed", "client", -300));
    log.event("finisher", "record", &job, &record("completed", "job", -200));
    log.event("worker", "record", &one, &record("updated", "client", 3_040));
    assert_eq!(drawn_lines(&flow_of(&job, &log)), [1, 4, 2, 3, 5, 8, 6, 7]);
}

#[test]
fn the_numbers_of_a_thread_go_before_its_times() {
    let mut log = Log::default();
    let run_id = format!("{}-{ANN}", base(1));
    for (thread, n) in [(0, 2), (1, 1), (0, 1), (0, 3), (1, 2)] {
        log.event("api", "pass", &run_id, &json!({ "thread": thread, "n": n }));
    }
    // In thread 0, the second line has the earliest time, and still comes after the first.
    assert_eq!(drawn_lines(&flow_of(&run_id, &log)), [2, 3, 1, 4, 5]);
}

#[test]
fn what_was_exported_with_the_newest_first_is_turned_round() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    // The same millisecond, and no number: only the place tells.
    let time = json!({ "time": "2025-10-06T14:00:10.000Z" });
    for _ in 0..3 {
        log.event("api", "pass", &run_id, &time);
    }
    let forward = flow_of(&run_id, &log);
    assert_eq!(drawn_lines(&forward), [1, 2, 3, 4, 5, 6]);
    let lines: Vec<&str> = log.text.lines().rev().collect();
    let reverse = flow_of_all(&run_id, &[&lines.join("\n")]);
    assert_eq!(drawn_lines(&reverse), [6, 5, 4, 3, 2, 1]);
}

#[test]
fn who_makes_an_id_again_does_not_come_before_who_made_it_first() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    log.record("api", "created", &run_id);
    log.event("web", "generate", &run_id, &json!({}));
    log.event("web", "generate", &base(2), &json!({}));
    log.line(&format!("{} {run_id}", base(2)));
    assert_eq!(drawn_lines(&flow_of(&run_id, &log)), [1, 2, 3, 4, 5, 7]);
}

#[test]
fn what_must_come_first_is_moved_and_not_what_waits_for_it() {
    let mut log = Log::default();
    let run_id = format!("{}-{ANN}", base(1));
    log.record("web", "found", &run_id);
    log.event("mail", "pass", &run_id, &json!({}));
    log.event("api", "pass", &run_id, &json!({}));
    log.record("api", "created", &run_id);
    log.record("api", "completed", &run_id);
    // With the record comes what api did before it, and not what it did after.
    assert_eq!(drawn_lines(&flow_of(&base(1), &log)), [3, 4, 1, 2, 5]);
}

#[test]
fn what_goes_round_in_a_circle_is_shown_by_time() {
    let mut log = Log::default();
    let (one, two) = (format!("{}-{ANN}", base(1)), format!("{}-Acme-Corp", base(1)));
    log.record("api", "found", &one);
    log.record("api", "created", &two);
    log.event("mail", "pass", &two, &json!({}));
    log.record("web", "found", &two);
    log.record("web", "created", &one);
    assert_eq!(drawn_lines(&flow_of(&base(1), &log)), [1, 2, 3, 4, 5]);
}

/// The hand-overs as `from > to`, with `?` before what is only seen next, and the number of the event.
fn arrows(flow: &Value) -> Vec<String> {
    let service = |process: &Value| process.as_str().unwrap().split('@').next().unwrap().to_owned();
    let arrow = |one: &Value| {
        let sign = if one["proved"] == true { "" } else { "?" };
        format!("{sign}{} > {} {}", service(&one["from"]), service(&one["to"]), one["event"])
    };
    flow["handOvers"].as_array().unwrap().iter().map(arrow).collect()
}

#[test]
fn a_hand_over_is_proved_by_who_sent_and_who_took() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let by = |carrier: &str| json!({ "carrier": carrier });
    log.event("api", "send", &run_id, &by("env"));
    log.event("idle", "pass", &run_id, &json!({}));
    log.event("worker", "receive", &run_id, &by("env"));
    log.event("worker", "send", &run_id, &by("url"));
    log.event("idle", "pass", &run_id, &json!({}));
    log.event("webhook", "resolve", &run_id, &json!({ "source": "query" }));
    // By a carrier by which nothing was sent.
    log.event("queue", "receive", &run_id, &by("data"));
    // Not from itself, but from a process that sent it later by its own clock.
    log.event("worker", "receive", &run_id, &by("url"));
    // Each time, its sender is looked up again.
    log.event("api", "send", &run_id, &by("url"));
    log.event("webhook", "resolve", &run_id, &json!({ "source": "query" }));
    // Its own RUN_ID, and an ID without a sender.
    log.event("cron", "resolve", &run_id, &json!({ "source": "parentRunId" }));
    assert_eq!(
        arrows(&flow_of(&run_id, &log)),
        [
            "?api > idle 4",
            "api > worker 5",
            "worker > webhook 8",
            "?webhook > queue 9",
            "api > worker 11",
            "api > webhook 12",
            "?webhook > cron 13",
        ]
    );
}

#[test]
fn a_changed_id_is_handed_over_too_and_another_one_proves_nothing() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let lower = run_id.to_lowercase();
    log.event("api", "send", &run_id, &json!({ "carrier": "url" }));
    log.event("worker", "send", &lower, &json!({ "carrier": "url" }));
    log.event("webhook", "resolve", &lower, &json!({ "source": "query" }));
    log.record("webhook", "missing", &lower);
    log.event("mail", "resolve", &base(1), &json!({ "source": "query" }));
    assert_eq!(arrows(&flow_of(&run_id, &log)), ["worker > webhook 5", "?api > mail 7"]);
}

#[test]
fn one_operation_in_two_processes_is_a_proof() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    for (service, op) in [("api", "a1"), ("worker", "b2"), ("worker", "a1"), ("api", "b2"), ("api", "a1")] {
        log.event(service, "pass", &run_id, &json!({ "op": op }));
    }
    let arrows = arrows(&flow_of(&run_id, &log));
    assert_eq!(arrows, ["?api > worker 4", "api > worker 5", "worker > api 6", "worker > api 7"]);
}

#[test]
fn an_answer_is_the_same_in_pieces_of_any_size() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    for client in 0..7 {
        log.record("web", "missing", &format!("{run_id}-{client}"));
        log.event(&format!("web-{client}"), "pass", &run_id, &json!({}));
    }
    // Two records of one line, and a file that is compressed.
    let two = format!(r#"[{{"runId":"{run_id}","msg":"one"}},{{"runId":"{run_id}","msg":"two"}}]"#);
    let folder = Folder::new();
    let files = [
        folder.write("a.log", log.text.as_bytes()),
        folder.write("b.json", two.as_bytes()),
        folder.write("c.log.gz", &files::gzip(log.text.as_bytes())),
    ];
    let answer = || flow::flow(&run_id, Files::from(files.to_vec()), HOUR, &Progress::default()).unwrap();
    let all = whole(&mut answer(), usize::MAX);
    assert!(all["events"].as_array().unwrap().len() > 20);
    for name in ["events", "handOvers", "findings", "marks"] {
        let count = all[format!("{}Count", name.trim_end_matches('s')).as_str()].as_u64().unwrap();
        assert_eq!(all[name].as_array().unwrap().len() as u64, count, "{name}");
    }
    for event in all["events"].as_array().unwrap() {
        let text = event["text"].as_str().unwrap();
        assert!(text.contains(event["runId"].as_str().unwrap()), "{event}");
    }
    for count in [1, 2, 7, 1000] {
        assert_eq!(whole(&mut answer(), count), all, "{count}");
    }
    // Without the lines, and in any order.
    let mut answer = answer();
    let of = |json: String| serde_json::from_str::<Value>(&json).unwrap();
    assert_eq!(of(answer.events(3, 2, false).unwrap())[0]["text"], Value::Null);
    assert_eq!(of(answer.events(20, 5, true).unwrap())[4], all["events"][24]);
    assert_eq!(of(answer.events(3, 2, true).unwrap())[1], all["events"][4]);
    assert_eq!(answer.events(usize::MAX, usize::MAX, true).unwrap(), "[]");
    // A line that is gone cannot be read again, and its event is shown without it.
    drop(folder);
    let mut gone = of(answer.events(10, 1, true).unwrap());
    assert_eq!(gone[0]["text"], all["events"][10]["text"], "it was read with the others");
    let mut fresh = answer;
    gone = of(fresh.events(0, 1, true).unwrap());
    assert_eq!((&gone[0]["text"], &gone[0]["line"]), (&Value::Null, &all["events"][0]["line"]));
}

#[test]
fn each_process_is_handed_the_run_once_by_who_held_it_last() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    for service in ["web", "api", "mail", "web", "mail"] {
        log.event(service, "resolve", &run_id, &json!({ "source": "body" }));
    }
    let flow = flow_of(&run_id, &log);
    let of = |service: &str| format!("{service}@h/7/0a1b2c3d");
    assert_eq!(
        flow["handOvers"],
        json!([
            { "from": of("api"), "to": of("web"), "event": 3, "proved": false },
            { "from": of("api"), "to": of("mail"), "event": 5, "proved": false },
        ])
    );
    assert_eq!(flow["processes"], json!([of("api"), of("web"), of("mail")]));
}

#[test]
fn what_is_refused_or_missed_is_not_handed_over() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let code = "ERR_RUN_ID_KIND";
    log.event("web", "reject", "", &json!({ "code": code, "received": run_id, "runId": null }));
    log.record("mail", "missing", &run_id);
    let flow = flow_of(&run_id, &log);
    assert_eq!(flow["processes"].as_array().unwrap().len(), 3);
    assert_eq!(flow["handOvers"], json!([]));
}

#[test]
fn another_id_may_have_been_made_later() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let again = format!("{}5-{ANN}", &base(1)[..12]);
    log.event("web", "generate", &again[..13], &json!({}));
    log.record("web", "missing", &again);
    let flow = flow_of(&run_id, &log);
    assert_eq!(flow["findings"][0]["class"], "minted-again");
    assert_eq!(drawn_lines(&flow), [1, 2, 3, 4, 5]);
}

#[test]
fn what_was_missed_was_not_there_yet() {
    let mut log = Log::default();
    let run_id = format!("{}-{ANN}", base(1));
    log.event("api", "generate", &run_id, &json!({}));
    log.record("web", "missing", &run_id);
    log.record("api", "created", &run_id);
    log.record("api", "completed", &run_id);
    assert_eq!(drawn_lines(&flow_of(&run_id, &log)), [1, 2, 3, 4]);
}

#[test]
fn a_base_stays_the_runs_own_where_a_client_was_lost() {
    let mut log = Log::default();
    let job = base(1);
    log.run(&job, ANN);
    log.event("web", "resolve", &job, &json!({ "source": "body" }));
    let lost = json!({ "action": "missing", "table": "client", "clientId": ANN });
    log.event("web", "record", &job, &lost);
    let flow = flow_of(&job, &log);
    assert_eq!(flow["findings"][0]["class"], "suffix-missing");
    assert_eq!(flow["handOvers"].as_array().unwrap().len(), 1);
}

#[test]
fn a_line_without_a_time_stands_where_its_log_has_it() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    log.line(&format!("mailed {run_id}"));
    log.record("api", "found", &run_id);
    let bare = format!("{run_id} not found\n");
    let flow = flow_of_all(&run_id, &[&log.text, &bare]);
    let places: Vec<_> = flow["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["file"].as_str().unwrap().ends_with("0.log"), event["line"].as_u64().unwrap()))
        .collect();
    // Nothing tells the time of the other log; the ID was generated before.
    assert_eq!(places, [(true, 1), (false, 1), (true, 2), (true, 3), (true, 4), (true, 5)]);
}

#[test]
fn an_id_that_should_not_have_got_a_client_became_no_other() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let code = "ERR_RUN_ID_SUFFIX";
    log.event("web", "reject", "", &json!({ "code": code, "received": run_id, "runId": null }));
    let flow = flow_of(&run_id, &log);
    assert_eq!(flow["findings"][0]["expected"], json!(run_id));
    assert_eq!(flow["marks"], json!([{ "finding": 0, "event": 3, "isChange": false }]));
}

#[test]
fn who_resolves_a_cut_suffix_is_handed_nothing() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), "Ann-Carver");
    let cut = format!("{}-Ann", base(1));
    log.event("web", "resolve", &cut, &json!({ "source": "body" }));
    log.record("web", "missing", &cut);
    // Seen from the job, the cut ID is of the same base.
    let flow = flow_of(&base(1), &log);
    assert_eq!(flow["findings"][0]["expected"], json!(run_id));
    assert_eq!(flow["handOvers"], json!([]));
}

#[test]
fn a_logger_and_the_events_of_its_process_are_one_lane() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let line = |second: u32, pid: u32| {
        format!(
            r#"{{"time":"2025-10-06T14:00:{second:02}.500Z","hostname":"h","pid":{pid},"runId":"{run_id}","msg":"x"}}"#
        )
    };
    // Another pid, and the same pid at another time in another file.
    for text in [line(1, 7), line(1, 8)] {
        log.line(&text);
    }
    let flow = flow_of_all(&run_id, &[&log.text, &format!("{}\n", line(59, 9))]);
    assert_eq!(flow["processes"], json!(["api@h/7/0a1b2c3d", "h/8", "h/9"]));
    assert_eq!(arrows(&flow), ["?api > h/8 3", "?api > h/9 5"]);
}

#[test]
fn a_finding_names_the_process_of_a_loggers_line_as_its_events_do() {
    for (pid, process) in [(7, "api@h/7/0a1b2c3d"), (8, "h/8")] {
        let mut log = Log::default();
        log.run(&base(1), ANN);
        let unknown = format!("{}-{ANN}", base(2));
        let time = "2025-10-06T14:00:01.500Z";
        log.line(&format!(r#"{{"time":"{time}","hostname":"h","pid":{pid},"runId":"{unknown}","msg":"x"}}"#));
        let flow = flow_of(&unknown, &log);
        assert_eq!(flow["findings"][0]["process"], process);
    }
}
