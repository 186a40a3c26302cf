//! Files as they are found: compressed, cut, empty, or not there.

#![expect(clippy::panic, reason = "a missing program must say so")]
#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[path = "support/files.rs"]
mod files;

use std::io::{self, Read};
use std::process::Command;

use files::{Folder, gzip};
use run_id_logs::read::input::{Progress, divisible, open};
use run_id_logs::read::scan::Scanner;
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{Files, Verdict};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

/// Each with one of 60 runs.
fn lines(count: u32) -> String {
    let lines = (0..count).map(|at| format!("line {at} of run 251006-{:06}\n", at % 60));
    lines.collect::<Vec<_>>().concat()
}

/// The run IDs of a file with their lines, and what went wrong.
fn scan(path: &str) -> (Vec<(String, u64)>, io::Result<()>) {
    let mut found = Vec::new();
    let outcome = open(path, &Progress::default()).and_then(|mut input| {
        Scanner::default().scan(&mut input, |find| {
            found.push((String::from_utf8(find.text.to_vec()).unwrap(), find.line));
        })
    });
    (found, outcome)
}

fn check(path: &str) -> Value {
    summary_of(vec![path.to_owned()])
}

fn summary_of(files: Vec<String>) -> Value {
    let verdict = Verdict::of(Files::from(files), DAY, &Selection::default(), &Progress::default());
    serde_json::from_str(&verdict.summary().unwrap()).unwrap()
}

fn content_of(path: &str) -> Vec<u8> {
    let mut content = Vec::new();
    open(path, &Progress::default()).unwrap().read_to_end(&mut content).unwrap();
    content
}

#[test]
fn compressed_files_are_unpacked_whatever_their_name() {
    let folder = Folder::new();
    let text = b"251006-143000 begins\nx\n251006-143001-Ann-Carver not found";
    for name in ["a.log.gz", "a.log", "-"] {
        let path = folder.write(name, &gzip(text));
        assert_eq!(divisible(&path), None);
        assert_eq!(content_of(&path), text);
        let (found, outcome) = scan(&path);
        assert_eq!(found, [("251006-143000".to_owned(), 1), ("251006-143001-Ann-Carver".to_owned(), 3)]);
        assert!(outcome.is_ok());
        assert_eq!(check(&path)["runs"], 1);
    }
    let plain = folder.write("b.gz", text);
    assert_eq!(
        (content_of(&plain).as_slice(), divisible(&plain)),
        (&text[..], Some((text.len() as u64, text.to_vec())))
    );
}

#[test]
fn every_member_of_a_compressed_file_is_read() {
    let folder = Folder::new();
    let members = [gzip(b"251006-143000\n251006-"), gzip(b""), gzip(b"143001\n"), gzip(b"251006-143002")];
    let (found, outcome) = scan(&folder.write("a.gz", &members.concat()));
    let wanted = [("251006-143000", 1), ("251006-143001", 2), ("251006-143002", 3)];
    assert_eq!(found, wanted.map(|(run_id, line)| (run_id.to_owned(), line)));
    assert!(outcome.is_ok());
}

#[test]
fn what_came_before_the_end_of_a_cut_file_counts_and_the_cut_is_told() {
    let folder = Folder::new();
    let lines = lines(50_000);
    let whole = gzip(lines.as_bytes());
    for kept in [whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        let path = folder.write("cut.gz", &whole[..kept]);
        let (found, outcome) = scan(&path);
        assert!(found.len() > 10_000 && found.iter().zip(1..).all(|((_, line), wanted)| *line == wanted));
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let answer = check(&path);
        assert_eq!(
            (&answer["runs"], answer["problems"].as_array().unwrap().len()),
            (&json!(60), 1),
            "{kept}"
        );
        assert_eq!(answer["problems"][0]["file"], path.as_str());
        assert!(!answer["problems"][0]["problem"].as_str().unwrap().is_empty());
    }
    let (found, outcome) = scan(&folder.write("start.gz", &whole[..5]));
    assert!(found.is_empty() && outcome.is_err());
}

#[test]
fn a_damaged_file_is_a_problem_and_no_panic() {
    let folder = Folder::new();
    let lines = lines(5_000);
    let whole = gzip(lines.as_bytes());
    for at in (0..whole.len()).step_by(999).skip(1) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let path = folder.write("damaged.gz", &damaged);
        assert!(scan(&path).1.is_err(), "{at}");
        assert_eq!(check(&path)["problems"].as_array().unwrap().len(), 1, "{at}");
    }
}

#[test]
fn short_files_are_read_as_they_are() {
    let folder = Folder::new();
    for content in [&b""[..], b"\x1F", b"2", b"\n", b"ab"] {
        let path = folder.write("short.log", content);
        assert_eq!(content_of(&path), content);
        let (found, outcome) = scan(&path);
        assert!(found.is_empty() && outcome.is_ok());
        let answer = check(&path);
        assert_eq!(
            (&answer["consistent"], &answer["runs"], &answer["problems"]),
            (&json!(true), &json!(0), &json!([]))
        );
    }
    assert_eq!(divisible(&folder.write("empty.log", b"")), None);
}

#[test]
fn a_path_that_is_not_a_file_is_a_problem_and_the_others_are_read() {
    let folder = Folder::new();
    let good = folder.write("good.log", b"251006-143000\n");
    let missing = folder.path("missing.log");
    let files = [folder.path(""), good, missing];
    assert_eq!(divisible(&files[0]), None);
    let answer = summary_of(files.to_vec());
    let problems = answer["problems"].as_array().unwrap();
    let named: Vec<_> = problems.iter().map(|problem| problem["file"].as_str().unwrap()).collect();
    assert_eq!(named, [files[0].as_str(), files[2].as_str()]);
    assert_eq!(answer["runs"], 1);
    let folder_is = if cfg!(windows) { io::ErrorKind::PermissionDenied } else { io::ErrorKind::IsADirectory };
    for (file, kind) in [(&files[0], folder_is), (&files[2], io::ErrorKind::NotFound)] {
        assert_eq!(scan(file).1.unwrap_err().kind(), kind);
    }
}

#[test]
fn progress_counts_the_bytes_of_the_file() {
    let folder = Folder::new();
    let packed = gzip(&b"251006-143000\n".repeat(100_000));
    for content in [packed.as_slice(), b"251006-143000\n", b""] {
        let path = folder.write("a.log", content);
        let progress = Progress::default();
        open(&path, &progress).unwrap().read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(progress.read(), content.len() as u64);
    }
}

fn run(program: &str, options: &[&str], path: &str) -> Vec<u8> {
    let output = Command::new(program).args(options).arg("-c").arg(path).output();
    let output =
        output.unwrap_or_else(|error| panic!("{program}, of Debian's package of that name: {error}"));
    assert!(output.status.success());
    output.stdout
}

#[test]
fn zstandard_is_unpacked_frame_by_frame() {
    let folder = Folder::new();
    let text = lines(50_000);
    let plain = folder.write("plain.log", text.as_bytes());
    let frame = run("zstd", &["-q", "-19"], &plain);
    let skipped = b"\x50\x2A\x4D\x18\x03\0\0\0abc";
    let frames = [&frame[..], skipped, &frame, skipped].concat();
    let path = folder.write("a.log", &frames);
    assert_eq!(divisible(&path), None);
    assert!(content_of(&path) == text.repeat(2).into_bytes());
    assert_eq!(check(&path)["runs"], 60);

    for kept in [frame.len() / 2, frame.len() - 1, 6] {
        let path = folder.write("cut.zst", &frame[..kept]);
        let (found, outcome) = scan(&path);
        assert!(found.iter().zip(1..).all(|((_, line), wanted)| *line == wanted));
        assert!(outcome.is_err(), "{kept}");
    }
    for at in (4..frame.len()).step_by(1999) {
        let mut damaged = frame.clone();
        damaged[at] ^= 0x55;
        // Without a checksum, damage may go unnoticed; nothing worse may happen.
        let _ = scan(&folder.write("damaged.zst", &damaged));
    }
}

#[test]
fn a_window_of_zstandard_above_8_mib_is_named() {
    let folder = Folder::new();
    // A header without content size and dictionary, and a window of 2^(10 + exponent).
    for (exponent, is_read) in [(13, true), (14, false), (31, false)] {
        let empty_block = [1, 0, 0];
        let path =
            folder.write("w.zst", &[b"\x28\xB5\x2F\xFD\0", &[exponent << 3][..], &empty_block].concat());
        match open(&path, &Progress::default()) {
            Ok(mut input) => {
                input.read_to_end(&mut Vec::new()).unwrap();
                assert!(is_read, "{exponent}");
            }
            Err(error) => {
                assert!(!is_read, "{exponent}: {error}");
                let shown = if cfg!(windows) { format!("'{path}'") } else { path.clone() };
                assert_eq!(
                    check(&path)["problems"][0]["problem"],
                    format!(
                        "compressed with zstd and a window above 8 MiB; unpack it on the way: \
                         zstdcat --long=31 {shown} | unified-run-id check -"
                    )
                );
            }
        }
    }
}

#[test]
fn other_compressions_are_named_with_the_way_to_pipe_them_in() {
    let folder = Folder::new();
    let plain = folder.write("plain.log", lines(9).as_bytes());
    for (program, name, way) in [("xz", "xz", "xzcat"), ("bzip2", "bzip2", "bzcat"), ("lz4", "lz4", "lz4cat")]
    {
        for content in [run(program, &[], &plain), run(program, &[], &folder.write("empty", b""))] {
            let path = folder.write("it's.log", &content);
            assert_eq!(divisible(&path), None);
            let shown = path.replace('\'', r"'\''");
            assert_eq!(scan(&path).1.unwrap_err().to_string(), format!("compressed with {name}"));
            let problem = &check(&path)["problems"][0]["problem"];
            let wanted = format!(
                "compressed with {name}; unpack it on the way: {way} '{shown}' | unified-run-id check -"
            );
            assert_eq!(*problem, wanted);
        }
    }
    let zip = folder.write("a.zip", b"PK\x03\x04\x14\0\0\0");
    let problem = &check(&zip)["problems"][0]["problem"];
    assert!(problem.as_str().unwrap().contains(&format!("unzip -p {zip} | ")), "{problem}");
    // What only begins similarly is text.
    for text in ["BZh9 251006-143000", "PK 251006-143000", "\u{FD}7zXZ 251006-143000"] {
        assert_eq!(scan(&folder.write("text.log", text.as_bytes())).0.len(), 1, "{text}");
    }
}

#[test]
fn utf_16_with_a_mark_is_read() {
    let folder = Folder::new();
    let text = format!("caf\u{e9} \u{1F600} 251006-143000-Ann-Carver not found\r\n{}", lines(40_000));
    for (mark, bytes_of) in
        [(b"\xFF\xFE", u16::to_le_bytes as fn(u16) -> [u8; 2]), (b"\xFE\xFF", u16::to_be_bytes)]
    {
        let units: Vec<u8> = text.encode_utf16().flat_map(bytes_of).collect();
        let file = [&mark[..], &units].concat();
        for (name, content) in [("u.log", file.clone()), ("u.log.gz", gzip(&file))] {
            let path = folder.write(name, &content);
            assert_eq!(divisible(&path), None);
            assert!(content_of(&path) == text.as_bytes(), "{name}");
            assert_eq!(check(&path)["runs"], 60, "{name}");
        }
        let halves = [0xD83D, 0x41, 0xDE00, 0xD83D].into_iter().flat_map(bytes_of);
        let broken = [&mark[..], &halves.collect::<Vec<_>>(), b"x"].concat();
        let wanted = "\u{FFFD}A\u{FFFD}\u{FFFD}\u{FFFD}";
        assert_eq!(content_of(&folder.write("broken.log", &broken)), wanted.as_bytes());
    }
    let marked = folder.write("m.log", b"\xEF\xBB\xBF251006-143000");
    assert_eq!(content_of(&marked), b"251006-143000");
    assert!(content_of(&folder.write("bare.log", b"\xFF\xFE")).is_empty());
}
