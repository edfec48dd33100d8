//! `gradus play`, asked over the wire as a browser would, and as one would who means no good.
//!
//! A program that was built before the page has nothing to serve, and says so; then that is all there is to see here.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![cfg(unix)]

use assert_cmd::cargo::cargo_bin;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A program that serves, and its port; it ends with the test.
struct Playing {
    child: Child,
    address: String,
}

impl Playing {
    /// `None` if there is no page in the program.
    fn begin(folder: &TempDir, words: &[&str]) -> Option<Self> {
        let mut command = Command::new(cargo_bin("gradus"));
        command.current_dir(folder.path()).args(["play", "--no-open", "--json"]).args(words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            let expected = "error: this build has no playground in it; help: run `cargo xtask playground`, then build again\n";
            assert_eq!((said.as_str(), output.status.code()), (expected, Some(2)));
            return None;
        }
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        Some(Self { child, address: told["address"].as_str().unwrap().to_owned() })
    }

    fn host(&self) -> &str {
        self.address.trim_start_matches("http://").split('/').next().unwrap()
    }

    /// What is answered to these bytes until the connection closes.
    fn ask(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        // Whoever is refused early may have closed already.
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        self.ask(
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host()).as_bytes(),
        )
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn check(answer: &str, parts: &[&str]) {
    for part in parts {
        assert!(answer.contains(part), "no {part:?} in\n{answer}");
    }
}

#[test]
fn the_page_comes_with_strict_headers() {
    let folder = TempDir::new().unwrap();
    let Some(playing) = Playing::begin(&folder, &[]) else { return };
    assert_eq!(playing.address, format!("http://{}/", playing.host()));
    let strict = [
        "\r\nContent-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self';",
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCache-Control: no-store\r\n",
        "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
        "\r\nServer: gradus\r\n",
    ];
    let page = playing.get("/");
    check(&page, &strict);
    check(
        &page,
        &["HTTP/1.1 200 OK\r\n", "\r\nContent-Type: text/html; charset=utf-8\r\n", "<!doctype html>"],
    );
    let absent = playing.get("/data.csv");
    check(&absent, &strict);
    check(&absent, &["HTTP/1.1 404 Not Found\r\n"]);
    let head = playing
        .ask(format!("HEAD / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", playing.host()).as_bytes());
    check(&head, &["HTTP/1.1 200 OK\r\n"]);
    assert!(head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn the_data_that_are_named_are_there() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("points.csv"), "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n").unwrap();
    let Some(playing) = Playing::begin(&folder, &["points.csv"]) else { return };
    assert!(playing.address.ends_with("/#open=data.csv"), "{}", playing.address);
    check(
        &playing.get("/data.csv"),
        &["HTTP/1.1 200 OK", "text/csv", "\r\n\r\na,b,kind\n1,2,x\n3,4,y\n5,6,x\n"],
    );
    check(&playing.get("/points.csv"), &["HTTP/1.1 404 Not Found"]);
}

#[test]
fn what_is_no_request_for_the_page_is_refused_and_the_page_stays() {
    let folder = TempDir::new().unwrap();
    let Some(playing) = Playing::begin(&folder, &[]) else { return };
    let host = playing.host();
    let long = "a".repeat(100_000);
    for (request, expected) in [
        ("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_owned(), "HTTP/1.1 403 "),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), "HTTP/1.1 403 "),
        ("GET / HTTP/1.0\r\n\r\n".to_owned(), " 403 "),
        (
            format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"),
            "HTTP/1.1 405 ",
        ),
        (
            format!("OPTIONS / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
            "\r\nAllow: GET, HEAD\r\n",
        ),
        (
            format!("GET /../../etc/passwd HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 404 ",
        ),
        (format!("GET /{long} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), "HTTP/1.1 431 "),
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: {long}\r\nConnection: close\r\n\r\n"), ""),
        (format!("GET / HTTP/9.9\r\nHost: {host}\r\n\r\n"), "HTTP/1.1 505 "),
        ("\0\u{1}\u{2}\r\n\r\n".to_owned(), "\r\nX-Content-Type-Options: nosniff\r\n"),
        ("\r\n\r\n\r\n".to_owned(), ""),
        (String::new(), ""),
    ] {
        check(&playing.ask(request.as_bytes()), &[expected]);
        check(&playing.get("/"), &["HTTP/1.1 200 OK"]);
    }
}

#[test]
fn who_says_nothing_keeps_nobody_waiting() {
    let folder = TempDir::new().unwrap();
    let Some(playing) = Playing::begin(&folder, &[]) else { return };
    let connect = |said: &str| {
        let mut stream = TcpStream::connect(playing.host()).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        stream
    };
    // Connections that come at once are where a thread that is free can be counted twice.
    for _ in 0..10 {
        let silent: Vec<TcpStream> = (0..20).flat_map(|_| ["", "GET / HTTP/1.1\r\n"].map(connect)).collect();
        check(&playing.get("/"), &["HTTP/1.1 200 OK"]);
        drop(silent);
    }
}

#[test]
fn a_signal_ends_it() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = TempDir::new().unwrap();
        let Some(mut playing) = Playing::begin(&folder, &[]) else { return };
        // A browser keeps its connection open.
        let open = TcpStream::connect(playing.host()).unwrap();
        assert!(
            Command::new("kill").args([signal, &playing.child.id().to_string()]).status().unwrap().success()
        );
        assert_eq!(playing.child.wait().unwrap().code(), Some(code));
        drop(open);
    }
}
