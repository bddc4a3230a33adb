//! SQS: a queue is named by its address, of which only the account and the name count.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    // Evidence: the developer guide; a batch needs the permission of its single form.
    actions: &[
        ("ChangeMessageVisibilityBatch", &["sqs:ChangeMessageVisibility"]),
        ("DeleteMessageBatch", &["sqs:DeleteMessage"]),
        ("SendMessageBatch", &["sqs:SendMessage"]),
    ],
    operations: &[
        ("AddPermission", QUEUE),
        (
            "CancelMessageMoveTask",
            Resolve::Custom(
                cancel_message_move_task,
                "every queue, since which one is meant stands in {TaskHandle} alone",
            ),
        ),
        ("ChangeMessageVisibility", QUEUE),
        ("ChangeMessageVisibilityBatch", QUEUE),
        (
            "CreateQueue",
            Resolve::On(&[OnType {
                resource_type: "queue",
                named: Named::By(&[("QueueName", "QueueName")]),
                absent: Absent::Missing,
            }]),
        ),
        ("DeleteMessage", QUEUE),
        ("DeleteMessageBatch", QUEUE),
        ("DeleteQueue", QUEUE),
        ("GetQueueAttributes", QUEUE),
        (
            "GetQueueUrl",
            Resolve::Custom(
                get_queue_url,
                "queue {QueueName}, of {QueueOwnerAWSAccountId} where that is given",
            ),
        ),
        ("ListDeadLetterSourceQueues", QUEUE),
        (
            "ListMessageMoveTasks",
            Resolve::Custom(list_message_move_tasks, "queue {SourceArn}"),
        ),
        ("ListQueueTags", QUEUE),
        (
            "ListQueues",
            Resolve::Custom(
                list_queues,
                "the queue without a name: arn:aws:sqs:{region}:{account}:",
            ),
        ),
        ("PurgeQueue", QUEUE),
        ("ReceiveMessage", QUEUE),
        ("RemovePermission", QUEUE),
        ("SendMessage", QUEUE),
        ("SendMessageBatch", QUEUE),
        ("SetQueueAttributes", QUEUE),
        (
            "StartMessageMoveTask",
            Resolve::Custom(
                start_message_move_task,
                "{SourceArn}, also to receive and to delete; {DestinationArn}, or every queue, to send",
            ),
        ),
        ("TagQueue", QUEUE),
        ("UntagQueue", QUEUE),
    ],
};

const QUEUE: Resolve = Resolve::Custom(
    queue,
    "the queue of which {QueueUrl}, or the path, has the account and the name",
);

/// Account and name of a queue.
#[derive(PartialEq, Eq)]
struct Queue<'a> {
    account: &'a str,
    name: &'a str,
}

impl<'a> Queue<'a> {
    /// Reads the path of an address: `/111122223333/orders`, and with `/queue/REGION` before it.
    fn of_path(path: &'a str, region: &str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let (account, name) = match [(); 5].map(|()| parts.next()) {
            [Some(account), Some(name), None, ..] => (account, name),
            [Some("queue"), Some(named), Some(account), Some(name), None] if named == region => {
                (account, name)
            }
            _ => return None,
        };
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (is_account && is_queue_name(name)).then_some(Self { account, name })
    }

    /// Reads an address. Its host is whatever the upstream or the gateway is called; only a region in it counts, since
    /// an emulator may follow it.
    fn of_url(url: &'a str, region: &str) -> Option<Self> {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        let (host, _) = rest.split_once('/')?;
        let mut labels = host.split('.');
        let named = match (labels.next(), labels.next()) {
            (Some("sqs"), Some(label)) | (Some(label), Some("queue")) => Some(label),
            _ => None,
        };
        let is_elsewhere = named.is_some_and(|label| is_region(label) && label != region);
        if is_elsewhere {
            return None;
        }
        Self::of_path(rest.get(host.len()..)?, region)
    }

    fn arn(&self, request: &Request<'_>) -> Result<String, MappingError> {
        let (region, account, name) = (request.scope.region, self.account, self.name);
        request.checked_arn("queue", &["arn:aws:sqs", region, account, name].join(":"))
    }
}

/// Evidence: the developer guide; letters, digits, hyphens and underscores, and a suffix for those in strict order.
fn is_queue_name(name: &str) -> bool {
    let plain = name.strip_suffix(".fifo").unwrap_or(name);
    !plain.is_empty()
        && plain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_region(label: &str) -> bool {
    label.contains('-') && label.ends_with(|last: char| last.is_ascii_digit())
}

/// The queue that `QueueUrl` names, or the path of a request of the query protocol; both must agree.
fn queue(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let invalid = |member: &str| MappingError::InvalidMember {
        member: member.to_owned(),
        reason: "it is no address of a queue",
    };
    let of_path = match request.path {
        "" | "/" => None,
        path => Some(Queue::of_path(path, request.scope.region).ok_or_else(|| invalid("path"))?),
    };
    let of_url = match (request.text("QueueUrl")?, &of_path) {
        (None, Some(_)) => None,
        _ => {
            let url = request.required("QueueUrl")?;
            Some(Queue::of_url(url, request.scope.region).ok_or_else(|| invalid("QueueUrl"))?)
        }
    };
    let queue = match (of_url, of_path) {
        (Some(one), Some(other)) if one != other => return Err(invalid("QueueUrl")),
        (Some(queue), _) | (None, Some(queue)) => queue,
        (None, None) => return Err(invalid("QueueUrl")),
    };
    let action = match request.operation.name().strip_suffix("Batch") {
        Some(single) => format!("sqs:{single}"),
        None => own_action(request),
    };
    Ok(Resolved::Permissions(vec![
        request.permission(action, queue.arn(request)?),
    ]))
}

fn get_queue_url(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = request.required("QueueName")?;
    let arn = match request.text("QueueOwnerAWSAccountId")? {
        None => request.arn("queue", &[("QueueName", name)])?,
        Some(account) => Queue { account, name }.arn(request)?,
    };
    Ok(Resolved::Permissions(vec![
        request.permission("sqs:GetQueueUrl", arn),
    ]))
}

/// Evidence: recorded responses; the queue without a name.
fn list_queues(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let (region, account) = (request.scope.region, request.scope.account);
    let arn = format!("arn:aws:sqs:{region}:{account}:");
    Ok(Resolved::Permissions(vec![
        request.permission("sqs:ListQueues", arn),
    ]))
}

fn list_message_move_tasks(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = request.checked_arn("queue", request.required("SourceArn")?)?;
    Ok(Resolved::Permissions(vec![
        request.permission("sqs:ListMessageMoveTasks", arn),
    ]))
}

/// Evidence: the developer guide. The source needs the permissions to move, to receive and to delete; the
/// destination to send. Without one the messages go back to wherever they came from, to any queue.
fn start_message_move_task(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let source = request.checked_arn("queue", request.required("SourceArn")?)?;
    let destination = match request.text("DestinationArn")? {
        Some(arn) => request.checked_arn("queue", arn)?,
        None => request.arn("queue", &[("QueueName", "*")])?,
    };
    Ok(Resolved::Permissions(vec![
        request.permission("sqs:StartMessageMoveTask", source.clone()),
        request.permission("sqs:ReceiveMessage", source.clone()),
        request.permission("sqs:DeleteMessage", source),
        request.permission("sqs:SendMessage", destination),
    ]))
}

/// Fails closed: of which queue the task is stands in its handle alone, which only SQS can read.
fn cancel_message_move_task(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = request.arn("queue", &[("QueueName", "*")])?;
    Ok(Resolved::Permissions(vec![
        request.permission("sqs:CancelMessageMoveTask", arn),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Option<(&str, &str)>) {
        let queue = Queue::of_url(url, "us-east-1");
        assert_eq!(queue.map(|queue| (queue.account, queue.name)), expected, "{url}");
    }

    #[test]
    fn of_an_address_only_account_and_name_count() {
        let expected = Some(("111122223333", "orders.fifo"));
        check(
            "https://sqs.us-east-1.amazonaws.com/111122223333/orders.fifo",
            expected,
        );
        check("http://localhost:4566/111122223333/orders.fifo", expected);
        check(
            "http://localhost:4566/queue/us-east-1/111122223333/orders.fifo",
            expected,
        );
        check(
            "http://us-east-1.queue.localhost:4566/111122223333/orders.fifo",
            expected,
        );
    }

    #[test]
    fn an_address_of_another_region_or_with_more_in_it_is_none() {
        check("https://sqs.eu-west-1.amazonaws.com/111122223333/orders", None);
        check("http://eu-west-1.queue.localhost:4566/111122223333/orders", None);
        check("http://localhost:4566/queue/eu-west-1/111122223333/orders", None);
        check("http://localhost/111122223333/orders?Action=DeleteQueue", None);
        check("http://localhost/111122223333/orders/", None);
        check("http://localhost/111122223333/%6frders", None);
        check("http://localhost/1/orders", None);
        check("orders", None);
    }
}
