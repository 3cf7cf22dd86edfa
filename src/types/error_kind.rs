//! What the receiver of an error should do.

/// The receiver's next step; one small table for every transport and for S3 (`docs/architecture.md`, errors).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorKind {
    /// The request is wrong: fix it.
    Invalid,
    /// The caller may not: fix the request.
    Denied,
    /// What it names does not exist.
    NotFound,
    /// It does not fit the present state.
    Conflict,
    /// Over a limit: back off, then retry.
    Busy,
    /// Cannot be served here and now; nothing happened: retry elsewhere.
    Unavailable,
    /// Outcome unknown: read before a retry that is not the same command.
    Unknown,
    /// Stored bytes are not what was written: a person must look.
    Corrupt,
    /// Our own mistake: a person must look.
    Bug,
}

impl ErrorKind {
    /// Whether sending the same request again, perhaps elsewhere, may succeed.
    pub fn is_retriable(self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable | Self::Unknown)
    }

    /// Number on the wire between processes; never reused.
    pub fn to_wire(self) -> u8 {
        match self {
            Self::Invalid => 1,
            Self::Denied => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Busy => 5,
            Self::Unavailable => 6,
            Self::Unknown => 7,
            Self::Corrupt => 8,
            Self::Bug => 9,
        }
    }

    /// Inverse of [`ErrorKind::to_wire`]; a number of a newer version counts as `Unknown`.
    pub fn from_wire(number: u8) -> Self {
        match number {
            1 => Self::Invalid,
            2 => Self::Denied,
            3 => Self::NotFound,
            4 => Self::Conflict,
            5 => Self::Busy,
            6 => Self::Unavailable,
            8 => Self::Corrupt,
            9 => Self::Bug,
            _ => Self::Unknown,
        }
    }
}

/// An error that knows its kind.
pub trait HasKind {
    /// What the receiver should do.
    fn kind(&self) -> ErrorKind;
}
