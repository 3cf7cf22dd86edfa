//! Forms that browsers post: `POST /b` as `multipart/form-data`.
//!
//! [`FormDecoder`] takes the body as it arrives: the fields come before the file, are small and are kept; the file's bytes
//! pass through. [`PostedObject`] is what the fields ask for, [`PostPolicy`] what the signer of the form allows.
//!
//! # Invariants
//!
//! X2: however the body is cut into pieces, the result is the same, and no more of it is held than the fields and the
//! length of a boundary. The file's bytes are not copied, but for those that came in one piece with the fields. A field that comes twice is refused, so that no two readers of
//! a form can pick different values.
//!
//! # Limits
//!
//! [`crate::limits`]: fields, boundary, conditions.
//!
//! # Not here
//!
//! The signature of the policy: [`crate::auth::PostPolicyFields`].

mod boundary;
mod decoder;
mod fields;
mod file;
mod part_head;
mod policy;
mod posted_object;
mod success;

pub use boundary::FormBoundary;
pub use decoder::FormDecoder;
pub use fields::FormFields;
pub use policy::PostPolicy;
pub use posted_object::PostedObject;
pub use success::{PostedAs, SuccessAction};

#[cfg(test)]
mod tests;
