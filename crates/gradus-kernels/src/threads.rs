//! The threads that work can be shared among: those of the rayon pool that the caller is in. WebAssembly has one.

#[cfg(not(target_family = "wasm"))]
pub(crate) use rayon::{current_num_threads as number, join};

/// There is no other thread.
#[cfg(target_family = "wasm")]
pub(crate) fn number() -> usize {
    1
}

/// Does one after the other.
#[cfg(target_family = "wasm")]
pub(crate) fn join(low: impl FnOnce(), high: impl FnOnce()) {
    low();
    high();
}
