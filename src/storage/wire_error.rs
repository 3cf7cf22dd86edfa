//! Storage errors on the wire.

use cairn_rpc::{CallError, Failure};
use cairn_types::HasKind;
use cairn_types::record::Record;

use crate::error::StorageError;
use crate::messages::ErrorRecord;

/// An error as the answer to a call.
pub(crate) fn to_failure(error: &StorageError) -> Failure {
    let (number, disk, text) = match error {
        StorageError::NoSuchDisk(disk) => (1, *disk, String::new()),
        StorageError::NoSuchFragment => (2, Default::default(), String::new()),
        StorageError::Busy => (3, Default::default(), String::new()),
        StorageError::Full => (4, Default::default(), String::new()),
        StorageError::Fenced => (5, Default::default(), String::new()),
        StorageError::StaleEpoch => (6, Default::default(), String::new()),
        StorageError::BelowSweptFloor => (7, Default::default(), String::new()),
        StorageError::Invalid(text) => (8, Default::default(), text.clone()),
        StorageError::Corrupt => (9, Default::default(), String::new()),
        StorageError::Unreachable => (10, Default::default(), String::new()),
        StorageError::Lost => (11, Default::default(), String::new()),
        StorageError::Io(text) => (12, Default::default(), text.clone()),
    };
    let record = ErrorRecord { number, disk, text, ..ErrorRecord::default() };
    Failure { kind: error.kind(), detail: record.encode(), text: error.to_string() }
}

/// What a failed call means.
pub(crate) fn from_call(error: CallError) -> StorageError {
    match error {
        CallError::Failed(failure) => from_failure(failure),
        CallError::Unreachable { .. } => StorageError::Unreachable,
        CallError::Lost { .. } | CallError::Deadline { .. } => StorageError::Lost,
    }
}

fn from_failure(failure: Failure) -> StorageError {
    let Ok(record) = ErrorRecord::decode(failure.detail) else { return StorageError::Invalid(failure.text) };
    match record.number {
        1 => StorageError::NoSuchDisk(record.disk),
        2 => StorageError::NoSuchFragment,
        3 => StorageError::Busy,
        4 => StorageError::Full,
        5 => StorageError::Fenced,
        6 => StorageError::StaleEpoch,
        7 => StorageError::BelowSweptFloor,
        8 => StorageError::Invalid(record.text),
        9 => StorageError::Corrupt,
        10 => StorageError::Unreachable,
        11 => StorageError::Lost,
        12 => StorageError::Io(record.text),
        _ => StorageError::Invalid(failure.text),
    }
}

#[cfg(test)]
mod tests {
    use cairn_rpc::CallError;
    use cairn_types::DiskId;

    use super::{StorageError, from_call, to_failure};

    #[test]
    fn every_error_crosses_the_wire_unchanged() {
        let errors = [
            StorageError::NoSuchDisk(DiskId(7)),
            StorageError::NoSuchFragment,
            StorageError::Busy,
            StorageError::Full,
            StorageError::Fenced,
            StorageError::StaleEpoch,
            StorageError::BelowSweptFloor,
            StorageError::Invalid("because".to_owned()),
            StorageError::Corrupt,
            StorageError::Unreachable,
            StorageError::Lost,
            StorageError::Io("why".to_owned()),
        ];
        for error in errors {
            assert_eq!(from_call(CallError::Failed(to_failure(&error))), error);
        }
    }
}
