//! The most floating-point operations that a processor does: fused multiply-adds x ← x·f + t that wait for nothing but
//! the one before on the same number.
//!
//! A fused multiply-add takes about four cycles and two or more can begin in each, so that several registers full of numbers
//! have to be under way at the same time; loads and stores are few enough to cost nothing. The threads work at the same
//! time, as those of a training do, since a processor may lower its clock when all its cores work.

use crate::rounds::{introduction, next_request};
use gradus_kernels::{Kernel, dispatch};
use serde_json::json;
use std::hint::black_box;
use std::io::{BufRead, stdin};
use std::time::{Duration, Instant};

/// Numbers that are under way at the same time, each in a lane of a register of its own.
const CHAINS: usize = 12;
/// Multiply-adds on a number between its load and its store.
const LINKS: usize = 24;
/// Numbers of a chain: all of them fit into the smallest first-level cache.
const LENGTH: usize = 512;
/// Passes over the numbers between two looks at the clock: some hundred microseconds.
const PASSES: usize = 1000;
/// Multiplications and additions between two looks at the clock.
const OPERATIONS: usize = 2 * LINKS * CHAINS * LENGTH * PASSES;

type Numbers = [[f32; LENGTH]; CHAINS];

/// Some multiply-adds on each number.
struct MultiplyAdds<'a>(&'a mut Numbers);

impl Kernel for MultiplyAdds<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // The numbers tend to t / (1 − f) = 1: neither denormal nor infinite, however long it goes on.
        let (factor, term) = (black_box(0.999_f32), black_box(0.001_f32));
        for _ in 0..PASSES {
            for place in 0..LENGTH {
                let mut x: [f32; CHAINS] = std::array::from_fn(|chain| self.0[chain][place]);
                for _ in 0..LINKS {
                    x = x.map(|x| x.mul_add(factor, term));
                }
                for (chain, x) in self.0.iter_mut().zip(x) {
                    chain[place] = x;
                }
            }
        }
    }
}

/// Answers each request with `{"gflops":[…]}`, one figure for each thread.
pub(crate) fn serve(threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let mut requests = stdin().lock().lines();
    round(threads, Duration::from_millis(100));
    println!("{}", introduction());
    while let Some(length) = next_request(&mut requests) {
        println!("{}", json!({"gflops": round(threads, length)}));
    }
    Ok(())
}

/// Billions of operations per second, thread by thread.
fn round(threads: usize, length: Duration) -> Vec<f64> {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| gflops(length))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(f64::NAN)).collect()
    })
}

fn gflops(length: Duration) -> f64 {
    let mut numbers = [[0.5; LENGTH]; CHAINS];
    let (started, mut runs) = (Instant::now(), 0);
    while runs == 0 || started.elapsed() < length {
        dispatch(MultiplyAdds(black_box(&mut numbers)));
        runs += 1;
    }
    (runs * OPERATIONS) as f64 / started.elapsed().as_secs_f64() / 1e9
}
