//! A server of one page for the browser on this machine, and for nobody else.
//!
//! It listens on 127.0.0.1, answers GET and HEAD, and knows only the names in a table: no path reaches the disk. A web page
//! from elsewhere can make a browser ask it, under a name of its own that leads to 127.0.0.1 (DNS rebinding); so a request
//! must name this machine as its host. The headers let the page load its own files and talk to nobody.

use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::page::{Page, media_type};
use std::io::Cursor;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;
use tiny_http::{Header, Method, Request, Response, Server};

/// What the page may load and do.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The headers of every answer.
const HEADERS: [(&str, &str); 7] = [
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
    pub(crate) fn serve(self, page: &Page<'_>, interrupt: &Interrupt) -> Result<(), Failure> {
        let refused = |reason: String| {
            Failure::Resource(format!("cannot serve the page: {reason}, 127.0.0.1; help: try another --port"))
        };
        let port = self.port;
        let server =
            Server::from_listener(self.listener, None).map_err(|error| refused(error.to_string()))?;
        while !interrupt.came() {
            if let Some(request) =
                server.recv_timeout(PATIENCE).map_err(|error| refused(error.to_string()))?
            {
                let answer = answer(&Asked::of(&request), port, page);
                // A thread of its own: whoever does not read what was asked for keeps nobody else waiting, and one who
                // has gone is nobody's loss.
                std::thread::spawn(move || request.respond(answer.into_response()));
            }
        }
        Ok(())
    }
}

/// What a request says that matters here.
struct Asked<'a> {
    method: &'a Method,
    target: &'a str,
    hosts: Vec<&'a str>,
}

impl<'a> Asked<'a> {
    fn of(request: &'a Request) -> Self {
        let hosts = request.headers().iter().filter(|header| header.field.equiv("Host"));
        Self {
            method: request.method(),
            target: request.url(),
            hosts: hosts.map(|header| header.value.as_str()).collect(),
        }
    }
}

/// A status, what kind of bytes follow, and they.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Answer {
    fn refusal(status: u16, line: &str) -> Self {
        Self { status, media_type: media_type(".txt"), bytes: format!("{line}\n").into_bytes() }
    }

    fn into_response(self) -> Response<Cursor<Vec<u8>>> {
        let allow = (self.status == 405).then_some(("Allow", "GET, HEAD"));
        let all = HEADERS.into_iter().chain([("Content-Type", self.media_type)]).chain(allow);
        let response = Response::from_data(self.bytes).with_status_code(self.status);
        // Lengths are known, so that nothing need be sent in chunks.
        all.filter_map(|(name, value)| Header::from_bytes(name, value).ok())
            .fold(response.with_chunked_threshold(usize::MAX), Response::with_header)
    }
}

fn answer(asked: &Asked<'_>, port: u16, page: &Page<'_>) -> Answer {
    if !is_this_machine(&asked.hosts, port) {
        return Answer::refusal(403, "this page is for the browser on the machine that serves it");
    }
    if !matches!(asked.method, Method::Get | Method::Head) {
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
fn is_this_machine(hosts: &[&str], port: u16) -> bool {
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

    #[track_caller]
    fn check(method: &Method, target: &str, hosts: &[&str], expected: (u16, &str, &str)) {
        let asked = Asked { method, target, hosts: hosts.to_vec() };
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
            check(&Method::Get, target, &["127.0.0.1:8000"], expected);
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
            check(&Method::Get, "/", hosts, expected);
        }
    }

    #[test]
    fn the_page_is_only_read() {
        let refused = (405, "text/plain; charset=utf-8", "this page is only read");
        check(&Method::Head, "/", &["localhost:8000"], (200, "text/html; charset=utf-8", "<!doctype"));
        for method in
            [Method::Post, Method::Put, Method::Delete, Method::Options, Method::Connect, Method::Trace]
        {
            check(&method, "/", &["localhost:8000"], refused);
        }
    }

    #[test]
    fn data_are_there_once_they_are_named() {
        let page = Page { files: &[], data: Some(b"a,b\n1,2\n".to_vec()) };
        let asked = Asked { method: &Method::Get, target: "/data.csv", hosts: vec!["localhost:1"] };
        let expected =
            Answer { status: 200, media_type: "text/csv; charset=utf-8", bytes: b"a,b\n1,2\n".to_vec() };
        assert_eq!(answer(&asked, 1, &page), expected);
    }
}
