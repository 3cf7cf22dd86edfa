//! Everything that is wrong with a configuration, together.

use std::fmt;

/// Faults of a configuration; never empty when it is an error.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<String>);

impl Faults {
    /// Adds a fault.
    pub(crate) fn add(&mut self, fault: impl Into<String>) {
        self.0.push(fault.into());
    }

    /// `value`, or its error added under the key's name.
    pub(crate) fn take<T>(&mut self, key: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|fault| self.add(format!("{key}: {fault}"))).ok()
    }

    /// `Ok` if nothing is wrong.
    pub(crate) fn check(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The faults.
    #[cfg(test)]
    pub(crate) fn list(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one] => write!(f, "{one}"),
            many => {
                write!(f, "{} faults in the configuration:", many.len())?;
                many.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
        }
    }
}

impl std::error::Error for Faults {}
