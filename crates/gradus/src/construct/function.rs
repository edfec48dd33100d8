//! A function of one or two variables on a box: what a network is built to look like.
//!
//! The function is an expression in x, or in x1 and x2; the box is [A, B], or [A₁, B₁] × [A₂, B₂]. It is Lipschitz with
//! constant L where |f(p) − f(q)| ≤ L·‖p − q‖ for all p and q of the box, ‖·‖ the Euclidean length.

use crate::Error;
use crate::prep::Expression;

/// Points along the axis of a function of one variable, on which its slope is estimated.
const SLOPE_POINTS: usize = 16_384;
/// The same for each of two variables.
const SLOPE_POINTS_PER_AXIS: usize = 256;
/// A slope that grows by more than this when the points move together by half has no bound: a jump doubles it, √x at 0
/// gives √2.
const GROWTH: f64 = 1.2;

/// A function with the box on which it is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    expression: Expression,
    /// `x`, or `x1` and `x2`.
    names: Vec<String>,
    from: Vec<f64>,
    to: Vec<f64>,
    /// For each variable of the expression, which of `names` it is.
    places: Vec<usize>,
}

/// How steep a function is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Steepness {
    /// A Lipschitz constant that somebody vouches for.
    Known(f64),
    /// The steepest secant between neighbouring points of a grid: never more than the true constant, and near it where
    /// the function is smooth.
    Estimated(f64),
    /// The steepest secant grows with the number of points: there seems to be a jump, or a slope without bound.
    Unbounded,
}

impl Steepness {
    /// The constant, where there is one.
    pub fn constant(self) -> Option<f64> {
        match self {
            Self::Known(constant) | Self::Estimated(constant) => Some(constant),
            Self::Unbounded => None,
        }
    }
}

impl Function {
    /// The function that `text` writes in x, or in x1 and x2, on the box from `from` to `to`, (variables) each.
    ///
    /// # Errors
    /// If `text` is no expression or uses another name, the variables are not those of the box, or the box is empty.
    pub fn new(text: &str, from: &[f64], to: &[f64]) -> Result<Self, Error> {
        let expression = Expression::parse(text, |_| false).map_err(|error| as_function(text, error))?;
        let names: Vec<String> = match from.len() {
            1 => vec!["x".to_owned()],
            n => (1..=n).map(|number| format!("x{number}")).collect(),
        };
        if from.len() != to.len() || !(1..=2).contains(&from.len()) {
            return Err(Error::BoxCorners { from: from.len(), to: to.len() });
        }
        let mut places = Vec::new();
        for variable in expression.variables() {
            match names.iter().position(|name| name == variable) {
                Some(place) => places.push(place),
                None => return Err(unknown_variable(text, variable, &names)),
            }
        }
        for (&from, &to) in from.iter().zip(to) {
            if !(from < to && (to - from).is_finite()) {
                return Err(Error::EmptyInterval { from, to });
            }
        }
        Ok(Self { expression, names, from: from.to_vec(), to: to.to_vec(), places })
    }

    /// As it was written.
    pub fn text(&self) -> String {
        self.expression.to_string()
    }

    /// `x`, or `x1` and `x2`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The lower corner of the box, (variables).
    pub fn from(&self) -> &[f64] {
        &self.from
    }

    /// The upper corner of the box, (variables).
    pub fn to(&self) -> &[f64] {
        &self.to
    }

    /// Its value at `point`, (variables); `stack` is room to work in.
    ///
    /// # Errors
    /// If the value is not finite.
    pub fn value(&self, point: &[f64], stack: &mut Vec<f64>) -> Result<f64, Error> {
        let mut values = [0.0; 2];
        for (value, &place) in values.iter_mut().zip(&self.places) {
            *value = point[place];
        }
        let value = self.expression.value(&values[..self.places.len()], stack);
        if value.is_finite() {
            return Ok(value);
        }
        let at = self.names.iter().zip(point).map(|(name, x)| format!("{name} = {x}"));
        Err(Error::NoValue { function: self.text(), value, at: at.collect::<Vec<_>>().join(", ") })
    }

    /// Place `step` of `steps` + 1 evenly spaced ones along `axis`, its ends included exactly.
    pub fn along(&self, axis: usize, step: usize, steps: usize) -> f64 {
        let share = step as f64 / steps as f64;
        self.from[axis] * (1.0 - share) + self.to[axis] * share
    }

    /// How steep it seems, by the secants of a grid.
    ///
    /// # Errors
    /// If a value is not finite.
    pub fn steepness(&self) -> Result<Steepness, Error> {
        let steps = if self.names.len() == 1 { SLOPE_POINTS } else { SLOPE_POINTS_PER_AXIS };
        let (coarse, fine) = (self.steepest(steps)?, self.steepest(2 * steps)?);
        Ok(match fine > GROWTH * coarse {
            true => Steepness::Unbounded,
            false => Steepness::Estimated(coarse.max(fine)),
        })
    }

    /// The largest slope of a cell of the grid: in two variables, of the plane through three of its corners.
    fn steepest(&self, steps: usize) -> Result<f64, Error> {
        let mut stack = Vec::new();
        let axes = self.names.len();
        let sides: Vec<f64> =
            (0..axes).map(|axis| (self.to[axis] - self.from[axis]) / steps as f64).collect();
        let rows = if axes == 1 { 0 } else { steps };
        let (mut before, mut steepest) = (Vec::new(), 0.0_f64);
        for row in 0..=rows {
            let mut values = Vec::with_capacity(steps + 1);
            for step in 0..=steps {
                let point = match axes {
                    1 => [self.along(0, step, steps), 0.0],
                    _ => [self.along(0, step, steps), self.along(1, row, steps)],
                };
                values.push(self.value(&point[..axes], &mut stack)?);
            }
            for step in 1..=steps {
                let across = (values[step] - values[step - 1]) / sides[0];
                let down = before.get(step).map_or(0.0, |above: &f64| (values[step] - above) / sides[1]);
                steepest = steepest.max(across.hypot(down));
            }
            before = values;
        }
        Ok(steepest)
    }
}

/// What the reader of expressions has against a text, said of a function instead of a feature.
fn as_function(text: &str, error: Error) -> Error {
    match error {
        Error::Expression { text, place, reason } => Error::Function { text, place, reason },
        Error::UnknownName { name, .. } => {
            let place = place_of(text, &name);
            let reason = format!("there is no function `{name}`");
            Error::Function { text: text.to_owned(), place, reason }
        }
        other => other,
    }
}

fn unknown_variable(text: &str, name: &str, names: &[String]) -> Error {
    let reason = format!("`{name}` is unknown: the variable here is {}", names.join(" or "));
    Error::Function { text: text.to_owned(), place: place_of(text, name), reason }
}

/// The character, from 1, at which `name` stands as a word of its own.
fn place_of(text: &str, name: &str) -> usize {
    let belongs = |letter: char| letter.is_alphanumeric() || letter == '_';
    let found = text.match_indices(name).find(|(at, _)| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        !before.ends_with(belongs) && !after.starts_with(belongs)
    });
    text[..found.map_or(0, |(at, _)| at)].chars().count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn steepness_is_that_of_the_textbook() {
        #[track_caller]
        fn check(text: &str, from: &[f64], to: &[f64], expected: Option<f64>) {
            let found = Function::new(text, from, to).unwrap().steepness().unwrap().constant();
            match (found, expected) {
                (Some(found), Some(expected)) => {
                    assert!(found <= expected * (1.0 + 1e-9) && found >= 0.98 * expected, "{text}: {found}");
                }
                _ => assert_eq!(found, expected, "{text}"),
            }
        }
        check("sin(x)", &[0.0], &[TAU], Some(1.0));
        check("x^2", &[-1.0], &[3.0], Some(6.0));
        check("abs(x)", &[-1.0], &[1.0], Some(1.0));
        check("7", &[-1.0], &[1.0], Some(0.0));
        check("sign(x)", &[-1.0], &[1.0], None);
        check("sqrt(x)", &[0.0], &[1.0], None);
        check("3*x1 + 4*x2", &[-1.0, -1.0], &[1.0, 1.0], Some(5.0));
        check("x2^2", &[0.0, 0.0], &[1.0, 2.0], Some(4.0));
    }

    #[test]
    fn what_is_no_function_here_is_refused_at_its_character() {
        #[track_caller]
        fn check(text: &str, from: &[f64], to: &[f64], expected: &str) {
            let error = Function::new(text, from, to).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        check("sin(y)", &[0.0], &[1.0], "`y` is unknown: the variable here is x, at character 5;");
        check("x*é2", &[0.0], &[1.0], "`é2` is unknown: the variable here is x, at character 3;");
        check(
            "x",
            &[0.0, 0.0],
            &[1.0, 1.0],
            "`x` is unknown: the variable here is x1 or x2, at character 1;",
        );
        check("2*sinus(x)", &[0.0], &[1.0], "there is no function `sinus`, at character 3;");
        check("sin(x", &[0.0], &[1.0], "at character 6;");
        check("x", &[1.0], &[1.0], "the interval from 1 to 1 is empty");
        check("x", &[f64::NAN], &[1.0], "is empty");
        check("x", &[0.0], &[1.0, 2.0], "1 and 2 numbers");
        let pole = Function::new("1/x", &[-1.0], &[1.0]).unwrap();
        let error = pole.value(&[0.0], &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("`1/x` is inf at x = 0;"), "{error}");
    }
}
