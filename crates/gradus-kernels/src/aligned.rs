//! Numbers in memory that begins at a line of the cache.
//!
//! A register of AVX-512 is as wide as a line, one of AVX2 half as wide: in memory that begins anywhere, as an allocator gives it
//! (at multiples of 16 bytes), every load of the one and every second load of the other touch two lines. So all that products and
//! passes over parameters stream through begins at a line; and rows begin at one wherever their length allows it.

use aligned_vec::{AVec, ConstAlign};
use std::ops::{Deref, DerefMut};

/// Bytes of a line of the cache.
pub(crate) const LINE: usize = 64;

/// A slice's owner whose first element is at the start of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Aligned<T>(AVec<T, ConstAlign<LINE>>);

impl<T: Clone> Aligned<T> {
    /// `length` times `element`.
    pub fn filled(element: T, length: usize) -> Self {
        let mut elements = Self::default();
        elements.lengthen(element, length);
        elements
    }

    /// Adds `element` until there are at least `length` of them.
    pub fn lengthen(&mut self, element: T, length: usize) {
        let missing = length.saturating_sub(self.len());
        self.0.reserve_exact(missing);
        self.0.resize(self.len() + missing, element);
    }
}

impl<T> Default for Aligned<T> {
    fn default() -> Self {
        Self(AVec::new(LINE))
    }
}

impl<T: Clone> From<&[T]> for Aligned<T> {
    fn from(elements: &[T]) -> Self {
        Self(AVec::from_slice(LINE, elements))
    }
}

impl<T> FromIterator<T> for Aligned<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self(AVec::from_iter(LINE, elements))
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for Aligned<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// An array, on the stack, whose first element is at the start of a line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct AlignedArray<T, const N: usize>(pub(crate) [T; N]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_begin_at_a_line() {
        for length in [0, 1, 15, 16, 17, 100, 1000] {
            let mut elements = Aligned::filled(1.0_f32, length);
            elements.lengthen(2.0, 100);
            let expected: Vec<f32> =
                (0..length.max(100)).map(|i| if i < length { 1.0 } else { 2.0 }).collect();
            for elements in
                [&elements, &elements.clone(), &elements[..].into(), &elements.iter().copied().collect()]
            {
                assert_eq!(**elements, expected);
                assert!(elements.as_ptr().addr().is_multiple_of(LINE), "{length} elements");
            }
        }
    }
}
