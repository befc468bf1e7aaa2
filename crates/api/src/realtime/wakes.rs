//! Connections woken together. What a commit means for a socket comes in several frames, its answer and its rows; woken for
//! each, the connection would write each by itself.

use std::cell::RefCell;
use std::task::Waker;

thread_local! {
    /// Who is to be woken at the end, while somebody gathers.
    static GATHERED: RefCell<Option<Vec<Waker>>> = const { RefCell::new(None) };
}

/// Wakes at its end, also after a panic.
struct Gathering;

impl Drop for Gathering {
    fn drop(&mut self) {
        let wakers = GATHERED.with_borrow_mut(Option::take);
        wakers.into_iter().flatten().for_each(Waker::wake);
    }
}

/// Does something, and wakes those for whom it queued frames only when all are queued. Not within itself.
pub fn together<T>(act: impl FnOnce() -> T) -> T {
    let outer = GATHERED.replace(Some(Vec::new()));
    debug_assert!(outer.is_none(), "within itself, the outer's would be lost");
    let _gathering = Gathering;
    act()
}

/// Wakes those that were gathered so far: a queue is getting full.
pub(super) fn hurry() {
    let wakers = GATHERED.with_borrow_mut(|gathered| gathered.as_mut().map(std::mem::take));
    wakers.into_iter().flatten().for_each(Waker::wake);
}

/// Wakes a connection, now or at the end of what is done together.
pub(super) fn wake(waker: Waker) {
    let now = GATHERED.with_borrow_mut(|gathered| match gathered {
        Some(gathered) => {
            gathered.push(waker);
            None
        }
        None => Some(waker),
    });
    if let Some(waker) = now {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn who_is_woken_together_is_woken_at_the_end_also_after_a_panic() {
        let woken = Arc::new(Woken::default());
        let (count, waker) = (|| woken.0.load(Ordering::SeqCst), || Waker::from(woken.clone()));
        wake(waker());
        assert_eq!(count(), 1, "at once");
        together(|| {
            wake(waker());
            wake(waker());
            assert_eq!(count(), 1, "not yet");
            hurry();
            assert_eq!(count(), 3);
            wake(waker());
            assert_eq!(count(), 3, "gathered again");
        });
        assert_eq!(count(), 4);
        let panicked = std::panic::catch_unwind(|| {
            together(|| {
                wake(waker());
                panic!("in between");
            })
        });
        assert!(panicked.is_err());
        assert_eq!(count(), 5);
        wake(waker());
        assert_eq!(count(), 6, "at once again");
    }
}
