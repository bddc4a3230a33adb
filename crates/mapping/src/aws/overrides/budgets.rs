//! Budgets: policies know looking at them and changing them, and nothing finer.

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

// Evidence: the user's guide, which says that all operations need one of these two.
pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[
        ("CreateBudget", MODIFY),
        ("CreateNotification", MODIFY),
        ("CreateSubscriber", MODIFY),
        ("DeleteBudget", MODIFY),
        ("DeleteNotification", MODIFY),
        ("DeleteSubscriber", MODIFY),
        ("DescribeBudget", VIEW),
        ("DescribeBudgetNotificationsForAccount", VIEW),
        ("DescribeBudgetPerformanceHistory", VIEW),
        ("DescribeBudgets", VIEW),
        ("DescribeNotificationsForBudget", VIEW),
        ("DescribeSubscribersForNotification", VIEW),
        ("UpdateBudget", MODIFY),
        ("UpdateNotification", MODIFY),
        ("UpdateSubscriber", MODIFY),
    ],
    operations: &[
        (
            "CreateBudget",
            Resolve::Custom(
                created,
                "budget {Budget.BudgetName} of the account {AccountId}; with tags, not decided on",
            ),
        ),
        ("CreateNotification", CHANGED),
        ("CreateSubscriber", CHANGED),
        ("DeleteBudget", CHANGED),
        ("DeleteNotification", CHANGED),
        ("DeleteSubscriber", CHANGED),
        ("DescribeBudget", SEEN),
        (
            "DescribeBudgetNotificationsForAccount",
            Resolve::Custom(
                |request| on(request, "budgets:ViewBudget", None),
                "every budget of the account {AccountId}",
            ),
        ),
        ("DescribeBudgetPerformanceHistory", SEEN),
        (
            "DescribeBudgets",
            Resolve::Custom(
                |request| on(request, "budgets:ViewBudget", None),
                "every budget of the account {AccountId}",
            ),
        ),
        ("DescribeNotificationsForBudget", SEEN),
        ("DescribeSubscribersForNotification", SEEN),
        (
            "UpdateBudget",
            Resolve::Custom(
                |request| on(request, "budgets:ModifyBudget", Some("NewBudget.BudgetName")),
                "budget {NewBudget.BudgetName} of the account {AccountId}",
            ),
        ),
        ("UpdateNotification", CHANGED),
        ("UpdateSubscriber", CHANGED),
    ],
};

const VIEW: &[&str] = &["budgets:ViewBudget"];
const MODIFY: &[&str] = &["budgets:ModifyBudget"];
const SEEN: Resolve = Resolve::Custom(
    |request| on(request, "budgets:ViewBudget", Some("BudgetName")),
    "budget {BudgetName} of the account {AccountId}",
);
const CHANGED: Resolve = Resolve::Custom(
    |request| on(request, "budgets:ModifyBudget", Some("BudgetName")),
    "budget {BudgetName} of the account {AccountId}",
);

/// Evidence: denials of AWS that users quote.
fn created(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if request.has("ResourceTags") {
        return Err(request.unmapped("tags of a new budget are not decided on here"));
    }
    on(request, "budgets:ModifyBudget", Some("Budget.BudgetName"))
}

fn on(request: &Request<'_>, action: &'static str, path: Option<&str>) -> Result<Resolved, MappingError> {
    // The ARN would say that a budget of another account is one of this account.
    if request.required("AccountId")? != request.scope.account.to_string() {
        return Err(MappingError::InvalidMember {
            member: "AccountId".to_owned(),
            reason: "it is another account",
        });
    }
    let name = match path {
        Some(path) => request.required(path)?,
        None => "*",
    };
    let arn = request.arn("budget", &[("BudgetName", name)])?;
    Ok(Resolved::Permissions(vec![request.permission(action, arn)]))
}
