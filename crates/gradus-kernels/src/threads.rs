//! The threads that work can be shared among: those of the rayon pool that the caller is in. WebAssembly has one.

#[cfg(not(target_family = "wasm"))]
pub(crate) use rayon::{current_num_threads as number, join};

/// Does `own` here while a thread of the pool that is free does `other`, or before this one goes on.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn beside<T>(other: impl FnOnce() + Send, own: impl FnOnce() -> T) -> T {
    rayon::in_place_scope(|scope| {
        scope.spawn(|_| other());
        own()
    })
}

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

/// Does `own`, then the other.
#[cfg(target_family = "wasm")]
pub(crate) fn beside<T>(other: impl FnOnce(), own: impl FnOnce() -> T) -> T {
    let done = own();
    other();
    done
}
