//! The fold: what every unit did itself becomes what it and everything below it did.

use std::collections::HashMap;
use std::ops::AddAssign;

use crate::domain::directory::Directory;
use crate::domain::id::UnitId;

/// Sums for a unit and each of its children, every unit counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollUp<T> {
    /// The unit and everything below it.
    pub total: T,
    /// What belongs to the unit itself and to none of its children.
    pub own: T,
    /// Each child with everything below it, in the order of the directory.
    pub children: Vec<(UnitId, T)>,
}

/// Folds what each unit did itself (`own`; units without an entry did nothing) over the tree below `unit`.
pub fn roll_up<T: Copy + Default + AddAssign>(
    directory: &Directory,
    unit: UnitId,
    own: &HashMap<UnitId, T>,
) -> RollUp<T> {
    let sums = sums_below(directory, unit, own);
    let sum_of = |unit: &UnitId| sums.get(unit).copied().unwrap_or_default();
    RollUp {
        total: sum_of(&unit),
        own: own.get(&unit).copied().unwrap_or_default(),
        children: directory.children(unit).iter().map(|child| (*child, sum_of(child))).collect(),
    }
}

/// The sums of `unit` and of every unit below it, each with everything below.
pub fn sums_below<T: Copy + Default + AddAssign>(
    directory: &Directory,
    unit: UnitId,
    own: &HashMap<UnitId, T>,
) -> HashMap<UnitId, T> {
    let mut sums: HashMap<UnitId, T> = HashMap::new();
    // parents come before children in a subtree, so from its end every child is complete before its parent
    for one in directory.subtree(unit).into_iter().rev() {
        let mut sum = own.get(&one).copied().unwrap_or_default();
        for child in directory.children(one) {
            sum += sums.get(child).copied().unwrap_or_default();
        }
        sums.insert(one, sum);
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::directory::{DEFAULT_ZONE, Entries, Unit};
    use crate::domain::people::Level;

    fn tree(parents: &[Option<usize>]) -> Directory {
        let units = parents
            .iter()
            .enumerate()
            .map(|(at, parent)| Unit {
                id: UnitId(at as i64),
                code: format!("{at:05}"),
                name: String::new(),
                parent: parent.map(|parent| UnitId(parent as i64)),
                level: Level::Village,
                kind: crate::domain::people::UnitKind::Committee,
                zone: None,
            })
            .collect();
        Directory::new(1, DEFAULT_ZONE, Entries { units, ..Entries::default() })
    }

    proptest! {
        #[test]
        fn the_fold_equals_the_sum_of_its_parts(picks in proptest::collection::vec((any::<prop::sample::Index>(), 0_u32..50), 1..60)) {
            // each unit hangs below one that came before it
            let parents: Vec<Option<usize>> =
                picks.iter().enumerate().map(|(at, (pick, _))| (at > 0).then(|| pick.index(at))).collect();
            let own: HashMap<UnitId, u32> =
                picks.iter().enumerate().map(|(at, (_, value))| (UnitId(at as i64), *value)).collect();
            let directory = tree(&parents);
            let rolled = roll_up(&directory, UnitId(0), &own);
            prop_assert_eq!(rolled.total, own.values().sum::<u32>());
            prop_assert_eq!(rolled.total, rolled.own + rolled.children.iter().map(|(_, sum)| sum).sum::<u32>());
        }
    }
}
