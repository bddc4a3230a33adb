//! Whether an ARN of a policy can be one of a form such as `arn:${Partition}:s3:::${BucketName}/${ObjectName}`.
//!
//! Both sides have parts that are open: placeholders in the form; `*`, `?` and variables in the policy. So the
//! question is whether some text fits both. It is asked segment by segment, as AWS compares ARNs, and answered
//! by walking over all pairs of places at once: time grows with the product of the two lengths and no faster.

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// This character.
    Char(char),
    /// Any one character.
    One,
    /// Any characters, also none.
    Many,
}

/// An ARN of a policy, taken apart.
#[derive(Debug)]
pub(crate) struct ArnPattern<'arn> {
    segments: Vec<Segment<'arn>>,
}

#[derive(Debug, Clone)]
enum Segment<'arn> {
    /// Text with nothing open in it, which is what most segments are.
    Plain(&'arn str),
    Open(Vec<Step>),
}

impl<'arn> ArnPattern<'arn> {
    /// Segments that are missing behind the last one are open.
    ///
    /// Evidence: the behaviour of a published model of AWS, short ARNs such as `arn:aws:s3` in identity policies.
    pub(crate) fn new(arn: &'arn str) -> Self {
        let mut segments: Vec<Segment<'arn>> = arn.splitn(6, ':').map(Segment::new).collect();
        segments.resize(6, Segment::Open(vec![Step::Many]));
        Self { segments }
    }

    /// The vendor, if it is certain.
    pub(crate) fn vendor(&self) -> Option<&'arn str> {
        match self.segments.get(2)? {
            Segment::Plain(vendor) => Some(vendor),
            Segment::Open(_) => None,
        }
    }

    /// Whether some ARN fits both this and the form.
    pub(crate) fn could_be(&self, form: &str) -> bool {
        form.splitn(6, ':')
            .zip(&self.segments)
            .all(|(form, segment)| segment.could_be(form))
    }
}

impl<'arn> Segment<'arn> {
    fn new(text: &'arn str) -> Self {
        if text.contains(['*', '?', '$']) {
            Self::Open(policy_steps(text))
        } else {
            Self::Plain(text)
        }
    }

    fn could_be(&self, form: &str) -> bool {
        match self {
            Self::Plain(text) if !is_open(form) => *text == form,
            Self::Plain(text) => meet(&form_steps(form), &policy_steps(text)),
            Self::Open(steps) => meet(&form_steps(form), steps),
        }
    }
}

/// Whether text of a form has placeholders or stars.
pub(crate) fn is_open(form: &str) -> bool {
    form.contains(['*', '$'])
}

/// How much of a form is not open: what makes one form more specific than another.
pub(crate) fn fixed_len(form: &str) -> usize {
    form_steps(form)
        .iter()
        .filter(|step| matches!(step, Step::Char(_)))
        .count()
}

/// A placeholder of a form has at least one character; a star of a form can be empty.
fn form_steps(form: &str) -> Vec<Step> {
    let mut steps = Vec::with_capacity(form.len());
    steps_of(form, &mut steps, |steps| steps.extend([Step::One, Step::Many]));
    for step in &mut steps {
        if *step == Step::Char('*') {
            *step = Step::Many;
        }
    }
    steps
}

/// A variable can stand for anything.
fn policy_steps(segment: &str) -> Vec<Step> {
    let mut steps = Vec::with_capacity(segment.len());
    steps_of(segment, &mut steps, |steps| steps.push(Step::Many));
    for step in &mut steps {
        match step {
            Step::Char('*') => *step = Step::Many,
            Step::Char('?') => *step = Step::One,
            _ => {}
        }
    }
    steps
}

fn steps_of(text: &str, steps: &mut Vec<Step>, placeholder: impl Fn(&mut Vec<Step>)) {
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("${") {
        let Some((_, behind)) = inside.split_once('}') else {
            break;
        };
        steps.extend(before.chars().map(Step::Char));
        placeholder(steps);
        rest = behind;
    }
    steps.extend(rest.chars().map(Step::Char));
}

/// Whether some text fits both patterns.
fn meet(one: &[Step], other: &[Step]) -> bool {
    // Which places of `other` can be reached together with the place of `one` before the next step.
    let mut reached = vec![false; other.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    skip_stars(&mut reached, other);
    for step in one {
        let mut next = vec![false; other.len() + 1];
        if *step == Step::Many {
            // It takes any steps of the other side, from the first place that was reached.
            let first = reached.iter().position(|reached| *reached).unwrap_or(next.len());
            next.iter_mut().skip(first).for_each(|reached| *reached = true);
        } else {
            for (index, theirs) in other.iter().enumerate() {
                if !reached.get(index).copied().unwrap_or_default() {
                    continue;
                }
                let takes = match (step, theirs) {
                    (_, Step::Many) => Some(index),
                    (Step::Char(mine), Step::Char(theirs)) if mine != theirs => None,
                    _ => Some(index + 1),
                };
                if let Some(place) = takes.and_then(|place| next.get_mut(place)) {
                    *place = true;
                }
            }
        }
        skip_stars(&mut next, other);
        if !next.contains(&true) {
            return false;
        }
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

/// A star can be empty: who stands before it also stands behind it.
fn skip_stars(reached: &mut [bool], steps: &[Step]) {
    for (index, step) in steps.iter().enumerate() {
        if *step == Step::Many
            && reached.get(index).copied().unwrap_or_default()
            && let Some(behind) = reached.get_mut(index + 1)
        {
            *behind = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &str, fitting: &[&str], others: &[&str]) {
        for arn in fitting {
            assert!(ArnPattern::new(arn).could_be(form), "{arn} should fit {form}");
        }
        for arn in others {
            assert!(
                !ArnPattern::new(arn).could_be(form),
                "{arn} should not fit {form}"
            );
        }
    }

    #[test]
    fn placeholders_take_at_least_one_character() {
        check(
            "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
            &["arn:aws:s3:::b/k", "arn:aws:s3:::b/k/l", "arn:aws-cn:s3:::b/*"],
            &[
                "arn:aws:s3:::b",
                "arn:aws:s3:::b/",
                "arn:aws:s3:::/k",
                "arn:aws:s3:::",
            ],
        );
    }

    #[test]
    fn wildcards_and_variables_of_a_policy_stand_for_anything() {
        check(
            "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}",
            &[
                "*",
                "arn:aws:iam",
                "arn:aws:iam::*:u*",
                "arn:aws:iam::123456789012:user/${aws:username}",
                "arn:aws:iam::123456789012:?ser/a",
                "arn:*:iam::*:*",
            ],
            &[
                "arn:aws:iam::123456789012:role/*",
                "arn:aws:iam::123456789012:user",
                "arn:aws:iam:us-east-1:123456789012:user/a",
                "arn:aws:s3::123456789012:user/a",
                "arn:aws:iam::*:??er",
            ],
        );
    }

    #[test]
    fn a_segment_is_not_left_by_a_wildcard() {
        check(
            "arn:${Partition}:s3:::${BucketName}",
            &["arn:aws:s3:::*:*"],
            &["arn:aws:s3:*b"],
        );
    }

    #[test]
    fn stars_of_a_form_may_be_empty() {
        check(
            "arn:${Partition}:dms:${Region}:${Account}:cert:*",
            &[
                "arn:aws:dms:us-east-1:123456789012:cert:",
                "arn:aws:dms:us-east-1:123456789012:cert:a",
            ],
            &["arn:aws:dms:us-east-1:123456789012:cert"],
        );
    }
}
