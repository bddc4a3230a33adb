//! The policies and questions that every engine gets, in no engine's language.
//!
//! Only what all can express: actions by name or with a star at the end, resources by name or with stars, and
//! two conditions: the caller's address lies in one of some ranges, a tag is one of some values. Everything
//! is drawn from a fixed seed, so every run and every engine has the same.

use std::net::Ipv4Addr;

/// Services with their actions, and what their resources look like; `@` stands for a resource's name.
const SERVICES: [(&str, &str, &str); 24] = [
    (
        "s3",
        "arn:aws:s3:::@",
        "GetObject GetObjectTagging GetBucketPolicy PutObject PutObjectTagging PutBucketPolicy DeleteObject ListBucket ListBucketVersions AbortMultipartUpload",
    ),
    (
        "ec2",
        "arn:aws:ec2:eu-west-1:111122223333:instance/@",
        "DescribeInstances DescribeImages DescribeVolumes RunInstances StartInstances StopInstances TerminateInstances CreateTags DeleteTags AttachVolume",
    ),
    (
        "dynamodb",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/@",
        "GetItem BatchGetItem PutItem UpdateItem DeleteItem Query Scan DescribeTable CreateTable DeleteTable",
    ),
    (
        "sqs",
        "arn:aws:sqs:eu-west-1:111122223333:@",
        "SendMessage ReceiveMessage DeleteMessage GetQueueAttributes GetQueueUrl SetQueueAttributes CreateQueue DeleteQueue PurgeQueue ListQueues",
    ),
    (
        "sns",
        "arn:aws:sns:eu-west-1:111122223333:@",
        "Publish Subscribe Unsubscribe GetTopicAttributes SetTopicAttributes CreateTopic DeleteTopic ListTopics ListSubscriptions ConfirmSubscription",
    ),
    (
        "lambda",
        "arn:aws:lambda:eu-west-1:111122223333:function:@",
        "InvokeFunction GetFunction GetFunctionConfiguration CreateFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction ListFunctions AddPermission RemovePermission",
    ),
    (
        "iam",
        "arn:aws:iam::111122223333:role/@",
        "GetRole GetRolePolicy ListRoles ListRolePolicies CreateRole DeleteRole PutRolePolicy AttachRolePolicy PassRole TagRole",
    ),
    (
        "kms",
        "arn:aws:kms:eu-west-1:111122223333:key/@",
        "Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey DescribeKey CreateGrant ListGrants RevokeGrant ScheduleKeyDeletion",
    ),
    (
        "logs",
        "arn:aws:logs:eu-west-1:111122223333:log-group:@",
        "CreateLogGroup CreateLogStream PutLogEvents GetLogEvents FilterLogEvents DescribeLogGroups DescribeLogStreams DeleteLogGroup PutRetentionPolicy StartQuery",
    ),
    (
        "ecr",
        "arn:aws:ecr:eu-west-1:111122223333:repository/@",
        "BatchGetImage BatchCheckLayerAvailability GetDownloadUrlForLayer PutImage InitiateLayerUpload UploadLayerPart CompleteLayerUpload DescribeImages DescribeRepositories DeleteRepository",
    ),
    (
        "ecs",
        "arn:aws:ecs:eu-west-1:111122223333:service/@",
        "RunTask StartTask StopTask DescribeTasks DescribeServices UpdateService CreateService DeleteService ListTasks ListServices",
    ),
    (
        "rds",
        "arn:aws:rds:eu-west-1:111122223333:db:@",
        "DescribeDBInstances DescribeDBClusters CreateDBInstance ModifyDBInstance RebootDBInstance StartDBInstance StopDBInstance DeleteDBInstance CreateDBSnapshot ListTagsForResource",
    ),
    (
        "secretsmanager",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:@",
        "GetSecretValue DescribeSecret ListSecretVersionIds PutSecretValue UpdateSecret CreateSecret DeleteSecret RestoreSecret RotateSecret TagResource",
    ),
    (
        "ssm",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/@",
        "GetParameter GetParameters GetParametersByPath GetParameterHistory PutParameter DeleteParameter DescribeParameters AddTagsToResource SendCommand StartSession",
    ),
    (
        "states",
        "arn:aws:states:eu-west-1:111122223333:stateMachine:@",
        "StartExecution StopExecution DescribeExecution DescribeStateMachine GetExecutionHistory ListExecutions CreateStateMachine UpdateStateMachine DeleteStateMachine SendTaskSuccess",
    ),
    (
        "kinesis",
        "arn:aws:kinesis:eu-west-1:111122223333:stream/@",
        "PutRecord PutRecords GetRecords GetShardIterator DescribeStream DescribeStreamSummary ListShards CreateStream DeleteStream MergeShards",
    ),
    (
        "events",
        "arn:aws:events:eu-west-1:111122223333:rule/@",
        "PutEvents PutRule PutTargets RemoveTargets DeleteRule DescribeRule EnableRule DisableRule ListRules ListTargetsByRule",
    ),
    (
        "cloudformation",
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/@",
        "CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackEvents DescribeStackResources GetTemplate ListStacks CreateChangeSet ExecuteChangeSet",
    ),
    (
        "route53",
        "arn:aws:route53:::hostedzone/@",
        "GetHostedZone GetChange ListHostedZones ListResourceRecordSets ChangeResourceRecordSets CreateHostedZone DeleteHostedZone GetHealthCheck CreateHealthCheck DeleteHealthCheck",
    ),
    (
        "elasticache",
        "arn:aws:elasticache:eu-west-1:111122223333:cluster:@",
        "DescribeCacheClusters DescribeSnapshots CreateCacheCluster ModifyCacheCluster RebootCacheCluster DeleteCacheCluster CreateSnapshot CopySnapshot AddTagsToResource Connect",
    ),
    (
        "codebuild",
        "arn:aws:codebuild:eu-west-1:111122223333:project/@",
        "StartBuild StopBuild BatchGetBuilds BatchGetProjects ListBuilds ListProjects CreateProject UpdateProject DeleteProject RetryBuild",
    ),
    (
        "athena",
        "arn:aws:athena:eu-west-1:111122223333:workgroup/@",
        "StartQueryExecution StopQueryExecution GetQueryExecution GetQueryResults GetWorkGroup ListWorkGroups CreateWorkGroup UpdateWorkGroup DeleteWorkGroup BatchGetQueryExecution",
    ),
    (
        "glue",
        "arn:aws:glue:eu-west-1:111122223333:job/@",
        "GetJob GetJobs GetJobRun GetJobRuns StartJobRun CreateJob UpdateJob DeleteJob BatchStopJobRun ListJobs",
    ),
    (
        "backup",
        "arn:aws:backup:eu-west-1:111122223333:backup-vault:@",
        "StartBackupJob StopBackupJob StartRestoreJob DescribeBackupJob DescribeBackupVault ListBackupJobs ListBackupVaults GetBackupPlan CreateBackupVault DeleteBackupVault",
    ),
];

const STEMS: [&str; 8] = [
    "orders", "billing", "web", "audit", "mail", "search", "media", "users",
];
const STAGES: [&str; 4] = ["prod", "stage", "test", "dev"];
const TEAMS: [&str; 4] = ["red", "green", "blue", "gold"];
const PROJECTS: [&str; 4] = ["apollo", "gemini", "mercury", "vostok"];
const CONTEXTS: usize = 64;
const RANGES: [&str; 4] = ["10.0.0.0/8", "192.0.2.0/24", "198.51.100.0/25", "203.0.113.64/26"];

/// The tags that conditions ask for: of who asks, and of what is asked for.
pub const TAGS: [&str; 2] = ["aws:PrincipalTag/team", "aws:ResourceTag/project"];

/// So many questions, the first ones, are asked of every engine; the rest only of those that are fast.
pub const ANSWERED_BY_ALL: usize = 1024;

/// Policies for some principals, and questions about them.
pub struct Workload {
    /// What the reports call it.
    pub name: &'static str,
    /// Each principal's policies.
    pub principals: Vec<Vec<Policy>>,
    /// What is asked.
    pub questions: Vec<Question>,
    /// The context of a request is made for it just before it is decided, so it is warm in memory, unlike
    /// the policies of some principal: the questions share a few contexts.
    pub contexts: Vec<Context>,
}

/// A policy and whom it is attached to.
pub struct Policy {
    /// Unique.
    pub name: String,
    /// `None`: the principal itself; otherwise the number of one of its three groups.
    pub group: Option<usize>,
    /// What it says.
    pub statements: Vec<Statement>,
}

/// Allows or denies some actions on some resources under some conditions.
pub struct Statement {
    /// Whether it denies.
    pub deny: bool,
    /// All of one service.
    pub actions: Vec<String>,
    /// Of any of these.
    pub resources: Vec<String>,
    /// Ranges of addresses; if there are none, from anywhere.
    pub source_ip: Vec<&'static str>,
    /// The number of the tag and its values.
    pub tag: Option<(usize, Vec<&'static str>)>,
}

/// May this principal do this to that?
pub struct Question {
    /// Its number.
    pub principal: usize,
    /// With its service.
    pub action: String,
    /// An ARN.
    pub resource: String,
    /// Its number.
    pub context: usize,
}

/// What is known about a request.
pub struct Context {
    /// Where it came from.
    pub source_ip: Ipv4Addr,
    /// The values of [`TAGS`].
    pub tags: [Option<&'static str>; 2],
}

/// Every action with its service, for engines that want to know them.
pub fn actions() -> impl Iterator<Item = (&'static str, &'static str)> {
    SERVICES
        .iter()
        .flat_map(|(service, _, names)| names.split(' ').map(move |name| (*service, name)))
}

/// A user with 3 groups; 10 policies of 3 statements.
pub fn small() -> Workload {
    build("small", 1, 10, 3, 4096)
}

/// The same with 100 policies of 5 statements.
pub fn wide() -> Workload {
    build("wide", 1, 100, 5, 4096)
}

/// 10,000 users with 5 policies of their own.
pub fn tenant() -> Workload {
    build("tenant", 10_000, 5, 3, 16_384)
}

fn build(
    name: &'static str,
    principals: usize,
    policies: usize,
    statements: usize,
    questions: usize,
) -> Workload {
    let mut random = Random(0x1a0_7a2d);
    // Only where there is one principal is it in groups; where there are many, all policies are their own.
    let grouped = principals == 1;
    let principals: Vec<Vec<Policy>> = (0..principals)
        .map(|principal| {
            (0..policies)
                .map(|number| policy(&mut random, (principal, grouped), number, statements))
                .collect()
        })
        .collect();
    let contexts = (0..CONTEXTS).map(|_| context(&mut random)).collect();
    let questions = (0..questions)
        .map(|_| question(&mut random, &principals))
        .collect();
    Workload {
        name,
        principals,
        questions,
        contexts,
    }
}

/// A policy is about one service, as most policies are.
fn policy(
    random: &mut Random,
    (principal, grouped): (usize, bool),
    number: usize,
    statements: usize,
) -> Policy {
    let service = random.below(SERVICES.len());
    Policy {
        name: format!("policy-{principal}-{number}"),
        group: [None, Some(0), Some(1), Some(2)][random.below(4)].filter(|_| grouped),
        statements: (0..statements)
            .map(|_| statement(random, principal, service))
            .collect(),
    }
}

fn statement(random: &mut Random, principal: usize, service: usize) -> Statement {
    let deny = random.chance(15);
    let actions = match random.below(10) {
        // Whoever denies names what.
        0 if !deny => vec![format!("{}:*", SERVICES[service].0)],
        1..4 => {
            let action = action(random, service);
            let verb = action.rfind(|character: char| character.is_ascii_uppercase());
            let verb = verb
                .filter(|at| !action[..*at].ends_with(':'))
                .unwrap_or(action.len());
            vec![format!("{}*", &action[..verb])]
        }
        _ => several(random, 4, |random| action(random, service)),
    };
    let resources = match random.below(10) {
        0..2 => vec!["*".to_owned()],
        _ => several(random, 2, |random| pattern(random, principal, service)),
    };
    Statement {
        deny,
        actions,
        resources,
        source_ip: if random.chance(30) {
            several(random, 2, |random| random.pick(&RANGES))
        } else {
            Vec::new()
        },
        tag: random.chance(30).then(|| {
            let tag = random.below(2);
            (
                tag,
                several(random, 2, |random| random.pick([&TEAMS, &PROJECTS][tag])),
            )
        }),
    }
}

fn action(random: &mut Random, service: usize) -> String {
    let (service, _, names) = SERVICES[service];
    let names: Vec<&str> = names.split(' ').collect();
    format!("{service}:{}", random.pick(&names))
}

fn resource(random: &mut Random, principal: usize, service: usize) -> String {
    let name = format!(
        "{}-{principal}-{}/{}",
        random.pick(&STAGES),
        random.pick(&STEMS),
        random.below(10)
    );
    SERVICES[service].1.replace('@', &name)
}

fn pattern(random: &mut Random, principal: usize, service: usize) -> String {
    let name = match random.below(10) {
        0..2 => return resource(random, principal, service),
        2..8 => format!("{}-{principal}-*", random.pick(&STAGES)),
        8 => format!("{}-*/{}", random.pick(&STAGES), random.below(10)),
        _ => format!("*-{principal}-{}/*", random.pick(&STEMS)),
    };
    SERVICES[service].1.replace('@', &name)
}

fn question(random: &mut Random, principals: &[Vec<Policy>]) -> Question {
    let principal = random.below(principals.len());
    let policies = &principals[principal];
    let policy = random.pick_ref(policies);
    let statement = random.pick_ref(&policy.statements);
    let service = service_of(&statement.actions[0]);
    let (action, resource) = match random.below(10) {
        // Mostly what some statement is about: nobody asks all the time for what nothing is said about.
        0..6 => {
            let (action, resource) = (
                random.pick_ref(&statement.actions),
                random.pick_ref(&statement.resources),
            );
            (
                action_like(random, service, action),
                resource_like(random, principal, service, resource),
            )
        }
        6..9 => (action(random, service), resource(random, principal, service)),
        _ => {
            let service = random.below(SERVICES.len());
            (action(random, service), resource(random, principal, service))
        }
    };
    Question {
        principal,
        action,
        resource,
        context: random.below(CONTEXTS),
    }
}

fn service_of(action: &str) -> usize {
    let service = action.split(':').next();
    let position = SERVICES.iter().position(|(name, _, _)| service == Some(*name));
    position.expect("a service of the list")
}

/// An action that a pattern of actions fits.
fn action_like(random: &mut Random, service: usize, pattern: &str) -> String {
    let Some(prefix) = pattern.strip_suffix('*') else {
        return pattern.to_owned();
    };
    loop {
        let action = action(random, service);
        if action.starts_with(prefix) {
            return action;
        }
    }
}

/// A resource that a pattern of resources fits.
fn resource_like(random: &mut Random, principal: usize, service: usize, pattern: &str) -> String {
    if pattern == "*" {
        return resource(random, principal, service);
    }
    let name = format!("{}/{}", random.pick(&STEMS), random.below(10));
    pattern.replace('*', &name)
}

fn context(random: &mut Random) -> Context {
    let source_ip = match random.below(4) {
        0 => Ipv4Addr::new(10, 1, 2, random.byte()),
        1 => Ipv4Addr::new(192, 0, 2, random.byte()),
        2 => Ipv4Addr::new(198, 51, 100, random.byte()),
        _ => Ipv4Addr::new(203, 0, 113, random.byte()),
    };
    Context {
        source_ip,
        tags: [
            Some(random.pick(&TEAMS)),
            random.chance(75).then(|| random.pick(&PROJECTS)),
        ],
    }
}

fn several<T: PartialEq>(random: &mut Random, most: usize, mut one: impl FnMut(&mut Random) -> T) -> Vec<T> {
    let mut list = Vec::new();
    for _ in 0..=random.below(most) {
        let item = one(random);
        if !list.contains(&item) {
            list.push(item);
        }
    }
    list
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick_ref<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}
