//! Colours that people with any colour vision can tell apart, on white.

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

/// Text and axes.
pub(super) const INK: &str = "#1a1a1a";
/// Text that only accompanies.
pub(super) const FAINT: &str = "#56606a";
/// Lines of a grid.
pub(super) const GRID: &str = "#e1e5e9";
/// The colours of Okabe and Ito as text, the most different first.
pub(super) const BLUE: &str = "#0072b2";
pub(super) const VERMILION: &str = "#d55e00";

/// The colours of classes; from the ninth class on they come again with another mark.
const CLASSES: [Colour; 8] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [213, 94, 0],
    [86, 180, 233],
    [160, 140, 0],
    [90, 90, 90],
];

const WHITE: Colour = [255, 255, 255];
/// The two ends of a scale around 0: blue and orange keep apart in every kind of colour vision.
const NEGATIVE: Colour = [0, 84, 147];
const POSITIVE: Colour = [190, 84, 0];

/// The colour of class `number`.
pub(super) fn class(number: usize) -> Colour {
    CLASSES[number % CLASSES.len()]
}

/// From blue at −1 over white at 0 to orange at 1.
pub(super) fn diverging(value: f64) -> Colour {
    let value = if value.is_finite() { value.clamp(-1.0, 1.0) } else { 0.0 };
    mix(WHITE, if value < 0.0 { NEGATIVE } else { POSITIVE }, value.abs())
}

/// From white at 0 to blue at 1.
pub(super) fn sequential(value: f64) -> Colour {
    mix(WHITE, NEGATIVE, if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 })
}

/// `share` of `b` in `a`.
pub(super) fn mix(a: Colour, b: Colour, share: f64) -> Colour {
    let channel = |at: usize| (f64::from(a[at]) * (1.0 - share) + f64::from(b[at]) * share).round() as u8;
    [channel(0), channel(1), channel(2)]
}

/// A paler one.
pub(super) fn tint(colour: Colour, strength: f64) -> Colour {
    mix(WHITE, colour, strength)
}

/// `#0072b2`
pub(super) fn hex(colour: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", colour[0], colour[1], colour[2])
}

/// Black or white, whichever is read more easily on `colour` (relative luminance, WCAG 2).
pub(super) fn ink_on(colour: Colour) -> &'static str {
    let linear = |channel: u8| libm::pow(f64::from(channel) / 255.0, 2.2);
    let luminance = 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
    if luminance > 0.25 { INK } else { "#ffffff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_meet_in_white() {
        assert_eq!((diverging(0.0), sequential(0.0), diverging(f64::NAN)), (WHITE, WHITE, WHITE));
        assert_eq!((diverging(-2.0), diverging(1.0)), (NEGATIVE, POSITIVE));
        assert_eq!(hex(mix([0, 0, 0], WHITE, 0.5)), "#808080");
        assert_eq!((ink_on(WHITE), ink_on(NEGATIVE)), (INK, "#ffffff"));
    }
}
