//! How much memory a run may ask for: three quarters of what the machine has to give, so that the rest of it goes on.

/// Bytes that may be asked for; `None` where the system does not say.
pub(crate) fn available() -> Option<u128> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    available_in(&text).map(|bytes| bytes / 4 * 3)
}

/// `MemAvailable` is the kernel's own estimate of what can be had without swapping (proc(5)), in KiB.
fn available_in(meminfo: &str) -> Option<u128> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u128 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_estimate_is_read() {
        let check = |text, expected| assert_eq!(available_in(text), expected);
        check("MemTotal:       16 kB\nMemAvailable:   2048 kB\n", Some(2 << 20));
        check("MemTotal:       16 kB\n", None);
        check("MemAvailable: much\n", None);
    }
}
