//! The products of f32 and of f64, compiled in this crate. A generic function is compiled again by every crate that uses it,
//! and these are by far the largest: there is a copy for each instruction set and each height of a tile.

use super::Task;
use super::unpacked::Unpacked;
use crate::dispatch::InstructionSet;
use std::ops::Range;

/// What a number type's products are computed by.
pub trait Multiply: Sized {
    /// [`Task::compute`]
    fn compute(task: &Task<'_, Self>, rows: Range<usize>, columns: Range<usize>);

    /// A product without packing, in the registers of an instruction set.
    fn compute_unpacked(set: InstructionSet, unpacked: Unpacked<'_, Self>);
}

macro_rules! compile_for {
    ($number:ty) => {
        impl Multiply for $number {
            #[inline(never)]
            fn compute(task: &Task<'_, Self>, rows: Range<usize>, columns: Range<usize>) {
                task.compute_compiled(rows, columns);
            }

            #[inline(never)]
            fn compute_unpacked(set: InstructionSet, unpacked: Unpacked<'_, Self>) {
                set.run_on_registers(unpacked);
            }
        }
    };
}

compile_for!(f32);
compile_for!(f64);
