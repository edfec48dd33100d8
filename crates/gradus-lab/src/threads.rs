//! The threads of a run: one pool, entered once. The result is the same with any number of them.

use crate::Error;

/// Does `work` with so many threads; with all cores where nothing is said.
///
/// # Errors
/// If the system gives no more threads.
pub fn within<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool =
        pool.map_err(|error| Error::Threads { threads: threads.unwrap_or(0), reason: error.to_string() })?;
    Ok(pool.install(work))
}
