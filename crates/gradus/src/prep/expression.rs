//! Derived features: expressions over the columns, such as `x1*x2`, `sin(x1)`, `-x1^2` or `ln({body mass})`.
//!
//! ```text
//! sum     = product { ("+" | "-") product }
//! product = factor { ("*" | "/") factor }
//! factor  = ("-" | "+") factor | power
//! power   = atom [ "^" factor ]                      so that −x^2 = −(x^2), 2^−1 = ½, 2^3^2 = 2^(3^2)
//! atom    = number | name | "{" any text "}" | function "(" sum { "," sum } ")" | "(" sum ")"
//! ```
//!
//! The reader is our own, because an expression also comes out of a model file: it can neither overflow the stack nor
//! panic, it has the usual precedence of the minus sign, and its functions give the same bits on every platform. An
//! expression is kept as a row of instructions for a stack machine (reverse Polish notation).

use crate::Error;
use gradus_kernels::Real;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// Longer expressions are refused.
const MAX_LENGTH: usize = 1000;
/// Expressions nested deeper are refused.
const MAX_DEPTH: usize = 50;

/// An expression over named numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expression {
    text: String,
    variables: Vec<String>,
    program: Vec<Instruction>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Instruction {
    Number(f64),
    /// The place of the variable in `variables`.
    Variable(usize),
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Call(Function),
}

/// The functions that an expression can call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Abs,
    Cbrt,
    Ceil,
    Cos,
    Exp,
    Floor,
    Ln,
    Log10,
    Log2,
    Max,
    Min,
    Round,
    Sigmoid,
    Sign,
    Sin,
    Sqrt,
    Tan,
    Tanh,
}

const FUNCTIONS: [(&str, Function); 19] = [
    ("abs", Function::Abs),
    ("cbrt", Function::Cbrt),
    ("ceil", Function::Ceil),
    ("cos", Function::Cos),
    ("exp", Function::Exp),
    ("floor", Function::Floor),
    ("ln", Function::Ln),
    ("log", Function::Ln),
    ("log10", Function::Log10),
    ("log2", Function::Log2),
    ("max", Function::Max),
    ("min", Function::Min),
    ("round", Function::Round),
    ("sigmoid", Function::Sigmoid),
    ("sign", Function::Sign),
    ("sin", Function::Sin),
    ("sqrt", Function::Sqrt),
    ("tan", Function::Tan),
    ("tanh", Function::Tanh),
];

impl Expression {
    /// The names that it uses, each once, in the order of their first use. `pi` is π unless a column has that name, which
    /// `is_column` tells.
    ///
    /// # Errors
    /// If the text is not an expression; the message points at the place.
    pub fn parse(text: &str, is_column: impl Fn(&str) -> bool) -> Result<Self, Error> {
        let mut reader = Reader { text, at: 0, depth: 0, variables: Vec::new(), program: Vec::new() };
        if text.len() > MAX_LENGTH {
            return Err(reader.error(&format!("it is longer than {MAX_LENGTH} bytes")));
        }
        reader.sum(&is_column)?;
        match reader.peek() {
            None => Ok(Self {
                text: if is_column("pi") { with_pi_in_braces(text.trim()) } else { text.trim().to_owned() },
                variables: reader.variables,
                program: reader.program,
            }),
            Some(other) => Err(reader.error(&format!("`{other}` does not belong there"))),
        }
    }

    /// The names that it uses, each once, in the order of their first use.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Its value where the variables have the given values, in the order of [`variables`](Self::variables). `stack` is
    /// room to work in.
    pub fn value(&self, values: &[f64], stack: &mut Vec<f64>) -> f64 {
        stack.clear();
        for instruction in &self.program {
            let last = match instruction {
                Instruction::Number(number) => *number,
                Instruction::Variable(place) => values[*place],
                Instruction::Negate => -pop(stack),
                Instruction::Add => binary(stack, |a, b| a + b),
                Instruction::Subtract => binary(stack, |a, b| a - b),
                Instruction::Multiply => binary(stack, |a, b| a * b),
                Instruction::Divide => binary(stack, |a, b| a / b),
                Instruction::Power => binary(stack, libm::pow),
                Instruction::Call(function) => function.call(stack),
            };
            stack.push(last);
        }
        pop(stack)
    }
}

fn pop(stack: &mut Vec<f64>) -> f64 {
    stack.pop().expect("the reader writes an operand for each place of an operator")
}

fn binary(stack: &mut Vec<f64>, apply: impl Fn(f64, f64) -> f64) -> f64 {
    let right = pop(stack);
    apply(pop(stack), right)
}

impl Function {
    fn n_arguments(self) -> usize {
        if matches!(self, Self::Max | Self::Min) { 2 } else { 1 }
    }

    fn call(self, stack: &mut Vec<f64>) -> f64 {
        match self {
            Self::Max => return binary(stack, f64::max),
            Self::Min => return binary(stack, f64::min),
            _ => {}
        }
        let x = pop(stack);
        match self {
            Self::Abs => x.abs(),
            Self::Cbrt => libm::cbrt(x),
            Self::Ceil => x.ceil(),
            Self::Cos => Real::cos(x),
            Self::Exp => Real::exp(x),
            Self::Floor => x.floor(),
            Self::Ln => Real::ln(x),
            Self::Log10 => libm::log10(x),
            Self::Log2 => libm::log2(x),
            Self::Max | Self::Min => unreachable!("handled above"),
            Self::Round => x.round(),
            Self::Sigmoid => Real::sigmoid(x),
            // As everywhere in Gradus, sign(0) = +1.
            Self::Sign => 1.0_f64.copysign(x + 0.0),
            Self::Sin => Real::sin(x),
            Self::Sqrt => x.sqrt(),
            Self::Tan => libm::tan(x),
            Self::Tanh => Real::tanh(x),
        }
    }
}

/// Writes a bare `pi` as `{pi}`: who reads the text back knows no columns and would take it for π.
fn with_pi_in_braces(text: &str) -> String {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let (mut written, mut rest, mut depth) = (String::new(), text, 0_usize);
    while let Some(first) = rest.chars().next() {
        let word = &rest[..rest.find(|c| !is_letter(c)).unwrap_or(rest.len())];
        let token = if word.is_empty() { &rest[..first.len_utf8()] } else { word };
        match token {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        written += if token == "pi" && depth == 0 { "{pi}" } else { token };
        rest = &rest[token.len()..];
    }
    written
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Expression {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text, |_| false)
    }
}

impl TryFrom<String> for Expression {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.text
    }
}

/// Divides `x1, max(x1, x2), {a, b}` at the commas that stand outside parentheses and braces.
pub fn split_features(list: &str) -> Vec<String> {
    let (mut features, mut depth, mut braced) = (vec![String::new()], 0_usize, false);
    for letter in list.chars() {
        match letter {
            '{' => braced = true,
            '}' => braced = false,
            '(' if !braced => depth += 1,
            ')' if !braced => depth = depth.saturating_sub(1),
            _ => {}
        }
        match letter == ',' && depth == 0 && !braced {
            true => features.push(String::new()),
            false => features.last_mut().expect("it starts with one").push(letter),
        }
    }
    features.iter().map(|feature| feature.trim().to_owned()).filter(|feature| !feature.is_empty()).collect()
}

/// Recursive descent, one method per rule of the grammar; each writes the instructions of what it has read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    variables: Vec<String>,
    program: Vec<Instruction>,
}

impl<'a> Reader<'a> {
    fn error(&self, reason: &str) -> Error {
        let place = self.text[..self.at].chars().count() + 1;
        Error::Expression { text: self.text.to_owned(), place, reason: reason.to_owned() }
    }

    /// The next character that is not a blank, left where it is.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), Error> {
        if self.take(wanted) {
            return Ok(());
        }
        let found = self.peek().map_or("it ends".to_owned(), |found| format!("`{found}` stands"));
        Err(self.error(&format!("`{wanted}` is wanted where {found}")))
    }

    /// The longest run of characters from here that `belongs` accepts.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|letter| !belongs(letter)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn sum(&mut self, is_column: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        self.product(is_column)?;
        loop {
            let instruction = match self.peek() {
                Some('+') => Instruction::Add,
                Some('-') => Instruction::Subtract,
                _ => return Ok(()),
            };
            self.at += 1;
            self.product(is_column)?;
            self.program.push(instruction);
        }
    }

    fn product(&mut self, is_column: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        self.factor(is_column)?;
        loop {
            let instruction = match self.peek() {
                Some('*') => Instruction::Multiply,
                Some('/') => Instruction::Divide,
                _ => return Ok(()),
            };
            self.at += 1;
            self.factor(is_column)?;
            self.program.push(instruction);
        }
    }

    /// Every way to go deeper leads through here, so this is where the depth is counted.
    fn factor(&mut self, is_column: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(&format!("it is nested more than {MAX_DEPTH} deep")));
        }
        if self.take('-') {
            self.factor(is_column)?;
            self.program.push(Instruction::Negate);
        } else if self.take('+') {
            self.factor(is_column)?;
        } else {
            self.atom(is_column)?;
            if self.take('^') {
                self.factor(is_column)?;
                self.program.push(Instruction::Power);
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn atom(&mut self, is_column: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                self.sum(is_column)?;
                self.expect(')')
            }
            Some('{') => {
                self.at += 1;
                let name = self.take_while(|letter| letter != '}');
                self.expect('}')?;
                self.variable(name.trim());
                Ok(())
            }
            Some(digit) if digit.is_ascii_digit() || digit == '.' => self.number(),
            Some(letter) if letter.is_alphabetic() || letter == '_' => self.name(is_column),
            Some(other) => Err(self.error(&format!("`{other}` does not belong there"))),
            None => Err(self.error("a number or a name is wanted where it ends")),
        }
    }

    fn number(&mut self) -> Result<(), Error> {
        let start = self.at;
        self.take_while(|letter| letter.is_ascii_digit() || letter == '.');
        let mantissa_end = self.at;
        if self.text[self.at..].starts_with(['e', 'E']) {
            self.at += 1;
            self.at += usize::from(self.text[self.at..].starts_with(['+', '-']));
            // `2e` without digits behind it is the number 2 and then a name, which the grammar refuses.
            if self.take_while(|letter| letter.is_ascii_digit()).is_empty() {
                self.at = mantissa_end;
            }
        }
        match self.text[start..self.at].parse::<f64>() {
            Ok(number) if number.is_finite() => {
                self.program.push(Instruction::Number(number));
                Ok(())
            }
            _ => Err(self.error(&format!("`{}` is not a number", &self.text[start..self.at]))),
        }
    }

    fn name(&mut self, is_column: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        let name = self.take_while(|letter| letter.is_alphanumeric() || letter == '_');
        if self.peek() == Some('(') {
            return self.call(name, is_column);
        }
        match name == "pi" && !is_column(name) {
            true => self.program.push(Instruction::Number(std::f64::consts::PI)),
            false => self.variable(name),
        }
        Ok(())
    }

    fn variable(&mut self, name: &str) {
        let known = self.variables.iter().position(|variable| variable == name);
        let place = known.unwrap_or_else(|| {
            self.variables.push(name.to_owned());
            self.variables.len() - 1
        });
        self.program.push(Instruction::Variable(place));
    }

    fn call(&mut self, name: &str, is_column: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        let Some((_, function)) = FUNCTIONS.into_iter().find(|(known, _)| *known == name) else {
            let known = FUNCTIONS.into_iter().map(|(name, _)| name.to_owned()).collect();
            return Err(Error::UnknownName { kind: "function", name: name.to_owned(), known });
        };
        self.expect('(')?;
        self.sum(is_column)?;
        for _ in 1..function.n_arguments() {
            self.expect(',')?;
            self.sum(is_column)?;
        }
        self.program.push(Instruction::Call(function));
        self.expect(')')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str, columns: &[(&str, f64)]) -> Result<f64, Error> {
        let expression: Expression = text.parse()?;
        let find = |name: &String| columns.iter().find(|(column, _)| column == name).expect("a known name").1;
        let values: Vec<f64> = expression.variables().iter().map(find).collect();
        Ok(expression.value(&values, &mut Vec::new()))
    }

    #[test]
    fn expressions_have_the_usual_values() {
        let check = |text: &str, expected: f64| {
            let found = value(text, &[("x1", 3.0), ("x2", -2.0), ("body mass", 70.0), ("é", 1.0)]).unwrap();
            assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{text} = {found}");
        };
        check("x1*x2", -6.0);
        check("-x1^2", -9.0);
        check("(-x1)^2", 9.0);
        check("2^-1", 0.5);
        check("2^3^2", 512.0);
        check("8/4/2", 1.0);
        check("8-4-2", 2.0);
        check("2*3/4*6", 9.0);
        check("1 + 2 * 3", 7.0);
        check("--x1", 3.0);
        check("x1 - -x2", 1.0);
        check(" { body mass } / (x1 + é)", 17.5);
        check("max(x1, min(x2, 1.5e1))", 3.0);
        check("1e-3*1E3 + .5 + 2.", 3.5);
        check("sin(pi/2) + cos(0)", 2.0);
        check("sqrt(abs(x2)*8)", 4.0);
        check("sign(0) + sign(-0.0) + sign(x2)", 1.0);
        check("log2(8) + log10(1000) + ln(exp(2)) + cbrt(27)", 11.0);
    }

    #[test]
    fn what_cannot_be_read_is_pointed_at() {
        let check = |text: &str, expected: &str| {
            let message = value(text, &[]).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        };
        check("", "at character 1");
        check("1 +", "at character 4");
        check("(1", "`)` is wanted where it ends");
        check("1 2", "`2` does not belong there");
        check("é * §", "at character 5");
        check("{abc", "`}` is wanted");
        check("sinus(1)", "did you mean `sin`");
        check("max(1)", "`,` is wanted where `)` stands");
        check("1..2", "not a number");
        check("1e999", "not a number");
        check(&"(".repeat(900), "nested");
        check(&"-".repeat(900), "nested");
        check(&"1^".repeat(400), "nested");
        check(&"1+".repeat(900), "longer");
    }

    #[test]
    fn a_list_is_divided_at_its_own_commas() {
        let features = split_features("x1, max(x1,x2),{a, (b} ,, x1*(x2)");
        assert_eq!(features, ["x1", "max(x1,x2)", "{a, (b}", "x1*(x2)"]);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[x1+*/^(){},. a-eé0-9-]{0,40}") {
            if let Ok(expression) = text.parse::<Expression>() {
                expression.value(&vec![1.5; expression.variables().len()], &mut Vec::new());
            }
        }
    }
}
