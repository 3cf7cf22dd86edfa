//! By what a request is named to its client.

/// The two ids of a request; every answer carries them, and an error's body repeats them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestIds<'a> {
    /// `x-amz-request-id`: this request.
    pub request_id: &'a str,
    /// `x-amz-id-2`: who answered it.
    pub host_id: &'a str,
}
