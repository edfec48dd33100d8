//! What a run has to say about where and when it was made: processor, memory, day.

use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// The processor's name for itself; its architecture where it has none.
pub(super) fn processor() -> String {
    let linux = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| value_in(&text, "model name"));
    let apple = || {
        let output = Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()).filter(|name| !name.is_empty())
    };
    linux.or_else(apple).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// Bytes that a program can have without swapping (proc(5)); `None` where the system does not say.
pub(super) fn available_memory() -> Option<u64> {
    kibibytes_in(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable")
}

/// The most memory that a process that is still running has had at one time; `None` where the system does not say.
pub(super) fn peak_memory(process: u32) -> Option<u64> {
    kibibytes_in(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, "VmHWM")
}

/// Today in Greenwich, as 2024-02-29.
pub(super) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    date(seconds / 86_400)
}

/// The date of a day, counted from 1970-01-01.
fn date(mut day: u64) -> String {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", day + 1)
}

/// The text after `name : ` in a file of such lines.
fn value_in(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.split(':').next().is_some_and(|key| key.trim() == name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kibibytes_in(text: &str, name: &str) -> Option<u64> {
    let kibibytes: u64 = value_in(text, name)?.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_the_dates_of_the_calendar() {
        // date -u -d @$((86400 * day)) +%F
        for (day, expected) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (20_453, "2025-12-31"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(date(day), expected, "{day}");
        }
    }

    #[test]
    fn the_systems_files_are_read() {
        let text = "processor\t: 0\nmodel name\t: A: fast one\nVmHWM:\t  2048 kB\nVmRSS: much\n";
        assert_eq!(value_in(text, "model name").as_deref(), Some("A: fast one"));
        assert_eq!(value_in(text, "model"), None);
        assert_eq!((kibibytes_in(text, "VmHWM"), kibibytes_in(text, "VmRSS")), (Some(2 << 20), None));
    }
}
