//! An SVG document, element by element. Lengths are in units of the picture, y grows downwards.

use std::fmt::Write;

/// A picture that is being drawn.
#[derive(Debug)]
pub(super) struct Svg {
    width: f64,
    height: f64,
    /// What it shows, for people who do not see it.
    title: String,
    body: String,
}

/// Where a text stands in relation to its point.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Font<'a> {
    pub(super) size: f64,
    pub(super) colour: &'a str,
    pub(super) anchor: Anchor,
    pub(super) bold: bool,
    /// A white edge, for text that stands on lines.
    pub(super) halo: bool,
    /// Degrees, clockwise.
    pub(super) turned: f64,
}

/// How a line looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke<'a> {
    pub(super) colour: &'a str,
    pub(super) width: f64,
    pub(super) dashes: Option<&'a str>,
    pub(super) opacity: f64,
}

impl<'a> Font<'a> {
    pub(super) fn new(size: f64, colour: &'a str, anchor: Anchor) -> Self {
        Self { size, colour, anchor, bold: false, halo: false, turned: 0.0 }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn with_halo(self) -> Self {
        Self { halo: true, ..self }
    }
}

impl<'a> Stroke<'a> {
    pub(super) fn new(colour: &'a str, width: f64) -> Self {
        Self { colour, width, dashes: None, opacity: 1.0 }
    }

    pub(super) fn dashed(self, dashes: &'a str) -> Self {
        Self { dashes: Some(dashes), ..self }
    }

    fn attributes(&self) -> String {
        let dashes = self.dashes.map(|dashes| format!(" stroke-dasharray=\"{dashes}\"")).unwrap_or_default();
        let opacity = if self.opacity < 1.0 {
            format!(" stroke-opacity=\"{:.2}\"", self.opacity)
        } else {
            String::new()
        };
        format!("stroke=\"{}\" stroke-width=\"{}\"{dashes}{opacity}", self.colour, length(self.width))
    }
}

/// A place in the picture.
pub(super) type Point = (f64, f64);

impl Svg {
    /// An empty white picture.
    pub(super) fn new(width: f64, height: f64, title: &str) -> Self {
        Self { width, height, title: title.to_owned(), body: String::new() }
    }

    pub(super) fn line(&mut self, from: Point, to: Point, stroke: &Stroke<'_>) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(length);
        self.add(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {}/>", stroke.attributes()));
    }

    /// A row of straight lines, without area.
    pub(super) fn polyline(&mut self, points: &[Point], stroke: &Stroke<'_>) {
        if points.len() > 1 {
            let style = stroke.attributes();
            self.add(&format!(
                "<polyline points=\"{}\" fill=\"none\" {style} stroke-linejoin=\"round\"/>",
                listed(points)
            ));
        }
    }

    pub(super) fn polygon(&mut self, points: &[Point], fill: &str, stroke: &Stroke<'_>) {
        self.add(&format!(
            "<polygon points=\"{}\" fill=\"{fill}\" {} stroke-linejoin=\"round\"/>",
            listed(points),
            stroke.attributes()
        ));
    }

    pub(super) fn circle(&mut self, centre: Point, radius: f64, fill: &str, stroke: &Stroke<'_>) {
        let [x, y, r] = [centre.0, centre.1, radius].map(length);
        self.add(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"{fill}\" {}/>",
            stroke.attributes()
        ));
    }

    pub(super) fn rectangle(&mut self, corner: Point, size: Point, fill: &str, stroke: &Stroke<'_>) {
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(length);
        self.add(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\" {}/>",
            stroke.attributes()
        ));
    }

    pub(super) fn text(&mut self, at: Point, text: &str, font: &Font<'_>) {
        let anchor = match font.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let [x, y] = [at.0, at.1].map(length);
        let weight = if font.bold { " font-weight=\"600\"" } else { "" };
        let halo = match font.halo {
            true => " stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
            false => "",
        };
        let turned = match font.turned {
            0.0 => String::new(),
            degrees => format!(" transform=\"rotate({} {x} {y})\"", length(degrees)),
        };
        self.add(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight}{halo}{turned}>{}</text>",
            length(font.size),
            font.colour,
            escaped(text)
        ));
    }

    /// A picture of pixels, its colours not blended. `source` is a data URI.
    pub(super) fn image(&mut self, corner: Point, size: Point, source: &str) {
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(length);
        self.add(&format!(
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"{source}\"/>"
        ));
    }

    /// What follows is shown only inside this rectangle, until [`end_clip`](Self::end_clip).
    pub(super) fn begin_clip(&mut self, name: &str, corner: Point, size: Point) {
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(length);
        self.add(&format!(
            "<clipPath id=\"{name}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>"
        ));
        self.add(&format!("<g clip-path=\"url(#{name})\">"));
    }

    pub(super) fn end_clip(&mut self) {
        self.add("</g>");
    }

    fn add(&mut self, element: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.body, "{element}");
    }

    /// The whole document.
    pub(super) fn finish(self) -> String {
        let [width, height] = [self.width, self.height].map(length);
        let title = escaped(&self.title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" font-family=\"'Helvetica Neue', Arial, 'Noto Sans', 'Noto Sans CJK SC', sans-serif\">\n<title>{title}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.body
        )
    }
}

fn listed(points: &[Point]) -> String {
    let points: Vec<String> = points.iter().map(|&(x, y)| format!("{},{}", length(x), length(y))).collect();
    points.join(" ")
}

/// Hundredths are fine enough for a picture. What is not finite is nowhere: it is drawn at 0 and clipped by whoever knows.
fn length(length: f64) -> String {
    let length = if length.is_finite() { length.clamp(-1e5, 1e5) } else { 0.0 };
    let text = format!("{length:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text as it may stand in XML; characters that XML has no place for are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// At most `most` characters of `text`, the last of them `…` where some are left out.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element() {
        let mut svg = Svg::new(10.0, 10.0, "a < b");
        svg.text((1.0, 2.0), "<script>\"&\u{0}\u{1b}\n", &Font::new(12.0, "#000", Anchor::Middle));
        let text = svg.finish();
        assert!(text.contains("<title>a &lt; b</title>"), "{text}");
        assert!(text.contains(">&lt;script&gt;&quot;&amp;</text>"), "{text}");
    }

    #[test]
    fn lengths_are_short() {
        for (number, text) in
            [(0.0, "0"), (-0.001, "0"), (12.5, "12.5"), (1.0 / 3.0, "0.33"), (f64::NAN, "0"), (1e9, "100000")]
        {
            assert_eq!(length(number), text);
        }
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!((shortened("abcdef", 4), shortened("äöü", 3)), ("abc…".to_owned(), "äöü".to_owned()));
    }
}
