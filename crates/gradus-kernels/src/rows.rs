//! Rows of a few numbers, as the outputs of a network are. With a length that the compiler knows, a row is a few instructions in
//! registers; with one that is read from memory, the loop around its numbers takes longer than what is done with them.

/// What a kernel does with each row of a matrix, written for rows of any length and for short ones.
///
/// Both must be `#[inline(always)]`, as for [`Kernel`](crate::Kernel).
pub trait RowsKernel {
    /// What the kernel gives back.
    type Output;
    /// Does the work on rows of `COLUMNS` numbers.
    fn short<const COLUMNS: usize>(self) -> Self::Output;
    /// Does the work on rows of any length.
    fn any(self) -> Self::Output;
}

/// The most numbers of a short row: the partial sums of [`reduce`](crate::reduce), each of which then has one number at most.
const MOST: usize = 16;

/// Does the work of a kernel on rows of so many numbers. WebAssembly has one code for all lengths: a page is the smaller for it.
#[inline(always)]
pub fn by_columns<K: RowsKernel>(kernel: K, columns: usize) -> K::Output {
    match columns {
        _ if cfg!(target_family = "wasm") => kernel.any(),
        1 => kernel.short::<1>(),
        2 => kernel.short::<2>(),
        3 => kernel.short::<3>(),
        4 => kernel.short::<4>(),
        5 => kernel.short::<5>(),
        6 => kernel.short::<6>(),
        7 => kernel.short::<7>(),
        8 => kernel.short::<8>(),
        9 => kernel.short::<9>(),
        10 => kernel.short::<10>(),
        11 => kernel.short::<11>(),
        12 => kernel.short::<12>(),
        13 => kernel.short::<13>(),
        14 => kernel.short::<14>(),
        15 => kernel.short::<15>(),
        MOST => kernel.short::<MOST>(),
        _ => kernel.any(),
    }
}

/// The numbers of a short row brought together in the pairs in which [`reduce`](crate::reduce) adds up its partial sums: the upper half
/// onto the lower, until one is left.
#[inline(always)]
pub fn in_pairs<R: Copy, const COLUMNS: usize>(row: &[R; COLUMNS], both: impl Fn(R, R) -> R) -> R {
    const { assert!(0 < COLUMNS && COLUMNS <= MOST) };
    let mut numbers = *row;
    let mut half = COLUMNS.next_power_of_two() / 2;
    while half > 0 {
        for i in 0..half.min(COLUMNS - half) {
            numbers[i] = both(numbers[i], numbers[i + half]);
        }
        half /= 2;
    }
    numbers[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reduce::total;

    struct Count(usize);

    impl RowsKernel for Count {
        type Output = usize;
        fn short<const COLUMNS: usize>(self) -> usize {
            let row: [f32; COLUMNS] = std::array::from_fn(|i| 1.0 / (1 + i) as f32);
            assert_eq!(in_pairs(&row, |a, b| a + b).to_bits(), total(&row).to_bits(), "{COLUMNS} numbers");
            assert!(COLUMNS == self.0 && COLUMNS <= MOST);
            COLUMNS
        }
        fn any(self) -> usize {
            assert!(self.0 < 1 || self.0 > MOST);
            self.0
        }
    }

    #[test]
    fn each_length_has_its_own_code_and_the_same_sums() {
        for columns in 0..=MOST + 1 {
            assert_eq!(by_columns(Count(columns), columns), columns);
        }
    }
}
