//! Gradient clipping, as `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_` (Pascanu et al. 2013).

use crate::Error;
use crate::settings::Settings;
use gradus_kernels::{Kernel, Real, dispatch, elementwise, reduce};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How large a gradient may be. Written as a plain number (the norm), `norm:max=1` or `value:max=0.5`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Clip {
    /// The whole gradient is scaled down to this Euclidean norm if it is longer; its direction stays.
    Norm(f64),
    /// Each element is cut off at plus and minus this.
    Value(f64),
}

impl Clip {
    /// The names of both kinds.
    pub const NAMES: [&'static str; 2] = ["norm", "value"];

    /// Clips the gradient of all parameters in place. What is not finite does not become so.
    pub fn apply<R: Real>(&self, gradients: &mut [R]) {
        match *self {
            Self::Norm(max) => {
                let norm = norm(gradients);
                // torch adds 1e-6 to the norm; the result is a hair shorter than `max`.
                let scale = max / (norm + 1e-6);
                if scale < 1.0 || norm.is_nan() {
                    elementwise::scale(gradients, R::from_f64(scale));
                }
            }
            Self::Value(max) => dispatch(Clamp { gradients, max: R::from_f64(max) }),
        }
    }

    fn read(name: &str, max: f64) -> Result<Self, Error> {
        if !(max.is_finite() && max > 0.0) {
            return Err(Error::OutOfRange {
                key: "clip".to_owned(),
                value: max.to_string(),
                range: "above 0",
            });
        }
        match name {
            "norm" => Ok(Self::Norm(max)),
            "value" => Ok(Self::Value(max)),
            _ => {
                let known = Self::NAMES.map(str::to_owned).to_vec();
                Err(Error::UnknownName { kind: "clipping", name: name.to_owned(), known })
            }
        }
    }
}

/// The Euclidean norm; in f64 where the squares are too large for f32.
fn norm<R: Real>(gradients: &[R]) -> f64 {
    let sum = reduce::sum_of_squares(gradients);
    if sum.is_finite() {
        return sum.to_f64().sqrt();
    }
    gradients.iter().map(|g| g.to_f64() * g.to_f64()).sum::<f64>().sqrt()
}

struct Clamp<'a, R> {
    gradients: &'a mut [R],
    max: R,
}

impl<R: Real> Kernel for Clamp<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for gradient in self.gradients {
            // Not `min` and `max`, which would turn NaN into a number.
            let below = if *gradient > self.max { self.max } else { *gradient };
            *gradient = if below < -self.max { -self.max } else { below };
        }
    }
}

impl FromStr for Clip {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Ok(max) = text.trim().parse() {
            return Self::read("norm", max);
        }
        let mut settings = Settings::parse(text)?;
        let clip = Self::read(settings.name, settings.take("max", 1.0)?)?;
        settings.finish()?;
        Ok(clip)
    }
}

impl fmt::Display for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Norm(max) => write!(f, "norm:max={max}"),
            Self::Value(max) => write!(f, "value:max={max}"),
        }
    }
}

impl TryFrom<String> for Clip {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Clip> for String {
    fn from(clip: Clip) -> Self {
        clip.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_as_torch_does() {
        fn check(clip: &str, gradients: &[f64], expected: &[f64]) {
            let mut clipped = gradients.to_vec();
            clip.parse::<Clip>().unwrap().apply(&mut clipped);
            for (x, y) in clipped.iter().zip(expected) {
                assert!((x - y).abs() <= 1e-15 * y.abs(), "{clip}: {clipped:?}, not {expected:?}");
            }
        }
        // torch.nn.utils.clip_grad_norm_, max_norm 1.
        check("1", &[3.0, -4.0, 0.25], &[0.5992512836259826, -0.79900171150131, 0.04993760696883188]);
        check("1", &[0.3, -0.4], &[0.3, -0.4]);
        check("value:max=0.5", &[3.0, -4.0, 0.25], &[0.5, -0.5, 0.25]);
    }

    #[test]
    fn what_is_not_finite_is_not_hidden() {
        for clip in [Clip::Norm(1.0), Clip::Value(1.0)] {
            let mut gradients = [f32::NAN, 1.0];
            clip.apply(&mut gradients);
            assert!(gradients[0].is_nan(), "{clip}");
        }
        let mut gradients = [f32::INFINITY, 1.0];
        Clip::Norm(1.0).apply(&mut gradients);
        assert!(gradients[0].is_nan());
    }

    #[test]
    fn a_norm_beyond_the_largest_number_is_still_clipped() {
        let mut gradients = [3e30_f32, -4e30];
        Clip::Norm(1.0).apply(&mut gradients);
        assert!((gradients[0] - 0.6).abs() < 1e-6 && (gradients[1] + 0.8).abs() < 1e-6, "{gradients:?}");
    }

    #[test]
    fn text_and_clip_are_the_same_thing() {
        fn check(text: &str, canonical: &str) {
            let clip: Clip = text.parse().unwrap();
            assert_eq!(clip.to_string(), canonical);
            assert_eq!(canonical.parse::<Clip>().unwrap(), clip);
        }
        check("2.5", "norm:max=2.5");
        check("norm", "norm:max=1");
        check("value:max=0.5", "value:max=0.5");
        for (text, part) in [
            ("0", "above 0"),
            ("inf", "above 0"),
            ("nrom:max=1", "did you mean `norm`"),
            ("value:min=1", "known are max"),
        ] {
            let message = text.parse::<Clip>().unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }
}
