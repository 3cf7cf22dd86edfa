//! Newtypes for everything that has an id, so that a swapped pair does not compile.

use std::fmt;

use crate::record::{Field, FieldError, Reader, Writer};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($inner:ty), $format:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);

        impl $name {
            /// Big-endian bytes: ids order in keys as they order as numbers.
            pub fn to_be_bytes(self) -> [u8; size_of::<$inner>()] {
                self.0.to_be_bytes()
            }

            /// The id after this one.
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, $format, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "(", $format, ")"), self.0)
            }
        }

        impl Field for $name {
            fn is_absent(&self) -> bool {
                self.0 == 0
            }

            fn write(&self, tag: u32, out: &mut Writer) {
                out.varint_field(tag, u64::from(self.0));
            }

            fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
                self.0 = <$inner>::try_from(reader.varint()?).map_err(|_| FieldError::OutOfRange)?;
                Ok(())
            }
        }
    };
}

number_id!(
    /// A bucket for good: random, never reused. The name is only an entry in the root shard.
    BucketId(u64), "{:016x}"
);
number_id!(
    /// A process that takes part in the cluster. Never reused: a quarantined node rejoins under a new id.
    NodeId(u64), "n{}"
);
number_id!(
    /// One mounted device of a storage node, named in its identity file.
    DiskId(u64), "d{}"
);
number_id!(
    /// One range of the metadata key space, which is one Raft group.
    ShardId(u32), "s{}"
);
number_id!(
    /// A placement group.
    GroupId(u32), "g{}"
);
number_id!(
    /// Version of a placement group or of a map; only grows.
    Epoch(u64), "e{}"
);
number_id!(
    /// Incarnation of a process on one identity; raised at each start.
    Generation(u64), "{}"
);
number_id!(
    /// One incarnation of a writer, registered in the root shard: the root log index of its registration.
    SessionId(u64), "w{}"
);
number_id!(
    /// Number of a command within its session, given when it is first sent; a retry keeps it. Starts at 1.
    RequestNumber(u64), "{}"
);
number_id!(
    /// Version of a bucket's configuration, raised by the root shard with every change.
    ConfigVersion(u64), "{}"
);
number_id!(
    /// Position in a shard's Raft log.
    LogIndex(u64), "{}"
);
number_id!(
    /// Number of a region, given at `cluster init`; breaks ties between version orders.
    RegionNumber(u16), "r{}"
);

impl From<u64> for NodeId {
    /// openraft's own tests of a log store make node ids of numbers.
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl ShardId {
    /// The shard that holds nodes, disks, placement groups, the shard map, buckets and identities.
    pub const ROOT: Self = Self(0);
}

macro_rules! wide_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Parses the 32 hexadecimal digits that `Display` writes; anything else is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.as_bytes();
                if text.len() != 32 {
                    return None;
                }
                let mut id = [0u8; 16];
                for (byte, pair) in id.iter_mut().zip(text.chunks_exact(2)) {
                    *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
                }
                Some(Self(id))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl Field for $name {
            fn is_absent(&self) -> bool {
                self.0 == [0; 16]
            }

            fn write(&self, tag: u32, out: &mut Writer) {
                out.bytes_field(tag, &self.0);
            }

            fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
                self.0 = reader.bytes()?.as_ref().try_into().map_err(|_| FieldError::OutOfRange)?;
                Ok(())
            }
        }
    };
}

wide_id!(
    /// A cluster; 128 random bits, in the identity file of every directory.
    ClusterId
);
wide_id!(
    /// A multipart upload: 8 bytes of start time in ms (so that uploads of a key list by start time), 8 random bytes.
    UploadId
);

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ClusterId, UploadId};

    #[test]
    fn wide_ids_round_trip_as_text() {
        let id = ClusterId(*b"0123456789abcdef");
        assert_eq!(ClusterId::parse(&id.to_string()), Some(id));
    }

    #[test]
    fn wide_ids_refuse_other_text() {
        for text in ["", "../../../../etc/passwd-0123456789", "0123456789ABCDEF0123456789ABCDEF"] {
            assert_eq!(UploadId::parse(text), None);
        }
    }
}
