//! Actions as statements name them: with wildcards, in any case.

use super::{Action, ActionSet};
use crate::pattern::Glob;

/// The actions that `text` names.
pub(crate) fn actions_matching(text: &str) -> ActionSet {
    let pattern = Glob::parse(&text.to_ascii_lowercase());
    Action::ALL.iter().copied().filter(|action| pattern.matches(&action.as_str().to_ascii_lowercase())).collect()
}

/// Whether `text` has the form of an action of some service: `*` or `service:Name`.
pub(crate) fn is_action_text(text: &str) -> bool {
    let Some((service, name)) = text.split_once(':') else { return text == "*" };
    let is_word = |word: &str, more: &[u8]| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    is_word(service, b"-") && is_word(name, b"*?")
}

#[cfg(test)]
mod tests {
    use super::{Action, ActionSet, actions_matching, is_action_text};

    #[test]
    fn names_match_in_any_case_and_with_wildcards() {
        assert_eq!(actions_matching("S3:getOBJECT"), [Action::GetObject].into_iter().collect());
        assert_eq!(actions_matching("s3:GetObject?cl"), [Action::GetObjectAcl].into_iter().collect());
        let lists = actions_matching("s3:List*");
        assert!(lists.contains(Action::ListBucket) && lists.contains(Action::ListMultipartUploadParts));
        assert!(!lists.contains(Action::GetObject));
        assert!(!actions_matching("s3:*").contains(Action::GetCallerIdentity));
        assert_eq!(actions_matching("*"), ActionSet::all());
        assert!(actions_matching("s3:Nothing").is_empty());
    }

    #[test]
    fn every_action_has_the_form_of_one_and_a_name_of_its_own() {
        for action in Action::ALL {
            assert!(is_action_text(action.as_str()), "{action:?}");
            assert_eq!(actions_matching(action.as_str()).iter().collect::<Vec<_>>(), [*action]);
        }
        for text in ["", "s3", "s3:", ":GetObject", "**", "s3:Get Object", "s*:GetObject", "s3:Get:Object"] {
            assert!(!is_action_text(text), "{text}");
        }
    }
}
