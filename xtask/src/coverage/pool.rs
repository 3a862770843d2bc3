//! A few threads that share a list of work, with a progress bar; the results keep the order of the list.

use std::{
    io::{IsTerminal, Write},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::Failure;

/// Cells of the progress bar.
const WIDTH: usize = 40;

/// Does `work` on every item, on as many threads as there are processors.
///
/// # Errors
/// The first failure in the order of the list.
pub(super) fn each<T: Sync, R: Send>(
    name: &str,
    items: &[T],
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    // The largest items stand last in most lists; taking them first leaves no thread idle at the end.
    let next = AtomicUsize::new(items.len());
    let done = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<R, Failure>>>> = Mutex::new(items.iter().map(|_| None).collect());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(place) = take(&next) {
                    let result = work(&items[place]);
                    if let Ok(mut results) = results.lock() {
                        results[place] = Some(result);
                    }
                    show(name, done.fetch_add(1, Ordering::Relaxed) + 1, items.len());
                }
            });
        }
    });
    let results = results.into_inner().map_err(|_| format!("{name}: a thread ended early"))?;
    results.into_iter().map(|result| result.ok_or(format!("{name}: a thread ended early"))?).collect()
}

/// Takes the last item that nobody has.
fn take(next: &AtomicUsize) -> Option<usize> {
    let taken = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    taken.ok().map(|left| left - 1)
}

fn show(name: &str, done: usize, all: usize) {
    let mut screen = std::io::stderr().lock();
    if screen.is_terminal() {
        let end = if done == all { "\n" } else { "" };
        // A bar that cannot be drawn stops no study.
        let _ = write!(screen, "\r{}{end}", bar(name, done, all)).and_then(|()| screen.flush());
    }
}

fn bar(name: &str, done: usize, all: usize) -> String {
    let full = done * WIDTH / all.max(1);
    format!("{name} [{}{}] {done}/{all}", "#".repeat(full), "-".repeat(WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_and_a_failure_is_told() {
        let items: Vec<u32> = (0..50).collect();
        let squares = each("squares", &items, |n| Ok(n * n)).expect("no failure");
        assert_eq!(squares, items.iter().map(|n| n * n).collect::<Vec<_>>());
        let failed = each("odd", &items, |n| if n % 20 == 7 { Err(format!("{n}")) } else { Ok(()) });
        assert_eq!(failed, Err("7".to_owned()));
    }

    #[test]
    fn bar_fills() {
        assert_eq!(bar("x", 1, 2), format!("x [{}{}] 1/2", "#".repeat(20), "-".repeat(20)));
        assert!(bar("x", 77, 77).contains(&"#".repeat(WIDTH)));
    }
}
