//! The most floating-point operations that a processor does: fused multiply-adds x ← x·f + t that wait for nothing but
//! the one before on the same number.
//!
//! A fused multiply-add takes about four cycles and two or more can begin in each, so that several registers full of numbers
//! have to be under way at the same time. The threads work at the same time, as those of a training do, since a processor may
//! lower its clock when all its cores work.

use crate::rounds::{introduction, next_request};
use gradus_kernels::{InstructionSet, Kernel, dispatch};
use serde_json::json;
use std::hint::black_box;
use std::io::{BufRead, stdin};
use std::time::{Duration, Instant};

/// Registers full of numbers that are under way at the same time.
const REGISTERS: usize = 12;
/// Multiply-adds on a number between two looks at the clock: some hundred microseconds.
const LINKS: usize = 200_000;

/// Some multiply-adds on each number, as many side by side as a register has lanes.
struct MultiplyAdds<const LANES: usize>;

impl<const LANES: usize> Kernel for MultiplyAdds<LANES> {
    /// Multiplications and additions that were done.
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        // The numbers tend to t / (1 − f) = 1: neither denormal nor infinite, however long it goes on.
        let (factor, term) = (black_box(0.999_f32), black_box(0.001_f32));
        let mut registers = black_box([[0.5_f32; LANES]; REGISTERS]);
        for _ in 0..LINKS {
            // As one row of numbers: from loops over registers and lanes the compiler makes gathers of AVX-512.
            for x in registers.as_flattened_mut() {
                *x = x.mul_add(factor, term);
            }
        }
        black_box(registers);
        2 * LINKS * REGISTERS * LANES
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
    let (started, mut operations) = (Instant::now(), 0);
    while operations == 0 || started.elapsed() < length {
        operations += match InstructionSet::best().lanes::<f32>() {
            16 => dispatch(MultiplyAdds::<16>),
            8 => dispatch(MultiplyAdds::<8>),
            _ => dispatch(MultiplyAdds::<4>),
        };
    }
    operations as f64 / started.elapsed().as_secs_f64() / 1e9
}
