//! Router room: the same work on any number of threads, with the same result.

/// Returns `work(0), .., work(count - 1)` in this order. Each piece must depend on its index alone.
///
/// Every thread makes its own scratch memory by `scratch`.
pub(crate) fn map<S, T: Send>(
    count: usize,
    threads: usize,
    scratch: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let threads = threads.clamp(1, count.max(1));
    if threads == 1 {
        let mut memory = scratch();
        return (0..count).map(|index| work(&mut memory, index)).collect();
    }
    let share = |thread: usize| (count * thread / threads)..(count * (thread + 1) / threads);
    let (scratch, work) = (&scratch, &work);
    std::thread::scope(|scope| {
        let part = |thread| {
            scope.spawn(move || {
                let mut memory = scratch();
                share(thread).map(|index| work(&mut memory, index)).collect::<Vec<T>>()
            })
        };
        let handles: Vec<_> = (0..threads).map(part).collect();
        let joined = handles.into_iter().map(|handle| match handle.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_depend_on_the_threads() {
        let of = |threads| map(17, threads, || 0, |_, index| index * index);
        assert_eq!(of(1), of(3));
        assert_eq!(of(64), of(1));
        assert!(map(0, 4, || 0, |_, index| index).is_empty());
    }
}
