//! The numbers of a text: those with a decimal point and those of two digits or more.

use std::collections::BTreeSet;

/// The numbers of `prose`, without commas between thousands, signs, and the addresses of links.
pub(crate) fn of(prose: &str) -> BTreeSet<String> {
    let without_addresses: String = prose
        .split("](")
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { after_address(part) })
        .collect();
    all(&without_addresses).into_iter().filter(|number| number.len() > 1).collect()
}

fn after_address(part: &str) -> &str {
    part.split_once(')').map_or(part, |(_, rest)| rest)
}

/// Numbers of `prose` that are no year, not in `shown` and not in `from_elsewhere`.
pub(crate) fn not_shown(prose: &str, shown: &str, from_elsewhere: &[&str]) -> Vec<String> {
    let shown: Vec<f64> = all(shown).iter().filter_map(|number| number.parse().ok()).collect();
    let is_year = |number: &str| number.parse().is_ok_and(|year: u32| (1800..2030).contains(&year));
    let stands = |number: &String| {
        is_year(number)
            || from_elsewhere.contains(&number.as_str())
            || shown.iter().any(|&value| rounds_to(value, number) || rounds_to(100.0 * value, number))
    };
    of(prose).into_iter().filter(|number| !stands(number)).collect()
}

/// Whether `value` with as many decimals as `number` has is `number`.
fn rounds_to(value: f64, number: &str) -> bool {
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    format!("{value:.decimals$}") == number
}

/// Every run of digits, with a point or commas within it.
fn all(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut numbers = vec![String::new()];
    for (at, &letter) in letters.iter().enumerate() {
        let joins = at > 0 && is_digit(at - 1) && is_digit(at + 1);
        match letter {
            _ if letter.is_ascii_digit() => numbers.last_mut().unwrap().push(letter),
            '.' if joins && !numbers.last().unwrap().contains('.') => numbers.last_mut().unwrap().push('.'),
            ',' if joins && thousands(&letters[at + 1..]) => {}
            _ => numbers.push(String::new()),
        }
    }
    numbers.retain(|number| !number.is_empty());
    numbers
}

/// Whether exactly three digits follow, so that a comma before them is one between thousands.
fn thousands(after: &[char]) -> bool {
    after.iter().take_while(|letter| letter.is_ascii_digit()).count() == 3
}

#[test]
fn numbers_are_found_and_looked_up() {
    fn check(prose: &str, shown: &str, unknown: &[&str]) {
        assert_eq!(not_shown(prose, shown, &["16"]), unknown, "{prose}");
    }
    check("about 0.474, −0.2 and 4 units in 1986; see [a page](page-77.md)", "0.47388 -0.2", &[]);
    check("89.5 % of 1,797 rows, 10⁻¹⁶ of (0,1,2) and 16", "0.8950 1,797", &["10"]);
    check("0.48 and 122267", "0.47388 122268", &["0.48", "122267"]);
}
