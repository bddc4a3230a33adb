//! Resources of which a part is known to their service alone: each star of the ARN stands for some text, or for none.
//!
//! Invariant: what AWS denies because it knows the text is denied. An entry that could fit for some text counts where
//! it takes permission away; where it gives one, it has to fit whatever stands there, which only a star does. So more may
//! be denied than AWS denies, never less. Whether several stars of one ARN can all have such texts at once is not looked
//! into: everything between the first and the last counts as unknown.
//!
//! Nothing here is on the way of requests whose resource is known, and only here a decision may take memory.

use crate::compiled::{ArnTest, Fit, Pattern, Policy, Presence, Resource, Statement};
use crate::context::Context;
use crate::resource::{ResourceKey, ShortArns};
use crate::truth::Truth;

/// Texts of three lengths that have no letter in common: what fits all of them spells out none of them, and only stars
/// do. There may be none: a package of CodeArtifact without a namespace has nothing between two slashes.
const STAND_INS: [&str; 3] = ["", "\u{f8ff}", "\u{f8fe}\u{f8fe}"];

impl Policy {
    /// Whether a statement covers a resource that is partly known, as [`Policy::covers`].
    #[cold]
    #[inline(never)]
    pub(crate) fn covers_partly_known(
        &self,
        statement: &Statement,
        resource: &ResourceKey<'_>,
        context: &Context,
        short: ShortArns,
        optional: bool,
    ) -> Truth {
        let mut entries = statement.resources.of(&self.resources).iter();
        // Here an entry takes permission away: from what is listed to be denied, from what is excepted as allowed.
        let takes_away = statement.deny == (statement.resource == Presence::Listed);
        if takes_away && entries.any(|entry| self.may_be_meant(entry, resource, context)) {
            return Truth::Doubt;
        }
        let texts = STAND_INS.map(|stand_in| resource.text.replace('*', stand_in));
        let certain = texts.each_ref().map(|text| ResourceKey::new(text, false));
        let fit = |entry: &Resource| {
            let fits = certain
                .each_ref()
                .map(|text| self.resource_fits(entry.test, text, context, short));
            let failed = fits.into_iter().find(|fit| *fit != Fit::Yes);
            failed.unwrap_or(Fit::Yes)
        };
        self.covers_if(statement, resource, context, optional, fit)
    }

    /// Whether an entry could be about a resource that is partly known.
    fn may_be_meant(&self, entry: &Resource, resource: &ResourceKey<'_>, context: &Context) -> bool {
        let (patterns, crosses) = match entry.test {
            ArnTest::Whole(pattern) => return self.overlaps(pattern, context, resource.text),
            ArnTest::Fields { first, crosses } => (self.patterns_of(first, 6), crosses),
            ArnTest::Short {
                first,
                count,
                crosses,
                ..
            } => (self.patterns_of(first, count), crosses),
            ArnTest::Unclear { first, count } => (self.patterns_of(first, count), false),
            ArnTest::Everything | ArnTest::Template(_) | ArnTest::Invalid => return true,
        };
        // Variables where none belong may stand for anything.
        let is_unclear = |number, pattern: &Pattern| number < 5 && matches!(pattern, Pattern::Template(_));
        let mut pairs = patterns.iter().zip(0..);
        pairs.all(|(pattern, number)| {
            // What is no ARN cannot be told from what an entry is about.
            let field = resource.field(number);
            is_unclear(number, pattern) || field.is_none_or(|field| self.overlaps(*pattern, context, field))
        }) || crosses && self.may_cross_to(entry, patterns, resource, context)
    }

    /// Whether an entry could be about it if its stars matched colons too: its last colon is one of the resource's.
    fn may_cross_to(
        &self,
        entry: &Resource,
        patterns: &[Pattern],
        resource: &ResourceKey<'_>,
        context: &Context,
    ) -> bool {
        let mut patterns = patterns.iter();
        let variables = patterns.any(|pattern| matches!(pattern, Pattern::Template(_)));
        let text = self.str(entry.text);
        // Fails closed: a colon may stand in a variable's default, where it separates nothing.
        let Some((head, tail)) = text.rsplit_once(':').filter(|_| !variables) else {
            return Self::overlaps_whole(text, variables, context, resource.text);
        };
        let mut colons = resource.text.match_indices(':');
        colons.any(|(at, _)| {
            let (before, behind) = resource.text.split_at(at);
            let behind = behind.get(1..).unwrap_or_default();
            Self::overlaps_whole(head, false, context, before)
                && Self::overlaps_whole(tail, false, context, behind)
        })
    }
}
