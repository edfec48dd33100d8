//! Made-up mails, to be told apart by four counts of telling words.
//!
//! Each mail is written for its class: how often it says "free", names its reader and misspells is drawn from Poisson
//! distributions with other means for spam than for honest mail, and so is whether it comes from a friend. The features are then counted
//! in the finished text, so that they are true by construction. `noise` is the share of mails that carry the wrong class, as
//! people's own judgement does; `spam` is the share of spam.

use super::{Common, numbers};
use crate::Error;
use gradus::data::{Column, Values};
use gradus::random::Random;
use gradus::settings::Settings;

/// The reader of all mails.
const READER: &str = "Robin";
const FRIENDS: [&str; 6] = ["Ada", "Ben", "Chiara", "Dmitri", "Emeka", "Fatima"];
const STRANGERS: [&str; 6] =
    ["Grand Casino", "Prize Office", "Watch Outlet", "Miracle Pharmacy", "Easy Loans", "Parcel Desk"];
/// Honest senders whom the reader has not made a friend of.
const OTHERS: [&str; 4] = ["City Library", "Dr Okafor", "School Office", "Landlord"];

const PLAIN: [&str; 14] = [
    "The meeting is moved to Thursday.",
    "I put the report on your desk.",
    "We should talk about the garden.",
    "The train was late again.",
    "Please bring the keys tomorrow.",
    "Your address is in the list.",
    "I believe the weather will hold.",
    "The library opens at nine.",
    "Dinner was wonderful.",
    "I definitely want to come.",
    "The account is settled.",
    "We can do that separately.",
    "I will receive the parcel on Monday.",
    "It was a strange film.",
];
const LOUD: [&str; 10] = [
    "You have won a prize!",
    "Only today, only for you!",
    "Click here to claim your account.",
    "A guarantee comes with every order.",
    "Do not miss this opportunity.",
    "Receive your money tomorrow.",
    "Your address was drawn from millions.",
    "You will not believe the price.",
    "Order now and save ninety percent.",
    "Answer within one hour.",
];
const FREE: [&str; 4] =
    ["Lunch is free.", "Get a free watch.", "The first month is FREE!", "It is free of charge."];
/// The right word and the wrong one that people write.
const MISSPELLED: [[&str; 2]; 10] = [
    ["receive", "recieve"],
    ["believe", "beleive"],
    ["definitely", "definately"],
    ["separately", "seperately"],
    ["tomorrow", "tommorow"],
    ["address", "adress"],
    ["account", "acount"],
    ["guarantee", "garantee"],
    ["opportunity", "oportunity"],
    ["weather", "wether"],
];

/// Mails of two classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mails {
    common: Common,
    spam: f64,
}

/// How mails of a class are written: mean counts, and the probability of coming from a friend.
struct Habit {
    free: f64,
    name: f64,
    misspelled: f64,
    friend: f64,
    sentences: &'static [&'static str],
    senders: &'static [&'static str],
}

const SPAM: Habit =
    Habit { free: 2.0, name: 0.3, misspelled: 1.6, friend: 0.05, sentences: &LOUD, senders: &STRANGERS };
const HONEST: Habit =
    Habit { free: 0.2, name: 1.1, misspelled: 0.4, friend: 0.7, sentences: &PLAIN, senders: &OTHERS };

impl Mails {
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn take(settings: &mut Settings<'_>) -> Result<Self, Error> {
        let common = Common::take(settings, 1000, 0.02)?;
        let is_share = |share: f64| share > 0.0 && share < 1.0;
        let spam = settings.take_within("spam", 0.5, is_share, "above 0 and below 1")?;
        Ok(Self { common, spam })
    }

    /// FREE, YOUR_NAME, MISSPELLED, FROM_FRIEND, text, class; (rows) each.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut random = self.common.random();
        let mut counts = [const { Vec::new() }; 4];
        let (mut texts, mut codes) = (Vec::new(), Vec::new());
        for _ in 0..self.common.rows {
            let is_spam = random.uniform() < self.spam;
            let text = if is_spam { SPAM.write(&mut random) } else { HONEST.write(&mut random) };
            counts.iter_mut().zip(features(&text)).for_each(|(column, count)| column.push(f64::from(count)));
            texts.push(text);
            let is_mistaken = random.uniform() < self.common.noise;
            codes.push(u32::from(is_spam != is_mistaken));
        }
        let levels = vec!["not spam".to_owned(), "spam".to_owned()];
        let names = ["FREE", "YOUR_NAME", "MISSPELLED", "FROM_FRIEND"];
        let mut columns: Vec<Column> =
            names.into_iter().zip(counts).map(|(name, counts)| numbers(name, counts)).collect();
        columns.push(Column { name: "text".into(), values: Values::Text(texts) });
        columns.push(Column { name: "class".into(), values: Values::Categories { codes, levels } });
        columns
    }
}

impl Habit {
    /// A whole mail.
    fn write(&self, random: &mut Random) -> String {
        let senders = if random.uniform() < self.friend { &FRIENDS } else { self.senders };
        let from = pick(senders, random);
        let mut sentences: Vec<String> = Vec::new();
        for _ in 0..1 + poisson(1.0, random) {
            sentences.push(pick(self.sentences, random).to_owned());
        }
        for _ in 0..poisson(self.free, random) {
            sentences.push(pick(&FREE, random).to_owned());
        }
        for _ in 0..poisson(self.name, random) {
            sentences.push(format!("Are you there, {READER}?"));
        }
        for _ in 0..poisson(self.misspelled, random) {
            sentences.push(misspelled(random));
        }
        random.shuffle(&mut sentences);
        format!("From: {from}\n{}", sentences.join(" "))
    }
}

/// A plain sentence with one word written as it should not be.
fn misspelled(random: &mut Random) -> String {
    let [right, wrong] = MISSPELLED[random.below(MISSPELLED.len())];
    let fitting = PLAIN.iter().chain(&LOUD).find(|sentence| sentence.contains(right));
    fitting.map_or_else(|| format!("It says {wrong}."), |sentence| sentence.replacen(right, wrong, 1))
}

/// FREE, YOUR_NAME, MISSPELLED and FROM_FRIEND, counted in a mail's text.
fn features(text: &str) -> [u32; 4] {
    let (from, body) = text.split_once('\n').unwrap_or(("", text));
    let count = |is_counted: &dyn Fn(&str) -> bool| {
        let words = body.split(|c: char| !c.is_alphabetic());
        words.filter(|word| is_counted(&word.to_lowercase())).count() as u32
    };
    let sender = from.trim_start_matches("From: ");
    [
        count(&|word| word == "free"),
        count(&|word| word == READER.to_lowercase()),
        count(&|word| MISSPELLED.iter().any(|[_, wrong]| *wrong == word)),
        u32::from(FRIENDS.contains(&sender)),
    ]
}

/// A whole number with the given mean (Knuth's method: how many uniforms until their product is below e^−mean).
fn poisson(mean: f64, random: &mut Random) -> usize {
    let limit = libm::exp(-mean);
    let (mut product, mut n) = (random.uniform(), 0);
    while product > limit {
        product *= random.uniform();
        n += 1;
    }
    n
}

fn pick<'a>(words: &[&'a str], random: &mut Random) -> &'a str {
    words[random.below(words.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_count_what_stands_in_the_text() {
        fn check(text: &str, expected: [u32; 4]) {
            assert_eq!(features(text), expected, "{text}");
        }
        check("From: Ada\nFree FREE freedom. Robin, Robin's adress.", [2, 2, 1, 1]);
        check("From: Easy Loans\nThe train was late again.", [0, 0, 0, 0]);
        check("From: Free Ada\nHello.", [0, 0, 0, 0]);
    }

    #[test]
    fn plain_sentences_have_none_of_the_telling_words() {
        for sentence in PLAIN.iter().chain(&LOUD) {
            assert_eq!(features(&format!("From: x\n{sentence}")), [0; 4], "{sentence}");
        }
        for sentence in FREE {
            assert_eq!(features(&format!("From: x\n{sentence}")), [1, 0, 0, 0], "{sentence}");
        }
        for pair in MISSPELLED {
            assert!(PLAIN.iter().chain(&LOUD).any(|sentence| sentence.contains(pair[0])), "{pair:?}");
        }
    }

    #[test]
    fn poisson_numbers_have_the_wanted_mean() {
        let mut random = Random::new(1, gradus::random::Purpose::Generator, 0);
        for mean in [0.2, 2.0] {
            let sum: usize = (0..20_000).map(|_| poisson(mean, &mut random)).sum();
            let found = sum as f64 / 20_000.0;
            assert!((found - mean).abs() < 0.05, "{found} instead of {mean}");
        }
    }
}
