//! A unit that multiplies squares of pairs of bf16 ([`Amx`](super::Amx)): 16 rows of 16 pairs by 16 pairs of rows, for 16 × 16 sums
//! of f32.
//!
//! A strip is what one such multiplication takes of k: 16 pairs, 32 k. To a sum it adds two chains of multiply-adds that begin
//! at 0, one over the even k of the strip and one over the odd ones, in ascending order, first added to each other.

/// Rows and columns of a square.
pub(crate) const SIDE: usize = 16;

/// Bytes from one row of a square of pairs to the next: they have no gaps.
pub(crate) const LINE: usize = SIDE * size_of::<u32>();

/// Some squares of C, up to two below and two beside each other, and what is multiplied into them.
pub(crate) struct Squares {
    /// Strips of k.
    pub(crate) strips: usize,
    /// The squares of A of the upper row, and of the lower one where there is one: a square for each strip, without gaps.
    pub(crate) a: [*const u32; 2],
    /// For each strip as many squares as there are of C beside each other, without gaps.
    pub(crate) b: *const u32,
    /// The first number of C.
    pub(crate) c: *mut f32,
    /// From one row of C to the next.
    pub(crate) c_row: usize,
    /// Whether the sums begin at 0, and not at what is in C.
    pub(crate) begins: bool,
}

/// What multiplies squares.
///
/// # Safety of its functions
/// Each may only run on a processor that has the unit, and where the system has permitted its use.
pub(crate) trait SquareUnit {
    /// Makes this thread ready to multiply.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn begin();

    /// Gives back what [`begin`](Self::begin) took.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn end();

    /// 2 · `SIDE` neighbours as `SIDE` pairs of bf16, rounded to the nearest. Denormal numbers may become 0, for which the unit takes
    /// them anyway.
    ///
    /// # Safety
    /// See the trait. So many numbers can be read and pairs written.
    unsafe fn round_pairs(from: *const f32, to: *mut u32);

    /// `SIDE` numbers and as many others as the lower and the upper halves of pairs, rounded in the same way.
    ///
    /// # Safety
    /// See the trait. So many numbers can be read and pairs written.
    unsafe fn round_two(lower: *const f32, upper: *const f32, to: *mut u32);

    /// C ← C + A·B, or C ← A·B, for HEIGHT × WIDTH squares, both 1 or 2.
    ///
    /// # Safety
    /// See the trait; between `begin` and `end` on the same thread. All places that `squares` names can be read, and those of
    /// C written, by nobody else meanwhile.
    unsafe fn multiply<const HEIGHT: usize, const WIDTH: usize>(squares: &Squares);
}
