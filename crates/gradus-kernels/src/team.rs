//! A team: threads that stay awake for one another while pieces of work of a few microseconds follow each other.
//!
//! A thread of a pool goes to sleep between two pieces, and waking it costs as much as many a piece takes. So the threads of
//! a team are called together once, for a training step or for an epoch of them; from then on a piece is posted in memory that they
//! all watch, and taken up within a fraction of a microsecond. A piece consists of parts; whoever is free takes the next one, so
//! that a thread that never came, or that the system took away, holds up nothing but a part that it has already taken.

use crate::threads;
use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::null;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Looks for work before giving way to other programs: more than the pauses within a step take.
const LOOKS: u32 = 1000;
/// Looks before dozing off: more than the pauses between two steps take, unless whoever watches the training has stopped it.
const LOOKS_AWAKE: u32 = 100 * LOOKS;
/// How long to doze.
const DOZE: Duration = Duration::from_millis(1);

thread_local! {
    /// The team that this thread leads, while it does not work on a part itself.
    static LEADS: Cell<*const Team> = const { Cell::new(null()) };
    /// Whether this thread works on a part: it does so alone, and what is within is not shared again.
    static AT_A_PART: Cell<bool> = const { Cell::new(false) };
}

/// Does `work` with the threads of the current rayon pool standing by: what it shares by [`share`](crate::share::share) and
/// [`product_shared`](crate::product_shared) meanwhile goes to them. If it is not to be shared, because to bring its numbers from one core to
/// another would take longer than it saves, it is done here, and nothing within it is shared either.
///
/// Allocates nothing. The other threads of the pool do nothing else until `work` is over.
pub fn team<T: Send>(is_shared: bool, work: impl FnOnce() -> T + Send) -> T {
    let Some(team) = Team::call(is_shared) else { return work() };
    if team.threads == 1 {
        return team.lead(work);
    }
    let mut result = None;
    threads::join(|| result = Some(team.lead(work)), || team.gather(team.threads - 1));
    result.unwrap_or_else(|| unreachable!("the leader has done its work, or its panic has gone on"))
}

/// As [`team`], for many steps: between two of them nobody goes to sleep. The work stays on the thread that calls it. Allocates a
/// little.
pub fn standing_team<T>(is_shared: bool, work: impl FnOnce() -> T) -> T {
    let Some(team) = Team::call(is_shared) else { return work() };
    if team.threads == 1 {
        return team.lead(work);
    }
    threads::beside(|| team.gather(team.threads - 1), || team.lead(work))
}

/// How many threads the team has that this thread leads; 1 within a part of a team's piece.
pub(crate) fn size() -> Option<usize> {
    if cfg!(target_family = "wasm") {
        return None;
    }
    if AT_A_PART.get() {
        return Some(1);
    }
    // SAFETY: `team` takes the pointer back before the team ends.
    LEADS.with(|leads| unsafe { leads.get().as_ref() }).map(|team| team.threads)
}

/// Does the parts 0, 1, … of a piece on the team that this thread leads; `false` where it leads none, and nothing was done.
pub(crate) fn post(parts: usize, work: &(dyn Fn(usize) + Sync)) -> bool {
    let again = LeadAgain(LEADS.replace(null()));
    // SAFETY: as in `size`.
    let Some(team) = (unsafe { again.0.as_ref() }) else { return false };
    team.post(parts, work);
    true
}

/// Work of unknown lifetime, kept only while it is being done.
type Work = *const (dyn Fn(usize) + Sync);

struct Team {
    threads: usize,
    /// The number of the piece that is posted, how many parts it has, and how many of them are taken: 32, 16 and 16 bits. One
    /// word, so that a part is taken by whoever changes it first, and only from the piece that was seen.
    posted: AtomicU64,
    /// What to do with a part of the posted piece.
    work: UnsafeCell<Option<Work>>,
    /// Parts of it that are done.
    done: AtomicUsize,
    /// The first panic in a part.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    ended: AtomicBool,
}

// SAFETY: `work` is written by the leader alone, when every part of the last piece is done, and then made visible by the store
// to `posted`; it is read by whoever has taken a part, before that part is done. What it points to is Sync.
unsafe impl Sync for Team {}

impl Team {
    /// A team of all threads of the current pool, or of this thread alone, so that nothing is shared; none where this thread leads one
    /// already.
    fn call(is_shared: bool) -> Option<Self> {
        let threads = if is_shared { threads::number() } else { 1 };
        size().is_none().then(|| Self::new(threads))
    }

    fn new(threads: usize) -> Self {
        Self {
            threads,
            posted: AtomicU64::new(0),
            work: UnsafeCell::new(None),
            done: AtomicUsize::new(0),
            panic: Mutex::new(None),
            ended: AtomicBool::new(false),
        }
    }

    /// Does `work` as the team's leader; then the team ends.
    fn lead<T>(&self, work: impl FnOnce() -> T) -> T {
        let _ended = Ended(self);
        let _led = LeadAgain(LEADS.replace(self));
        work()
    }

    /// Brings up to `mates` threads of the pool here, this one among them.
    fn gather(&self, mates: usize) {
        if mates > 1 {
            threads::join(|| self.serve(), || self.gather(mates - 1));
        } else {
            self.serve();
        }
    }

    /// Takes part after part until the team ends.
    ///
    /// Who leads a team does not serve one: a leader that waits for somebody in the pool takes up whatever work it finds there, this
    /// too, and would wait here for an end that it has to make itself.
    fn serve(&self) {
        if size().is_some() {
            return;
        }
        let mut looked = 0;
        while !self.ended.load(Ordering::Acquire) {
            match self.take() {
                Some(part) => {
                    self.run(part);
                    looked = 0;
                }
                None => look_again(&mut looked),
            }
        }
    }

    fn post(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        assert!(parts < 1 << 16, "{parts} parts are more than a team can count");
        // SAFETY: no part is left of the piece before, so that nobody reads the place now. The lifetime is forgotten, but this
        // function does not return, nor unwind, before every part is done.
        unsafe {
            *self.work.get() = Some(std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), Work>(work));
        }
        self.done.store(0, Ordering::Relaxed);
        let number = (self.posted.load(Ordering::Relaxed) >> 32).wrapping_add(1);
        self.posted.store(number << 32 | (parts as u64) << 16, Ordering::Release);
        while let Some(part) = self.take() {
            self.run(part);
        }
        let mut looked = 0;
        while self.done.load(Ordering::Acquire) < parts {
            look_again(&mut looked);
        }
        let panic = self.panic.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// The next part of the posted piece that nobody has taken.
    fn take(&self) -> Option<usize> {
        let mut posted = self.posted.load(Ordering::Acquire);
        loop {
            let (parts, taken) = (posted >> 16 & 0xffff, posted & 0xffff);
            if taken >= parts {
                return None;
            }
            match self.posted.compare_exchange_weak(posted, posted + 1, Ordering::Acquire, Ordering::Acquire)
            {
                Ok(_) => return Some(taken as usize),
                Err(now) => posted = now,
            }
        }
    }

    /// Does a part that was taken. A panic is kept for the leader: the others' parts must be done before it goes on.
    fn run(&self, part: usize) {
        let before = AT_A_PART.replace(true);
        // SAFETY: the part was taken and is not done, so the piece that it belongs to is the one posted, and `post` waits.
        let done = unsafe { (*self.work.get()).map(|work| catch_unwind(AssertUnwindSafe(|| (*work)(part)))) };
        AT_A_PART.set(before);
        if let Some(Err(panic)) = done {
            let mut first = self.panic.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            first.get_or_insert(panic);
        }
        self.done.fetch_add(1, Ordering::Release);
    }
}

/// Waits a little: at first without giving way to other programs, at last asleep.
fn look_again(looked: &mut u32) {
    *looked = (*looked + 1).min(LOOKS_AWAKE);
    match *looked {
        ..LOOKS => std::hint::spin_loop(),
        LOOKS..LOOKS_AWAKE => std::thread::yield_now(),
        LOOKS_AWAKE.. => std::thread::sleep(DOZE),
    }
}

/// Ends the team, whatever happens to its leader.
struct Ended<'a>(&'a Team);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.ended.store(true, Ordering::Release);
    }
}

/// Puts back whom this thread led before.
struct LeadAgain(*const Team);

impl Drop for LeadAgain {
    fn drop(&mut self) {
        LEADS.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many pieces of different numbers of parts: each part is done once, and before the next piece.
    fn check(threads: usize, pieces: usize) {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        let counts: Vec<AtomicUsize> = (0..7).map(|_| AtomicUsize::new(0)).collect();
        let work = || {
            for piece in 0..pieces {
                let parts = piece % (counts.len() + 1);
                let work = |part: usize| {
                    counts[part].fetch_add(1, Ordering::Relaxed);
                    assert_eq!(size(), Some(1), "who works on a part works alone");
                };
                if !post(parts, &work) {
                    return false;
                }
                let done = |part: &AtomicUsize| part.swap(0, Ordering::Relaxed);
                let done: Vec<usize> = counts.iter().map(done).collect();
                let expected: Vec<usize> = (0..counts.len()).map(|i| usize::from(i < parts)).collect();
                assert_eq!(done, expected);
            }
            true
        };
        let led = pool.install(|| [team(true, work), standing_team(true, work)]);
        assert_eq!(led, [true; 2]);
        let within = |is_shared| pool.install(|| standing_team(is_shared, || team(true, size)));
        assert_eq!(within(true), Some(threads), "a step within many has the team that there is");
        assert_eq!(within(false), Some(1), "little work is not shared");
        assert!(size().is_none());
    }

    #[test]
    fn every_part_is_done_once() {
        let pieces = if cfg!(miri) { 20 } else { 20_000 };
        for threads in [1, 2, 3, 8] {
            check(threads, pieces);
        }
    }

    /// A leader that waits for the pool takes up the work that is there. Here a third thread is busy until the second has come to the
    /// team; the third then takes either the call to the team, or what the leader will wait for, who then finds that call.
    #[test]
    #[cfg_attr(miri, ignore = "it depends on threads that really run side by side")]
    fn a_leader_that_waits_for_the_pool_does_not_serve() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads can be started");
        let pause = || std::thread::sleep(Duration::from_millis(1));
        for _ in 0..30 {
            let (began, release) = (AtomicBool::new(false), AtomicBool::new(false));
            let busy = || {
                began.store(true, Ordering::Release);
                while !release.load(Ordering::Acquire) {
                    std::thread::yield_now();
                }
            };
            let first = || {
                while !began.load(Ordering::Acquire) {
                    std::thread::yield_now();
                }
                pause();
                release.store(true, Ordering::Release);
                pause();
            };
            let wait = || _ = rayon::join(first, || std::thread::sleep(Duration::from_millis(4)));
            pool.scope(|scope| {
                scope.spawn(|_| busy());
                standing_team(true, wait);
            });
        }
    }

    #[test]
    fn a_panic_in_a_part_reaches_the_leader_and_the_team_goes_on() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads can be started");
        pool.install(|| {
            team(true, || {
                let broken = || post(3, &|part| assert!(part != 1, "part 1"));
                assert!(catch_unwind(AssertUnwindSafe(broken)).is_err());
                assert!(post(3, &|_| ()));
            });
            let broken: [fn(); 2] =
                [|| team(true, || panic!("the leader")), || standing_team(true, || panic!("the leader"))];
            assert!(broken.into_iter().all(|broken| catch_unwind(broken).is_err()));
            assert!(size().is_none());
        });
    }
}
