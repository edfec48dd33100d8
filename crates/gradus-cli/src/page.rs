//! The playground's page: the files that were in playground/dist when the program was built, and those of the user beside
//! them.

/// A file by the name under which the page asks for it.
pub(crate) type File<'a> = (&'a str, &'a [u8]);

/// The files of the page; none if it had not been built.
pub(crate) static BUILT_IN: &[File<'static>] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What is served: the page, and the data that the user named.
pub(crate) struct Page<'a> {
    /// The files of the page.
    pub(crate) files: &'a [File<'a>],
    /// The user's data, which the page asks for as [`DATA`].
    pub(crate) data: Option<Vec<u8>>,
}

/// The name of the user's data.
pub(crate) const DATA: &str = "data.csv";

impl Page<'_> {
    /// The file called `name`; the empty name is the page itself.
    pub(crate) fn file(&self, name: &str) -> Option<&[u8]> {
        let name = if name.is_empty() { "index.html" } else { name };
        if name == DATA {
            return self.data.as_deref();
        }
        self.files.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
    }
}

/// The media type that the ending of a name stands for.
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("html", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "webmanifest" | "map" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
