//! Operands in bf16 where the processor multiplies no pairs of them, or not as fast as numbers of f32: each is rounded and stays
//! an f32, and the product is that of f32.
//!
//! So that the sums are those of pairs, bit by bit (see [`Multiplier`]), both operands have each pair of k exchanged: 1, 0, 3, 2, …
//! Where k is odd, the last one stays.

use super::rectangle::{Feed, InRegisters, Rectangle};
use super::tile::MOST_ROWS;
use super::{DEPTH, Panels};
use crate::MatrixView;
use crate::dispatch::RegisterKernel;
use crate::vector::{Multiplier, Plain, Vector, nearest};
use std::ops::Range;

/// A rectangle of a product of rounded numbers.
pub(super) struct Rounded<'a>(pub(super) Rectangle<'a, f32>);

impl RegisterKernel<f32> for Rounded<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = f32>>(self) {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { self.0.compute(InRegisters::<Plain<V>, _>::of(RoundedRows::new())) }
    }
}

/// Room for some rows of A, rounded.
struct RoundedRows([f32; MOST_ROWS * DEPTH]);

impl RoundedRows {
    #[inline(always)]
    fn new() -> Self {
        Self([0.0; _])
    }
}

impl<M: Multiplier<Operand = f32>> Feed<f32, M> for RoundedRows {
    const K_OF_AN_OPERAND: usize = 1;

    #[inline(always)]
    fn panels(b: &Panels<f32>) -> *const f32 {
        b.numbers().as_ptr()
    }

    #[inline(always)]
    unsafe fn rows(
        &mut self,
        a: &MatrixView<'_, f32>,
        rows: Range<usize>,
        block: Range<usize>,
        _columns: usize,
    ) -> (*const f32, usize, usize) {
        if a.column_stride == 1 {
            for (i, to) in rows.zip(self.0.chunks_exact_mut(DEPTH)) {
                round_and_exchange(&a.elements[i * a.row_stride + block.start..][..block.len()], to);
            }
            return (self.0.as_ptr(), DEPTH, 1);
        }
        let odd_one_out = block.len() - block.len() % 2;
        let (lines, _) = self.0.as_chunks_mut::<MOST_ROWS>();
        for (l, k) in block.clone().enumerate() {
            let to = &mut lines[if l < odd_one_out { l ^ 1 } else { l }];
            let from = &a.elements[k * a.column_stride + rows.start * a.row_stride..];
            match from.first_chunk::<MOST_ROWS>() {
                // Rows beyond the tile's are taken as well and not read: so many numbers are moved in three steps.
                Some(from) if a.row_stride == 1 => *to = *from,
                _ => {
                    let from = from.iter().step_by(a.row_stride);
                    to[..rows.len()].iter_mut().zip(from).for_each(|(to, &from)| *to = from);
                }
            }
        }
        // All at once, in whole registers.
        self.0[..block.len() * MOST_ROWS].iter_mut().for_each(|number| *number = nearest(*number));
        (self.0.as_ptr(), 1, MOST_ROWS)
    }
}

/// A row rounded, its pairs exchanged.
#[inline(always)]
fn round_and_exchange(from: &[f32], to: &mut [f32]) {
    let (pairs, last) = from.as_chunks::<2>();
    let (to_pairs, _) = to.as_chunks_mut::<2>();
    for (to, &[lower, upper]) in to_pairs.iter_mut().zip(pairs) {
        *to = [nearest(upper), nearest(lower)];
    }
    if let [last] = last {
        to[from.len() - 1] = nearest(*last);
    }
}

/// Rounds a panel of B that was packed as it was, and exchanges its rows in pairs.
#[inline(always)]
pub(super) fn round_panel(panel: &mut [f32], width: usize) {
    let mut pairs = panel.chunks_exact_mut(2 * width);
    for pair in &mut pairs {
        let (lower, upper) = pair.split_at_mut(width);
        for (lower, upper) in lower.iter_mut().zip(upper) {
            (*lower, *upper) = (nearest(*upper), nearest(*lower));
        }
    }
    pairs.into_remainder().iter_mut().for_each(|last| *last = nearest(*last));
}
