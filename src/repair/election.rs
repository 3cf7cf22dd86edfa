//! Which process does the background work: the one whose session is the oldest of those opened for the same purpose.
//!
//! It is no safety: two that believe to be it do the same work twice, and nobody for a while is made up for.

use cairn_catalog::query::{Answer, OpenSessions, Query};
use cairn_catalog::rows::Nothing;
use cairn_metadata::{MetadataClient, MetadataError, Route};
use cairn_runtime::Instant;
use cairn_types::{SessionId, ShardId};

/// Whether the holder of `own` is to do it.
pub(crate) async fn is_chosen(
    client: &MetadataClient,
    own: SessionId,
    deadline: Instant,
) -> Result<bool, MetadataError> {
    match client.query(Route::ROOT, Query::OpenSessions(Nothing::default()), deadline).await? {
        Answer::OpenSessions(open) => Ok(chosen(&open, own)),
        _ => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }),
    }
}

/// A session that is not registered (any more) is not chosen.
fn chosen(open: &OpenSessions, own: SessionId) -> bool {
    let Some(mine) = open.sessions.iter().find(|session| session.session == own) else { return false };
    let same = open.sessions.iter().filter(|session| session.row.purpose == mine.row.purpose);
    same.map(|session| session.session).min() == Some(own)
}

#[cfg(test)]
mod tests {
    use cairn_catalog::query::RegisteredSession;
    use cairn_catalog::rows::LeaseRow;

    use super::{OpenSessions, SessionId, chosen};

    fn registry(sessions: &[(u64, &str)]) -> OpenSessions {
        let registered = |(session, purpose): &(u64, &str)| RegisteredSession {
            session: SessionId(*session),
            row: LeaseRow { purpose: (*purpose).to_owned(), ..LeaseRow::default() },
            ..RegisteredSession::default()
        };
        OpenSessions { sessions: sessions.iter().map(registered).collect(), ..OpenSessions::default() }
    }

    #[test]
    fn the_oldest_session_of_its_purpose_is_chosen() {
        let open = registry(&[(3, "admin"), (5, "gateway"), (8, "gateway")]);
        assert!(chosen(&open, SessionId(5)));
        assert!(chosen(&open, SessionId(3)));
        assert!(!chosen(&open, SessionId(8)));
    }

    #[test]
    fn a_fenced_session_is_not_chosen() {
        assert!(!chosen(&registry(&[(8, "gateway")]), SessionId(5)));
    }
}
