//! A clock whose waiting takes no time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use guidang::acquire::web::WebClock;
use jiff::{SignedDuration, Timestamp};

/// Stands still but for waiting, and remembers each wait.
pub(crate) struct TestClock {
    now: Mutex<Timestamp>,
    waits: Mutex<Vec<Duration>>,
    stopped: AtomicBool,
}

impl TestClock {
    /// At `time`, RFC 3339.
    pub(crate) fn at(time: &str) -> Self {
        let now = Mutex::new(time.parse().unwrap());
        Self { now, waits: Mutex::default(), stopped: AtomicBool::new(false) }
    }

    /// The waits so far, in seconds.
    pub(crate) fn waits(&self) -> Vec<u64> {
        self.waits.lock().unwrap().iter().map(Duration::as_secs).collect()
    }

    /// Moves on, or back.
    pub(crate) fn set(&self, time: &str) {
        *self.now.lock().unwrap() = time.parse().unwrap();
    }

    /// Tells the run to end.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }
}

impl WebClock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) {
        *self.now.lock().unwrap() += SignedDuration::try_from(duration).unwrap();
        self.waits.lock().unwrap().push(duration);
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}
