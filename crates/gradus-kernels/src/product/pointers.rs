//! Pointers to the rows of a tile of A.
//!
//! From one pointer to the first row the compiler makes one that goes from row to row and on to the next k, one addition after the
//! other: they take longer than the multiply-adds of a tile (seven cycles where 6 × 2 multiply-adds take six). So a tile has a
//! pointer for each three rows, and what they have to do with each other is hidden from the compiler. Where it knows how far rows lie
//! apart, the instructions themselves add that to the first pointer.

/// Rows that one pointer serves: those at its place, a row further and two.
const ROWS: usize = 3;
/// Pointers for the highest tile whose rows lie as far apart as the caller says, of twelve rows.
const MOST: usize = 4;

/// A pointer for each three rows from `first` on, which lie `row` elements apart; where the compiler knows `row`, the first one serves all.
/// Those beyond a tile's rows point nowhere.
#[inline(always)]
pub(super) fn pointers<T>(first: *const T, row: usize, is_known: bool) -> [*const T; MOST] {
    if is_known {
        return [first; MOST];
    }
    std::array::from_fn(|i| unrelated(first.wrapping_add(i * ROWS * row)))
}

/// The place of row `i`.
#[inline(always)]
pub(super) fn row_of<T>(pointers: &[*const T; MOST], i: usize, row: usize, is_known: bool) -> *const T {
    if is_known {
        return pointers[0].wrapping_add(i * row);
    }
    pointers[i / ROWS].wrapping_add(i % ROWS * row)
}

/// The same pointer, of which the compiler does not know where it comes from.
#[inline(always)]
#[allow(clippy::pointers_in_nomem_asm_block, reason = "what it points to is not touched")]
fn unrelated<T>(pointer: *const T) -> *const T {
    #[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
    {
        let mut pointer = pointer;
        // SAFETY: nothing is done.
        unsafe {
            std::arch::asm!("/* {0} */", inout(reg) pointer, options(pure, nomem, nostack, preserves_flags));
        }
        pointer
    }
    #[cfg(not(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri))))]
    pointer
}
