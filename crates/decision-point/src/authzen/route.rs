//! Which paths are AuthZEN's.

const WELL_KNOWN: &str = "/.well-known/authzen-configuration";
const APPLICATIONS: &str = "/authzen/";
const ACCESS: &str = "access/v1/";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Evaluation,
    Evaluations,
    Search(Sought),
    Metadata,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    Subject,
    Resource,
    Action,
}

/// What is asked for, of which application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route<'p> {
    pub(crate) application: Option<&'p str>,
    pub(crate) endpoint: Endpoint,
}

impl<'p> Route<'p> {
    /// Reads a path. `None` if it is not AuthZEN's.
    pub(crate) fn of(path: &'p str) -> Option<Self> {
        if let Some(suffix) = path.strip_prefix(WELL_KNOWN) {
            let application = match suffix {
                "" => None,
                // The specification puts the well-known part before the path of the decision point.
                _ => Some(segment(suffix.strip_prefix(APPLICATIONS)?)?),
            };
            return Some(Self {
                application,
                endpoint: Endpoint::Metadata,
            });
        }
        let (application, rest) = match path.strip_prefix(APPLICATIONS) {
            Some(rest) => {
                let (application, rest) = rest.split_once('/')?;
                (Some(segment(application)?), rest)
            }
            None => (None, path.strip_prefix('/')?),
        };
        let endpoint = match rest.strip_prefix(ACCESS)? {
            "evaluation" => Endpoint::Evaluation,
            "evaluations" => Endpoint::Evaluations,
            "search/subject" => Endpoint::Search(Sought::Subject),
            "search/resource" => Endpoint::Search(Sought::Resource),
            "search/action" => Endpoint::Search(Sought::Action),
            _ => return None,
        };
        Some(Self {
            application,
            endpoint,
        })
    }

    /// The path of the decision point itself.
    pub(crate) fn base(&self) -> String {
        self.application
            .map(|application| format!("{APPLICATIONS}{application}"))
            .unwrap_or_default()
    }
}

fn segment(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty() && !text.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<(Option<&str>, Endpoint)>) {
        let got = Route::of(path).map(|route| (route.application, route.endpoint));
        assert_eq!(got, expected, "{path}");
    }

    #[test]
    fn a_decision_point_is_at_the_root_or_an_applications() {
        check("/access/v1/evaluation", Some((None, Endpoint::Evaluation)));
        let search = Endpoint::Search(Sought::Action);
        check(
            "/authzen/todo/access/v1/search/action",
            Some((Some("todo"), search)),
        );
        check(
            "/.well-known/authzen-configuration",
            Some((None, Endpoint::Metadata)),
        );
        let of_todo = Some((Some("todo"), Endpoint::Metadata));
        check("/.well-known/authzen-configuration/authzen/todo", of_todo);
    }

    #[test]
    fn nothing_else_is_authzens() {
        for path in [
            "/",
            "/access/v1",
            "/access/v1/evaluation/",
            "/authzen/access/v1/evaluation",
            "/authzen//access/v1/evaluation",
            "/authzen/a/b/access/v1/evaluation",
            "/.well-known/authzen-configuration/",
            "/.well-known/authzen-configuration/todo",
            "/.well-known/authzen-configurations",
        ] {
            check(path, None);
        }
    }
}
