//! A fuzzer for stable Rust: inputs from corpora and grammars, harmed the way peers and attackers harm them.
//!
//! No coverage is measured. What stands in for it is acceptance: an input that a target takes for what it claims to be becomes an
//! ancestor of others, so that the search stays near the valid forms, where the deep code is.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};

use super::grammar;
use super::targets::Target;

/// Ancestors beyond the corpus.
const POPULATION: usize = 512;
/// Longest input, in bytes.
const LONGEST: usize = 8 << 10;

/// Numbers that look random and come again for the same seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 where that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// Whether one case in `of` comes up.
    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    pub fn byte(&mut self) -> u8 {
        self.next() as u8
    }
}

/// What one run of a target did.
#[derive(Debug)]
pub struct Report {
    pub cases: u64,
    pub accepted: u64,
    pub took: Duration,
    pub slowest: Duration,
    /// The input and what it did, where one did something.
    pub find: Option<Find>,
}

/// An input that panics.
#[derive(Debug)]
pub struct Find {
    pub input: Vec<u8>,
    pub case: u64,
}

/// Runs `cases` inputs of this seed, or stops at the first find.
pub fn run(target: &Target, cases: u64, seed: u64) -> Report {
    count_panics();
    let corpus = corpus(target.name);
    assert!(!corpus.is_empty(), "fuzz/corpus/{} is empty", target.name);
    let mut population: Vec<Vec<u8>> = Vec::new();
    let mut dice = Dice::new(seed ^ fingerprint(target.name));
    let started = Instant::now();
    let mut report = Report { cases: 0, accepted: 0, took: Duration::ZERO, slowest: Duration::ZERO, find: None };
    while report.cases < cases {
        let input = match corpus.get(report.cases as usize) {
            Some(entry) => entry.clone(),
            None => next(target.name, &corpus, &population, &mut dice),
        };
        let begun = Instant::now();
        let outcome = judged(target, &input);
        report.slowest = report.slowest.max(begun.elapsed());
        report.cases += 1;
        match outcome {
            None => {
                report.find = Some(Find { input, case: report.cases });
                break;
            }
            Some(false) => {}
            Some(true) => {
                report.accepted += 1;
                if population.len() < POPULATION {
                    population.push(input);
                } else if dice.one_in(8) {
                    let at = dice.below(POPULATION);
                    population[at] = input;
                }
            }
        }
    }
    report.took = started.elapsed();
    report
}

/// Whether the input was accepted; none where anything panicked, on whichever side of a `catch_unwind`.
pub fn judged(target: &Target, input: &[u8]) -> Option<bool> {
    let before = PANICS.get();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    outcome.ok().filter(|_| PANICS.get() == before)
}

thread_local! {
    static PANICS: Cell<u64> = const { Cell::new(0) };
}

/// Counts the panics of each thread, also those that are caught on the way.
fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.set(PANICS.get() + 1);
            before(panic);
        }));
    });
}

/// The checked-in inputs of a target, by file name.
pub fn corpus(name: &str) -> Vec<Vec<u8>> {
    let files: BTreeMap<PathBuf, Vec<u8>> = std::fs::read_dir(folder(name))
        .unwrap_or_else(|error| panic!("fuzz/corpus/{name}: {error}"))
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.into_values().collect()
}

/// Where the corpus of a target is.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name)
}

fn fingerprint(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn next(name: &str, corpus: &[Vec<u8>], population: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = match dice.below(8) {
        0..=2 => grammar::sentence(name, dice).unwrap_or_else(|| dice.of(corpus).clone()),
        3..=5 if !population.is_empty() => dice.of(population).clone(),
        _ => dice.of(corpus).clone(),
    };
    let harms = match dice.below(10) {
        0 => 0,
        1..=4 => 1,
        5..=8 => 1 + dice.below(4),
        _ => 1 + dice.below(24),
    };
    for _ in 0..harms {
        let other = if population.is_empty() || dice.one_in(2) { dice.of(corpus) } else { dice.of(population) };
        harm(&mut input, other, grammar::words(name), dice);
    }
    input.truncate(LONGEST);
    input
}

/// Harms an input once. `other` is another input to take parts from, `words` are what the format is made of.
fn harm(input: &mut Vec<u8>, other: &[u8], words: &[&[u8]], dice: &mut Dice) {
    let at = dice.below(input.len() + 1);
    let end = at + dice.below(input.len() - at + 1);
    match dice.below(14) {
        0 | 1 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        2 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = dice.byte();
            }
        }
        3 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = byte.wrapping_add(*dice.of(&[1, 0xff, 0x10, 0xf0]));
            }
        }
        4 => {
            input.drain(at..end);
        }
        5 => input.truncate(at),
        6 => {
            let run: Vec<u8> = input[at..end].iter().copied().take(LONGEST / 4).collect();
            insert(input, at, &run);
        }
        7 => {
            let from = dice.below(other.len() + 1);
            let part = &other[from..from + dice.below(other.len() - from + 1)];
            input.splice(at..end, part.iter().copied());
        }
        8 | 9 if !words.is_empty() => {
            let word = *dice.of(words);
            if dice.one_in(2) { insert(input, at, word) } else { overwrite(input, at, word) }
        }
        10 => {
            let length = lengths(dice);
            if dice.one_in(2) { insert(input, at, &length) } else { overwrite(input, at, &length) }
        }
        11 => {
            let count = 1 + dice.below(300);
            let run = vec![*dice.of(&[b'[', b'{', 0x91, 0x81, 0xdd, b'*', b'9', b'a', 0, 0xff]); count];
            insert(input, at, &run);
        }
        12 => {
            let to = dice.below(input.len() + 1);
            let part: Vec<u8> = input[at..end].to_vec();
            insert(input, to, &part);
        }
        _ => {
            let bytes: Vec<u8> = (0..1 + dice.below(6)).map(|_| dice.byte()).collect();
            insert(input, at, &bytes);
        }
    }
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let at = at.min(input.len());
    input.splice(at..at, bytes.iter().copied());
}

fn overwrite(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = (at + bytes.len()).min(input.len());
    input.splice(at.min(end)..end, bytes.iter().copied());
}

/// A field that could be a length: the borders of every width, in both byte orders.
fn lengths(dice: &mut Dice) -> Vec<u8> {
    let borders: [u64; 12] = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, i64::MAX as u64, u64::MAX];
    let bytes = dice.of(&borders).to_be_bytes();
    let width = *dice.of(&[1, 2, 3, 4, 8]);
    let mut field = bytes[8 - width..].to_vec();
    if dice.one_in(3) {
        field.reverse();
    }
    field
}
