//! What a client of versions does next.

use cairn_runtime::sim::Random;

use super::{Family, Keeps};

/// An operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Choice {
    Put,
    Create,
    Replace,
    Multipart,
    Get,
    GetVersion,
    Delete,
    DeleteIf,
    DeleteVersion,
    DeleteMany,
    List,
    ListPages,
    Lock,
    Rename,
    Append,
}

/// Each with its weight.
const WEIGHTS: &[(Choice, u64)] = &[
    (Choice::Put, 20),
    (Choice::Create, 6),
    (Choice::Replace, 6),
    (Choice::Multipart, 5),
    (Choice::Get, 14),
    (Choice::GetVersion, 8),
    (Choice::Delete, 6),
    (Choice::DeleteIf, 8),
    (Choice::DeleteVersion, 9),
    (Choice::DeleteMany, 5),
    (Choice::List, 12),
    (Choice::ListPages, 3),
    (Choice::Lock, 10),
    (Choice::Rename, 12),
    (Choice::Append, 12),
];

impl Choice {
    /// One that makes sense for the family.
    pub(super) fn draw(random: &mut Random, family: &Family) -> Self {
        let fits = |(choice, _): &&(Self, u64)| match choice {
            Self::Lock => family.keeps == Keeps::All,
            Self::Rename => family.renames(),
            Self::Append => family.keeps == Keeps::Nothing,
            // Where no versions are kept there is one, and it has no name of its own.
            Self::DeleteVersion | Self::DeleteMany | Self::GetVersion => family.keeps != Keeps::Nothing,
            _ => true,
        };
        let total = WEIGHTS.iter().filter(fits).map(|(_, weight)| weight).sum();
        let mut drawn = random.below(total);
        for (choice, weight) in WEIGHTS.iter().filter(fits) {
            match drawn.checked_sub(*weight) {
                Some(rest) => drawn = rest,
                None => return *choice,
            }
        }
        unreachable!("the draw is below the sum")
    }
}
