//! Tells which part of how many a process is: as typed, else as Slurm or Kubernetes numbers it.

use super::ShardUsage;

/// Index (from 0) and count. `given` is the number that a variable of the environment has.
///
/// A part's number means nothing without the number of all: taken for another one, a task would convert what is not its
/// own. So an array of Slurm is believed only where it looks whole.
pub(super) fn numbers(
    index: Option<u64>,
    count: Option<u64>,
    given: impl Fn(&str) -> Option<u64>,
) -> Result<(u64, u64), ShardUsage> {
    let (index, count) = match (index, count) {
        (Some(index), Some(count)) => (index, count),
        (index, count) => match of_slurm(count, &given)? {
            Some((task, tasks)) => (index.unwrap_or(task), tasks),
            None => match (index.or_else(|| given("JOB_COMPLETION_INDEX")), count) {
                (Some(index), Some(count)) => (index, count),
                _ => return Err(ShardUsage::Unnumbered),
            },
        },
    };
    if index < count { Ok((index, count)) } else { Err(ShardUsage::Index { index, count }) }
}

/// What Slurm says; `None` where this is no task of an array. `intended` is the number of parts if it was typed.
fn of_slurm(
    intended: Option<u64>,
    given: impl Fn(&str) -> Option<u64>,
) -> Result<Option<(u64, u64)>, ShardUsage> {
    let Some(task) = given("SLURM_ARRAY_TASK_ID") else { return Ok(None) };
    let number = |name: &str| given(&format!("SLURM_ARRAY_TASK_{name}")).unwrap_or(u64::MAX);
    let (min, max, tasks) = (number("MIN"), number("MAX"), number("COUNT"));
    // Every one of them from 0 or 1 on: others were left out, or the array was stepped.
    let gapless = min <= 1 && max.checked_sub(min).and_then(|last| last.checked_add(1)) == Some(tasks);
    // One task alone is what is submitted again after a failure.
    let intended = intended.map_or(tasks > 1, |intended| intended == tasks);
    match task.checked_sub(min).filter(|_| gapless && intended) {
        Some(index) => Ok(Some((index, tasks))),
        None => Err(ShardUsage::Slurm { task }),
    }
}

#[cfg(test)]
mod tests {
    use super::numbers;
    use crate::message::Describe;

    type Found = Result<(u64, u64), &'static str>;

    fn told(typed: (Option<u64>, Option<u64>), environment: &[(&str, u64)]) -> Found {
        let given =
            |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
        numbers(typed.0, typed.1, given).map_err(|error| error.code())
    }

    /// Task `task` of an array from `min` to `max` of `count` tasks.
    fn slurm(task: u64, min: u64, max: u64, count: u64) -> [(&'static str, u64); 4] {
        [
            ("SLURM_ARRAY_TASK_ID", task),
            ("SLURM_ARRAY_TASK_MIN", min),
            ("SLURM_ARRAY_TASK_MAX", max),
            ("SLURM_ARRAY_TASK_COUNT", count),
        ]
    }

    #[test]
    fn an_array_of_slurm_is_believed_where_it_looks_whole() {
        assert_eq!(told((None, None), &slurm(3, 0, 9, 10)), Ok((3, 10)));
        assert_eq!(told((None, None), &slurm(3, 1, 10, 10)), Ok((2, 10)));
        assert_eq!(told((None, Some(10)), &slurm(3, 0, 9, 10)), Ok((3, 10)));
        for (what, array) in [
            ("one task submitted again", slurm(7, 7, 7, 1)),
            ("the first one submitted again", slurm(0, 0, 0, 1)),
            ("some submitted again", slurm(7, 0, 7, 2)),
            ("stepped", slurm(20, 0, 90, 10)),
        ] {
            assert_eq!(told((None, None), &array), Err("shard-slurm"), "{what}");
            assert_eq!(told((None, Some(100)), &array), Err("shard-slurm"), "{what}");
        }
        assert_eq!(told((None, Some(100)), &slurm(3, 0, 9, 10)), Err("shard-slurm"));
        assert_eq!(told((None, None), &[("SLURM_ARRAY_TASK_ID", 3)]), Err("shard-slurm"));
    }

    #[test]
    fn what_is_typed_counts_for_more() {
        assert_eq!(told((Some(7), Some(100)), &slurm(7, 7, 7, 1)), Ok((7, 100)));
        assert_eq!(told((None, Some(3)), &[("JOB_COMPLETION_INDEX", 2)]), Ok((2, 3)));
        assert_eq!(told((None, Some(2)), &[("JOB_COMPLETION_INDEX", 2)]), Err("shard-index"));
        assert_eq!(told((None, None), &[("JOB_COMPLETION_INDEX", 2)]), Err("shard-unnumbered"));
        assert_eq!(told((Some(0), None), &[]), Err("shard-unnumbered"));
    }
}
