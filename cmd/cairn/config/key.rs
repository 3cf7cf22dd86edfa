//! One thing that can be set.

/// A role of the binary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// All roles in one process.
    Server,
    /// A metadata node.
    Metadata,
    /// A storage node.
    Storage,
    /// A gateway.
    Gateway,
}

impl Role {
    /// The subcommand.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Metadata => "metadata",
            Self::Storage => "storage",
            Self::Gateway => "gateway",
        }
    }

    /// All roles.
    pub(crate) const ALL: [Self; 4] = [Self::Server, Self::Metadata, Self::Storage, Self::Gateway];
}

/// How often a key's value may be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Count {
    /// Once.
    One,
    /// Any number of times; a list in the file, separated by commas in the environment.
    Many,
}

/// A key: the same name as flag (`--name`), in the file (`name = …`) and, in capitals, in the environment (`CAIRN_NAME`).
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: &'static str,
    /// Roles that look at it.
    pub(crate) roles: &'static [Role],
    /// How often it may be given.
    pub(crate) count: Count,
    /// Its value when it is not set.
    pub(crate) default: Option<&'static str>,
    /// What the value is, with unit and bounds.
    pub(crate) value: &'static str,
    /// What it is for.
    pub(crate) why: &'static str,
    /// Never shown.
    pub(crate) secret: bool,
}

impl Key {
    /// Its name in the environment.
    pub(crate) fn variable(&self) -> String {
        format!("CAIRN_{}", self.name.to_uppercase().replace('-', "_"))
    }
}
