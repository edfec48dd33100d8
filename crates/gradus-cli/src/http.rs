//! HTTP/1.1 (RFC 9112) as far as the files of a page take it: one request to a connection, a head without a body, one answer.
//!
//! Each connection has a thread of its own: who says nothing, or does not read what was asked for, keeps nobody else waiting, and is
//! given up after [`PATIENCE`].

use crate::page::media_type;
use httparse::{EMPTY_HEADER, Error, Request, Status};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

/// How long a connection may say nothing more, or take nothing more.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same for whoever has been answered and may still be talking: closed at once, the connection could take the answer with it.
const FAREWELL: Duration = Duration::from_secs(1);
/// Bytes of that which are listened to.
const MOST_AFTER: u64 = 1 << 20;
/// Bytes and headers of the longest head that is read; browsers send a tenth of it.
const MOST_BYTES: usize = 16 << 10;
const MOST_HEADERS: usize = 64;
/// A pause after a connection that could not be taken, for example because too many are open.
const BREATH: Duration = Duration::from_millis(20);

/// What a request says that matters here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path, and what follows it.
    pub(crate) target: String,
    /// The values of the headers `Host`.
    pub(crate) hosts: Vec<String>,
}

/// A status, what kind of bytes follow, and they.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// A name and a value.
pub(crate) type Header = (&'static str, &'static str);

/// What is said to what was asked.
type Answering = dyn Fn(&Asked) -> Answer + Send + Sync;

/// Answers whoever connects, for as long as the program runs; every answer has these headers.
pub(crate) fn serve(
    listener: TcpListener,
    headers: &'static [Header],
    answer: Arc<Answering>,
) -> io::Result<()> {
    let accept = move || {
        for stream in listener.incoming() {
            let answer = Arc::clone(&answer);
            let begun = stream.and_then(|stream| {
                // One who has gone is nobody's loss.
                thread::Builder::new().spawn(move || drop(converse(stream, headers, &*answer)))
            });
            if begun.is_err() {
                thread::sleep(BREATH);
            }
        }
    };
    thread::Builder::new().spawn(accept).map(drop)
}

/// One request and its answer.
fn converse(mut stream: TcpStream, headers: &[Header], answer: &Answering) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(asked) = read(&mut stream)? else { return Ok(()) };
    let with_bytes = asked.as_ref().map_or(true, |asked| asked.method != "HEAD");
    let answer = asked.map_or_else(|refusal| refusal, |asked| answer(&asked));
    stream.write_all(head(&answer, headers).as_bytes())?;
    if with_bytes {
        stream.write_all(&answer.bytes)?;
    }
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(FAREWELL))?;
    io::copy(&mut stream.take(MOST_AFTER), &mut io::sink()).map(drop)
}

/// The head of a request, or the answer to one that is none; nothing if nobody asks.
fn read(from: &mut impl Read) -> io::Result<Option<Result<Asked, Answer>>> {
    let (mut bytes, mut length) = (vec![0; MOST_BYTES], 0);
    loop {
        let more = from.read(&mut bytes[length..])?;
        length += more;
        match parse(&bytes[..length]) {
            Some(asked) => return Ok(Some(asked)),
            None if length == MOST_BYTES => return Ok(Some(Err(too_long()))),
            None if more == 0 => return Ok(None),
            None => {}
        }
    }
}

/// What these bytes ask; nothing if there must be more of them.
fn parse(bytes: &[u8]) -> Option<Result<Asked, Answer>> {
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut request = Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(Status::Partial) => None,
        Ok(Status::Complete(_)) => Some(Ok(Asked::of(&request))),
        Err(Error::TooManyHeaders) => Some(Err(too_long())),
        Err(Error::Version) => Some(Err(Answer::refusal(505, "only HTTP/1 is spoken here"))),
        Err(_) => Some(Err(Answer::refusal(400, "that is no request"))),
    }
}

fn too_long() -> Answer {
    Answer::refusal(431, "the request is too long")
}

impl Asked {
    fn of(request: &Request<'_, '_>) -> Self {
        let hosts = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("Host"));
        Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            hosts: hosts.map(|header| String::from_utf8_lossy(header.value).into_owned()).collect(),
        }
    }
}

impl Answer {
    /// One line of text.
    pub(crate) fn refusal(status: u16, line: &str) -> Self {
        Self { status, media_type: media_type(".txt"), bytes: format!("{line}\n").into_bytes() }
    }
}

/// The answer's head.
fn head(answer: &Answer, headers: &[Header]) -> String {
    let reason = match answer.status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        505 => "HTTP Version Not Supported",
        _ => "",
    };
    let (date, length) = (httpdate::fmt_http_date(SystemTime::now()), answer.bytes.len().to_string());
    let own = [
        ("Date", date.as_str()),
        ("Content-Type", answer.media_type),
        ("Content-Length", &length),
        ("Connection", "close"),
    ];
    let allow = (answer.status == 405).then_some(("Allow", "GET, HEAD"));
    let lines = own.into_iter().chain(allow).chain(headers.iter().copied());
    let lines: String = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {} {reason}\r\n{lines}\r\n", answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes as they come over the wire, some at a time.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (now, later) = self.0.split_at(self.0.len().min(self.1).min(buffer.len()));
            buffer[..now.len()].copy_from_slice(now);
            self.0 = later;
            Ok(now.len())
        }
    }

    /// What was understood, as `METHOD TARGET HOSTS`, or the status of the refusal, or nothing.
    #[track_caller]
    fn check(request: &str, expected: &str) {
        for at_a_time in [1, 7, usize::MAX] {
            let found = match read(&mut Trickle(request.as_bytes(), at_a_time)).expect("a slice can be read")
            {
                Some(Ok(Asked { method, target, hosts })) => format!("{method} {target} {hosts:?}"),
                Some(Err(refusal)) => refusal.status.to_string(),
                None => String::new(),
            };
            let start: String = request.chars().take(60).collect();
            assert_eq!(found, expected, "{start:?}, {at_a_time} at a time");
        }
    }

    #[test]
    fn requests_are_understood_however_they_arrive() {
        check("GET / HTTP/1.1\r\nHost: a:1\r\n\r\n", r#"GET / ["a:1"]"#);
        check("HEAD /x?y=z HTTP/1.0\r\nhOST:b\r\nhost: c \r\nA: d\r\n\r\nbody", r#"HEAD /x?y=z ["b", "c"]"#);
        check("GET / HTTP/1.1\r\n\r\n", "GET / []");
        check("GET / HTTP/9.9\r\n\r\n", "505");
        check("GET /\r\n\r\n", "400");
        check("\0\u{1}\u{2}\r\n\r\n", "400");
        check("GET / HTTP/1.1\r\nHost\u{0}: a\r\n\r\n", "400");
        check(&format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(MOST_BYTES)), "431");
        check(&format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(MOST_HEADERS + 1)), "431");
        check("GET / HTTP/1.1\r\nHost: a:1\r\n", "");
        check("\r\n\r\n", "");
        check("", "");
    }

    #[test]
    fn heads_say_what_follows() {
        let answer = Answer { status: 200, media_type: "text/css", bytes: vec![b'a'; 12] };
        let found = head(&answer, &[("Server", "s")]);
        let (first, rest) = found.split_once("Date: ").expect("a date");
        let (date, rest) = rest.split_once("\r\n").expect("more lines");
        assert_eq!(first, "HTTP/1.1 200 OK\r\n");
        assert!(httpdate::parse_http_date(date).is_ok(), "{date}");
        let expected =
            "Content-Type: text/css\r\nContent-Length: 12\r\nConnection: close\r\nServer: s\r\n\r\n";
        assert_eq!(rest, expected);
    }
}
