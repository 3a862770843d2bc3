//! The same work for many things on a few threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `work` for each item on `threads` threads and returns the results in the order of the items. `state` makes
/// what a thread keeps from item to item, such as a buffer.
///
/// ```
/// let squares = tracker_capture::each(&[1, 2, 3], 2, || (), |(), n| n * n);
/// assert_eq!(squares, [1, 4, 9]);
/// ```
pub fn each<I: Sync, S, R: Send>(
    items: &[I],
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &I) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        let mut kept = state();
        while let Some((at, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            let result = work(&mut kept, item);
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(items.len()) {
            scope.spawn(run);
        }
        run();
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_and_in_order() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(each(&items, 3, || 0, |_, n| *n), items);
        assert_eq!(each(&Vec::<u8>::new(), 2, || (), |(), n| *n), []);
    }
}
