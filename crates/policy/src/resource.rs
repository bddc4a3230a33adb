//! Whether the `Resource` element of a statement covers what is asked for.

use std::cell::OnceCell;

use lanyard_names::AccountId;

use crate::colon;
use crate::compiled::{ArnTest, Fit, Pattern, Policy, Presence, Resource, Statement};
use crate::context::Context;
use crate::principal::partition;
use crate::truth::Truth;

/// The resource of a request, prepared for many comparisons.
#[derive(Debug, Clone)]
pub(crate) struct ResourceKey<'a> {
    pub(crate) text: &'a str,
    /// Where the fifth colon is. `None`: the action takes no resource, or what was given is no ARN.
    fifth_colon: Option<usize>,
    /// Where the first five are, once somebody asks.
    colons: OnceCell<Option<[usize; 5]>>,
    /// The action takes no resource: only what is said of everything is said of it.
    pub(crate) none: bool,
    /// Each star stands for what only the resource's service knows.
    pub(crate) partly_known: bool,
}

impl<'a> ResourceKey<'a> {
    pub(crate) fn new(resource: &'a str, wildcard_only_action: bool) -> Self {
        let none = wildcard_only_action || resource == "*";
        Self {
            text: if none { "*" } else { resource },
            fifth_colon: if none { None } else { colon::nth(resource, 5) },
            colons: OnceCell::new(),
            none,
            partly_known: false,
        }
    }

    /// The same, where each star may stand for what only the resource's service knows.
    pub(crate) fn partly_known(self, is_it: bool) -> Self {
        let partly_known = is_it && !self.none && self.text.contains('*');
        Self { partly_known, ..self }
    }

    /// Whether there is a resource and it has an ARN's fields.
    pub(crate) fn is_arn(&self) -> bool {
        self.fifth_colon.is_some()
    }

    /// The account in the ARN, if it names one. Every decision asks for that, and few for the other fields.
    pub(crate) fn account(&self) -> Option<AccountId> {
        let before = self.text.get(..self.fifth_colon?)?;
        let (_, account) = before.split_at_checked(before.len().checked_sub(12)?)?;
        let is_whole = before.as_bytes().get(before.len().checked_sub(13)?) == Some(&b':');
        AccountId::parse(account).ok().filter(|_| is_whole)
    }

    /// Whether the ARN names an account of which only the resource's service knows which one it is.
    pub(crate) fn is_account_unknown(&self) -> bool {
        self.partly_known && self.field(4).is_some_and(|account| account.contains('*'))
    }

    /// The partition in the ARN.
    pub(crate) fn partition(&self) -> Option<&'a str> {
        if self.none { None } else { partition(self.text) }
    }

    /// A field of the ARN, by number.
    pub(crate) fn field(&self, number: usize) -> Option<&'a str> {
        let colons = self.colons.get_or_init(|| {
            self.fifth_colon?;
            colon::first_of(self.text)
        });
        let colons = colons.as_ref()?;
        let start = match number.checked_sub(1) {
            Some(before) => colons.get(before)? + 1,
            None => 0,
        };
        let end = colons.get(number).copied().unwrap_or(self.text.len());
        self.text.get(start..end)
    }

    fn fields(&self) -> Option<[&'a str; 6]> {
        let mut fields = [""; 6];
        for (number, field) in fields.iter_mut().enumerate() {
            *field = self.field(number)?;
        }
        Some(fields)
    }
}

/// What an ARN with fewer than six fields means; that differs between the kinds of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShortArns {
    /// The missing fields are `*`.
    Extend,
    /// So they are if the ARN has a wildcard; otherwise it is in doubt what it matches.
    ExtendWithWildcard,
    /// Such policies may not have them.
    Refuse,
}

impl Policy {
    /// Whether a statement covers a resource. `optional`: whether the element may be absent, as in trust policies.
    pub(crate) fn covers(
        &self,
        statement: &Statement,
        resource: &ResourceKey<'_>,
        context: &Context,
        short: ShortArns,
        optional: bool,
    ) -> Truth {
        if resource.partly_known {
            return self.covers_partly_known(statement, resource, context, short, optional);
        }
        let fit = |entry: &Resource| self.resource_fits(entry.test, resource, context, short);
        self.covers_if(statement, resource, context, optional, fit)
    }

    /// The same, where `fit` says whether an entry fits.
    pub(crate) fn covers_if(
        &self,
        statement: &Statement,
        resource: &ResourceKey<'_>,
        context: &Context,
        optional: bool,
        fit: impl Fn(&Resource) -> Fit,
    ) -> Truth {
        let entries = statement.resources.of(&self.resources);
        let fits = entries.iter().map(fit);
        match statement.resource {
            Presence::Absent if optional => Truth::Yes,
            Presence::Absent => Truth::Doubt,
            Presence::Listed => Truth::any(fits.zip(entries).map(|(fit, entry)| match fit {
                Fit::Yes => Truth::Yes,
                Fit::Unclear => Truth::Doubt,
                Fit::No if statement.deny && self.may_cross(entry, resource, context) => Truth::Doubt,
                Fit::No | Fit::Unresolved | Fit::Ambiguous => Truth::No,
                Fit::Unreadable | Fit::Incomparable | Fit::Broken => Truth::No,
            })),
            Presence::Excepted => {
                let listed = Truth::any(fits.zip(entries).map(|(fit, entry)| match fit {
                    Fit::Yes => Truth::Yes,
                    Fit::No
                        if !self.lacks_value(entry.test, context)
                            && !self.may_cross(entry, resource, context) =>
                    {
                        Truth::No
                    }
                    // An exception that cannot be resolved: AWS's documentation has the element match no
                    // resource, but an exception that matches nothing would be a statement about everything.
                    Fit::No | Fit::Unresolved | Fit::Ambiguous | Fit::Unclear => Truth::Doubt,
                    Fit::Unreadable | Fit::Incomparable | Fit::Broken => Truth::Doubt,
                }));
                // An action without resource is not among the exceptions; whether that makes it covered is
                // not documented.
                if resource.none && listed == Truth::No {
                    Truth::Doubt
                } else {
                    !listed
                }
            }
        }
    }

    pub(crate) fn resource_fits(
        &self,
        test: ArnTest,
        resource: &ResourceKey<'_>,
        context: &Context,
        short: ShortArns,
    ) -> Fit {
        if !resource.none && !resource.is_arn() && !matches!(test, ArnTest::Everything) {
            // Fails closed: what is no ARN cannot be told from what a statement is about.
            return Fit::Unclear;
        }
        match test {
            ArnTest::Everything => Fit::Yes,
            ArnTest::Whole(pattern) => self.matches(pattern, context, resource.text),
            ArnTest::Fields { first, .. } => match &resource.fields() {
                Some(fields) => self.matches_fields(first, fields, context),
                None => Fit::No,
            },
            ArnTest::Short {
                first,
                count,
                wildcard,
                ..
            } => {
                let fit = self.leading_fields_fit(first, count, resource, context);
                match short {
                    ShortArns::Extend => fit,
                    ShortArns::ExtendWithWildcard if wildcard => fit,
                    ShortArns::ExtendWithWildcard | ShortArns::Refuse if fit == Fit::Yes => Fit::Unclear,
                    ShortArns::ExtendWithWildcard | ShortArns::Refuse => fit,
                }
            }
            ArnTest::Unclear { first, count } => self.unclear_fields_fit(first, count, resource, context),
            ArnTest::Template(_) | ArnTest::Invalid => Fit::Unclear,
        }
    }

    /// Fields of which some have variables where the language allows none. Those may mean anything, so that only
    /// what the others say is certain.
    fn unclear_fields_fit(
        &self,
        first: u32,
        count: u8,
        resource: &ResourceKey<'_>,
        context: &Context,
    ) -> Fit {
        let Some(fields) = &resource.fields() else {
            return Fit::No;
        };
        let last = fields.len() - 1;
        let patterns = self.patterns_of(first, count);
        for (index, (pattern, field)) in patterns.iter().zip(fields).enumerate() {
            if index < last && matches!(pattern, Pattern::Template(_)) {
                continue;
            }
            match self.matches(*pattern, context, field) {
                Fit::Yes => {}
                other => return other,
            }
        }
        Fit::Unclear
    }

    /// Whether an entry would fit if its stars matched colons too.
    ///
    /// Evidence: AWS documentation contradicts itself. The page on the Resource element says that a star at the end
    /// of a segment can match beyond it; the pages of services say that wildcards do not span segments.
    fn may_cross(&self, entry: &Resource, resource: &ResourceKey<'_>, context: &Context) -> bool {
        let patterns = match entry.test {
            ArnTest::Fields { first, crosses: true } => self.patterns_of(first, 6),
            ArnTest::Short {
                first,
                count,
                crosses: true,
                ..
            } => self.patterns_of(first, count),
            _ => return false,
        };
        let variables = patterns
            .iter()
            .any(|pattern| matches!(pattern, Pattern::Template(_)));
        self.matches_whole(entry.text, variables, context, resource.text)
    }

    /// Whether a variable of an entry has no value in this request, or may have none for all that is known.
    fn lacks_value(&self, test: ArnTest, context: &Context) -> bool {
        let patterns = match test {
            ArnTest::Whole(pattern) => return self.has_unknown(pattern, context),
            ArnTest::Fields { first, .. } => self.patterns_of(first, 6),
            ArnTest::Short { first, count, .. } | ArnTest::Unclear { first, count } => {
                self.patterns_of(first, count)
            }
            _ => return false,
        };
        let unresolved = |pattern: &Pattern| match pattern {
            Pattern::Template(parts) => self.variables_fit(parts.of(&self.parts), context).is_err(),
            _ => false,
        };
        patterns.iter().any(unresolved)
    }

    pub(crate) fn patterns_of(&self, first: u32, count: u8) -> &[Pattern] {
        let first = first as usize;
        self.rare()
            .patterns
            .get(first..first + usize::from(count))
            .unwrap_or_default()
    }

    fn leading_fields_fit(
        &self,
        first: u32,
        count: u8,
        resource: &ResourceKey<'_>,
        context: &Context,
    ) -> Fit {
        match &resource.fields() {
            Some(fields) => {
                let leading = fields.get(..usize::from(count)).unwrap_or_default();
                self.matches_fields(first, leading, context)
            }
            // A lone pattern such as `?` may match the star that stands for no resource.
            None if resource.none && count == 1 => self.matches_fields(first, &[resource.text], context),
            None => Fit::No,
        }
    }
}
