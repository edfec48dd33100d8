//! A server of one page for the browser on this machine, and for nobody else.
//!
//! It listens on 127.0.0.1, answers GET and HEAD, and knows only the names in a table: no path reaches the disk. A web page
//! from elsewhere can make a browser ask it, under a name of its own that leads to 127.0.0.1 (DNS rebinding); so a request
//! must name this machine as its host. The headers let the page load its own files and talk to nobody.

use crate::failure::Failure;
use crate::http::{self, Answer, Asked, Header};
use crate::interrupt::Interrupt;
use crate::page::{Page, media_type};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// What the page may load and do.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The headers of every answer.
const HEADERS: [Header; 7] = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    // The next program on this port is another one.
    ("Cache-Control", "no-store"),
    ("Server", "gradus"),
];

/// How long a signal may wait.
const PATIENCE: Duration = Duration::from_millis(50);

/// A port of this machine on which nobody is answered yet.
pub(crate) struct Door {
    listener: TcpListener,
    port: u16,
}

impl Door {
    /// Takes a port; 0 is one that is free.
    pub(crate) fn open(port: u16) -> Result<Self, Failure> {
        let refused = |error: std::io::Error| {
            let reason = match error.kind() {
                std::io::ErrorKind::AddrInUse => "another program has it".to_owned(),
                std::io::ErrorKind::PermissionDenied => "it takes rights that this program lacks".to_owned(),
                _ => error.to_string(),
            };
            Failure::Resource(format!(
                "cannot listen on port {port}: {reason}, 127.0.0.1; help: leave --port out, and a free one is taken"
            ))
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        Ok(Self { listener, port })
    }

    /// Where the page is.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Answers until a signal comes.
    pub(crate) fn serve(self, page: Page<'static>, interrupt: &Interrupt) -> Result<(), Failure> {
        let port = self.port;
        let answering = move |asked: &Asked| answer(asked, port, &page);
        http::serve(self.listener, &HEADERS, Arc::new(answering)).map_err(|error| {
            Failure::Resource(format!("cannot serve the page: {error}, 127.0.0.1; help: try another --port"))
        })?;
        while !interrupt.came() {
            std::thread::sleep(PATIENCE);
        }
        Ok(())
    }
}

fn answer(asked: &Asked, port: u16, page: &Page<'_>) -> Answer {
    if !is_this_machine(&asked.hosts, port) {
        return Answer::refusal(403, "this page is for the browser on the machine that serves it");
    }
    if !matches!(asked.method.as_str(), "GET" | "HEAD") {
        return Answer::refusal(405, "this page is only read");
    }
    let path = asked.target.split('?').next().unwrap_or_default();
    let found = path.strip_prefix('/').and_then(|name| Some((name, page.file(name)?)));
    match found {
        Some((name, bytes)) => Answer { status: 200, media_type: media_type(name), bytes: bytes.to_vec() },
        None => Answer::refusal(404, "there is no such file"),
    }
}

/// Whether a request was meant for this machine, under one of its own names.
fn is_this_machine(hosts: &[String], port: u16) -> bool {
    let [host] = hosts else { return false };
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    // A browser leaves out the port of plain HTTP.
    let bare = port == 80 && ["127.0.0.1", "localhost"].iter().any(|name| host.eq_ignore_ascii_case(name));
    bare || own.iter().any(|name| host.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page<'_> =
        Page { files: &[("index.html", b"<!doctype html>"), ("assets/index.js", b"1;")], data: None };

    fn asked(method: &str, target: &str, hosts: &[&str]) -> Asked {
        let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
        Asked { method: method.to_owned(), target: target.to_owned(), hosts }
    }

    #[track_caller]
    fn check(method: &str, target: &str, hosts: &[&str], expected: (u16, &str, &str)) {
        let asked = asked(method, target, hosts);
        let found = answer(&asked, 8000, &PAGE);
        let start = String::from_utf8_lossy(&found.bytes[..found.bytes.len().min(expected.2.len())]);
        assert_eq!((found.status, found.media_type, start.as_ref()), expected, "{method} {target} {hosts:?}");
    }

    #[test]
    fn only_files_of_the_table_are_served() {
        let html = (200, "text/html; charset=utf-8", "<!doctype");
        let script = (200, "text/javascript; charset=utf-8", "1;");
        let absent = (404, "text/plain; charset=utf-8", "there is no such file");
        for (target, expected) in [
            ("/", html),
            ("/?a=b", html),
            ("/index.html", html),
            ("/assets/index.js?v=1", script),
            ("/assets", absent),
            ("/assets/", absent),
            ("/Index.html", absent),
            ("//index.html", absent),
            ("/../index.html", absent),
            ("/..%2findex.html", absent),
            ("/%69ndex.html", absent),
            ("/etc/passwd", absent),
            ("/index.html/", absent),
            ("/index.html\0", absent),
            ("index.html", absent),
            ("", absent),
            ("*", absent),
            ("http://127.0.0.1:8000/", absent),
            // No data were named.
            ("/data.csv", absent),
        ] {
            check("GET", target, &["127.0.0.1:8000"], expected);
        }
    }

    #[test]
    fn only_this_machine_is_answered() {
        let html = (200, "text/html; charset=utf-8", "<!doctype");
        let foreign = (403, "text/plain; charset=utf-8", "this page is for");
        for (hosts, expected) in [
            (&["127.0.0.1:8000"][..], html),
            (&["localhost:8000"], html),
            (&["LocalHost:8000"], html),
            (&["127.0.0.1"], foreign),
            (&["localhost"], foreign),
            (&["127.0.0.1:8001"], foreign),
            (&["evil.example:8000"], foreign),
            (&["127.0.0.1:8000.evil.example"], foreign),
            (&["evil.example@127.0.0.1:8000"], foreign),
            (&["localhost:8000 "], foreign),
            (&["[::1]:8000"], foreign),
            (&["0.0.0.0:8000"], foreign),
            (&["127.0.0.1:8000", "evil.example"], foreign),
            (&[""], foreign),
            (&[], foreign),
        ] {
            check("GET", "/", hosts, expected);
        }
    }

    #[test]
    fn the_page_is_only_read() {
        let refused = (405, "text/plain; charset=utf-8", "this page is only read");
        check("HEAD", "/", &["localhost:8000"], (200, "text/html; charset=utf-8", "<!doctype"));
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get", ""] {
            check(method, "/", &["localhost:8000"], refused);
        }
    }

    #[test]
    fn data_are_there_once_they_are_named() {
        let page = Page { files: &[], data: Some(b"a,b\n1,2\n".to_vec()) };
        let asked = asked("GET", "/data.csv", &["localhost:1"]);
        let expected =
            Answer { status: 200, media_type: "text/csv; charset=utf-8", bytes: b"a,b\n1,2\n".to_vec() };
        assert_eq!(answer(&asked, 1, &page), expected);
    }
}
