//! GetHumanReadableSummary. AWS has a language model write summaries of delegation requests, of which there are none
//! here. Of users, groups, roles and managed policies a summary is made by rules (`lanyard_policy_words`).
//!
//! A summary shows what policies say: who asks for one needs the permissions to read those policies as well.
// Differs from AWS: see `docs/differences-from-aws.md`.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{
    self, GetHumanReadableSummaryInput, GetHumanReadableSummaryOutput, SummaryStateType,
};
use lanyard_directory::Account;
use lanyard_names::AccountId;

use super::entity::Entity;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

/// The longest summary. Evidence: the public service model.
const CHARACTERS_MAX: usize = 10_000;
/// What summaries are in, unless the request asks for another kind of English.
const LOCALE: &str = "en";

pub(crate) struct GetHumanReadableSummary;

impl Described for GetHumanReadableSummary {
    type Model = iam::GetHumanReadableSummary;

    fn concerned(input: &GetHumanReadableSummaryInput, account: &Account) -> BTreeSet<AccountId> {
        Entity::named(&input.entity_arn).concerned(account)
    }

    fn subject(input: &GetHumanReadableSummaryInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Entity::named(&input.entity_arn).subject(Self::ACTION, &input.entity_arn, view))
    }
}

impl Read for GetHumanReadableSummary {
    fn run(
        input: &GetHumanReadableSummaryInput,
        view: &View<'_>,
    ) -> Result<GetHumanReadableSummaryOutput, Refusal> {
        let locale = input.locale.as_deref().unwrap_or(LOCALE);
        let is_english = is_english(locale).ok_or_else(|| Refusal::not_a_locale(locale))?;
        let summary = Entity::named(&input.entity_arn).summary(&input.entity_arn, view)?;
        let (state, content) = if is_english {
            (SummaryStateType::Available, Some(summary.within(CHARACTERS_MAX)))
        } else {
            (SummaryStateType::NotSupported, None)
        };
        Ok(GetHumanReadableSummaryOutput {
            summary_content: content,
            locale: Some(locale.to_owned()),
            summary_state: Some(state),
        })
    }
}

/// Whether a locale is one of English, such as `en` and `en-GB`; `None` if it is no locale.
fn is_english(locale: &str) -> Option<bool> {
    let mut subtags = locale.split(['-', '_']);
    let language = subtags.next()?;
    let is_language =
        (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_subtag = |subtag: &str| {
        (2..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_locale = is_language && subtags.all(is_subtag);
    is_locale.then(|| language.eq_ignore_ascii_case("en"))
}

#[cfg(test)]
mod tests {
    use super::is_english;

    #[test]
    fn english_is_told_from_other_languages_and_from_nonsense() {
        for (locale, expected) in [
            ("en", Some(true)),
            ("EN_us", Some(true)),
            ("en-GB", Some(true)),
            ("de-DE", Some(false)),
            ("zh-Hans-CN", Some(false)),
            ("e", None),
            ("english", None),
            ("en-", None),
            ("??", None),
        ] {
            assert_eq!(is_english(locale), expected, "{locale}");
        }
    }
}
