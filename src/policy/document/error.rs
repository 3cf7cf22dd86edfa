//! Why a policy is refused.

use crate::limits::{
    BUCKET_POLICY_BYTES_MAX, IDENTITY_POLICY_BYTES_MAX, IDENTITY_POLICY_CHARACTERS_MAX, STATEMENTS_MAX,
    VALUE_BYTES_MAX, VALUES_MAX,
};

/// Why a document is no policy: S3's `MalformedPolicy`, whose message this is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Too large for a bucket.
    #[error("Policy exceeds the maximum allowed document size of {BUCKET_POLICY_BYTES_MAX} bytes.")]
    BucketPolicyTooLarge,
    /// Too large for an identity.
    #[error(
        "Policy exceeds the maximum allowed document size of {IDENTITY_POLICY_CHARACTERS_MAX} characters ({IDENTITY_POLICY_BYTES_MAX} bytes with white space)."
    )]
    IdentityPolicyTooLarge,
    /// Not an object.
    #[error("Policies must be valid JSON and the first byte must be '{{'")]
    FirstByte,
    /// Not JSON, or JSON with a key twice in one object, or too deep.
    #[error("This policy contains invalid Json: {reason}")]
    Json {
        /// What and where.
        reason: String,
    },
    /// An element that does not exist.
    #[error("Unknown field {name}")]
    UnknownElement {
        /// Its name.
        name: String,
    },
    /// An element that must be there.
    #[error("Missing required field {name}")]
    MissingElement {
        /// Its name.
        name: &'static str,
    },
    /// An element of another type than it must have.
    #[error("Invalid policy syntax: {name} must be {wanted}.")]
    WrongType {
        /// Its name.
        name: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// Two elements that exclude each other.
    #[error("Invalid policy syntax: {first} and {second} exclude each other.")]
    BothElements {
        /// One.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A language that does not exist.
    #[error("The policy must contain a valid version string")]
    Version,
    /// No statement at all.
    #[error("Could not parse the policy: Statement is empty!")]
    NoStatement,
    /// Too many statements.
    #[error("The policy has more than {STATEMENTS_MAX} statements")]
    TooManyStatements,
    /// A list without values.
    #[error("{name} has no values")]
    Empty {
        /// Of this element.
        name: String,
    },
    /// A list with too many values.
    #[error("{name} has more than {VALUES_MAX} values")]
    TooManyValues {
        /// Of this element.
        name: String,
    },
    /// A value that is too long.
    #[error("A value of {name} is longer than {VALUE_BYTES_MAX} bytes")]
    ValueTooLong {
        /// Of this element.
        name: String,
    },
    /// Neither `Allow` nor `Deny`.
    #[error("Invalid effect: {text}")]
    Effect {
        /// What it says.
        text: String,
    },
    /// A `Sid` with a letter that it may not have.
    #[error(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*: {text}"
    )]
    Sid {
        /// What it says.
        text: String,
    },
    /// A `Sid` twice.
    #[error("Statement IDs (SID) in a single policy must be unique: {text}")]
    DuplicateSid {
        /// What it says.
        text: String,
    },
    /// An action that does not exist.
    #[error("Policy has invalid action: {text}")]
    Action {
        /// What it says.
        text: String,
    },
    /// An action that no resource of the statement can have.
    #[error("Action does not apply to any resource(s) in statement: {text}")]
    ActionWithoutResource {
        /// The action.
        text: String,
    },
    /// A principal that is none.
    #[error("Invalid principal in policy: {text}")]
    Principal {
        /// What it says.
        text: String,
    },
    /// A policy of an identity that names principals.
    #[error("Policy document should not specify a principal.")]
    PrincipalInIdentityPolicy,
    /// `NotPrincipal` with `Allow`: it would allow everybody in the world but a few.
    #[error("Allow with NotPrincipal is not allowed.")]
    NotPrincipalWithAllow,
    /// A resource that is none, or of another bucket.
    #[error("Policy has invalid resource: {text}")]
    Resource {
        /// What it says.
        text: String,
    },
    /// An operator that does not exist.
    #[error("Invalid Condition type : {text}")]
    Operator {
        /// What it says.
        text: String,
    },
    /// A condition key that is none.
    #[error("Policy has an invalid condition key: {text}")]
    ConditionKey {
        /// What it says.
        text: String,
    },
    /// A value that the operator cannot compare.
    #[error("Invalid value for {operator}: {text}")]
    ConditionValue {
        /// The operator.
        operator: String,
        /// What it says.
        text: String,
    },
    /// A variable that is none.
    #[error("Policy has an invalid variable: {text}")]
    Variable {
        /// The value that it is in.
        text: String,
    },
}
