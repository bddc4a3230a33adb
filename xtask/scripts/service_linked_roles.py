#!/usr/bin/env python3
"""Makes data/aws-service-linked-roles.tsv from the PyPI package localstack-core and the table below.

    pip download --no-deps --dest /tmp localstack-core==2026.3.0
    python3 xtask/scripts/service_linked_roles.py /tmp/localstack_core-2026.3.0-py3-none-any.whl data/aws-service-linked-roles.tsv

One line a service, sorted by its principal: the principal, the name of its role, `suffix` if the role can have one, and
the paths and names of the AWS managed policies attached to it, separated by commas. Every policy has to be in
data/aws-managed-policies.tsv.

The package's module is read as text and never executed. Whatever is not as expected stops the script.
"""

import ast
import hashlib
import re
import sys
import zipfile
from pathlib import Path

MEMBER = "localstack/services/iam/resources/service_linked_roles.py"
FIELDS = {"service", "role_name", "attached_policies", "suffix_allowed"}
ARN = "arn:aws:iam::aws:policy"
POLICIES = Path(__file__).parents[2] / "data" / "aws-managed-policies.tsv"

# A policy that is not among those which the data set has, and the one that is there for the same service.
INSTEAD = {"/aws-service-role/AmazonLexBotPolicy": "/aws-service-role/LexBotPolicy"}

# Services that the package leaves out. That their roles are called so is said by AWS's own managed policies, which allow
# these roles to be made, or by AWS's documentation of the service; whose policy is whose, by the latter.
# Which of them take a suffix is not known: none does here.
FURTHER = """
access-analyzer AccessAnalyzer AccessAnalyzerServiceRolePolicy
agentless.inspector2 AmazonInspector2Agentless AmazonInspector2AgentlessServiceRolePolicy
airflow AmazonMWAA AmazonMWAAServiceRolePolicy
apidestinations.events AmazonEventBridgeApiDestinations AmazonEventBridgeApiDestinationsServiceRolePolicy
application-insights ApplicationInsights CloudwatchApplicationInsightsServiceLinkedRolePolicy
application-signals.cloudwatch CloudWatchApplicationSignals CloudWatchApplicationSignalsServiceRolePolicy
apprunner AppRunner AppRunnerServiceRolePolicy
appstream.application-autoscaling ApplicationAutoScaling_AppStreamFleet AWSApplicationAutoscalingAppStreamFleetPolicy
appsync AppSync AWSAppSyncServiceRolePolicy
auditmanager AuditManager AWSAuditManagerServiceRolePolicy
braket AmazonBraket AmazonBraketServiceRolePolicy
chime AmazonChime AmazonChimeServiceRolePolicy
cloud9 AWSCloud9 AWSCloud9ServiceRolePolicy
codeguru-profiler CodeGuruProfiler AWSServiceRoleForCodeGuru-Profiler
codeguru-reviewer AmazonCodeGuruReviewer AmazonCodeGuruReviewerServiceRolePolicy
cognito-idp AmazonCognitoIdp AmazonCognitoIdpServiceRolePolicy
comprehend.application-autoscaling ApplicationAutoScaling_ComprehendEndpoint AWSApplicationAutoscalingComprehendEndpointPolicy
compute-optimizer ComputeOptimizer ComputeOptimizerServiceRolePolicy
config-conforms ConfigConforms ConfigConformsServiceRolePolicy
contributorinsights.dynamodb DynamoDBCloudWatchContributorInsights DynamoDBCloudWatchContributorInsightsServiceRolePolicy
cost-optimization-hub.bcm CostOptimizationHub CostOptimizationHubServiceRolePolicy
custom-resource.application-autoscaling ApplicationAutoScaling_CustomResource AWSApplicationAutoScalingCustomResourcePolicy
datasync DataSync AWSDataSyncServiceRolePolicy
dax DAX DAXServiceRolePolicy
delivery.logs LogDelivery AWSServiceRoleForLogDeliveryPolicy
detective Detective AmazonDetectiveServiceLinkedRolePolicy
devops-guru DevOpsGuru AmazonDevOpsGuruServiceRolePolicy
dynamodb.application-autoscaling ApplicationAutoScaling_DynamoDBTable AWSApplicationAutoscalingDynamoDBTablePolicy
ec2fastlaunch EC2FastLaunch EC2FastLaunchServiceRolePolicy
ec2fleet EC2Fleet AWSEC2FleetServiceRolePolicy
ec2scheduled EC2ScheduledInstances AWSServiceRoleForEC2ScheduledInstances
ecs.application-autoscaling ApplicationAutoScaling_ECSService AWSApplicationAutoscalingECSServicePolicy
elasticache.application-autoscaling ApplicationAutoScaling_ElastiCacheRG AWSApplicationAutoscalingElastiCacheRGPolicy
elasticmapreduce EMRCleanup AmazonEMRCleanupPolicy
es AmazonElasticsearchService AmazonElasticsearchServiceRolePolicy
events CloudWatchEvents CloudWatchEventsServiceRolePolicy
fms FMS FMSServiceRolePolicy
fsx AmazonFSx AmazonFSxServiceRolePolicy
globalaccelerator GlobalAccelerator AWSGlobalAcceleratorSLRPolicy
guardduty AmazonGuardDuty AmazonGuardDutyServiceRolePolicy
inspector AmazonInspector AmazonInspectorServiceRolePolicy
inspector2 AmazonInspector2 AmazonInspector2ServiceRolePolicy
internetmonitor InternetMonitor CloudWatchInternetMonitorServiceRolePolicy
kafka.application-autoscaling ApplicationAutoScaling_KafkaCluster AWSApplicationAutoscalingKafkaClusterPolicy
kinesisreplication.dynamodb DynamoDBKinesisDataStreamsReplication DynamoDBKinesisReplicationServiceRolePolicy
lambda Lambda AWSLambdaServiceRolePolicy
lambda.application-autoscaling ApplicationAutoScaling_LambdaConcurrency AWSApplicationAutoscalingLambdaConcurrencyPolicy
macie AmazonMacie AmazonMacieServiceRolePolicy
malware-protection.guardduty AmazonGuardDutyMalwareProtection AmazonGuardDutyMalwareProtectionServiceRolePolicy
neptune-graph NeptuneGraph AWSServiceRoleForNeptuneGraphPolicy
neptune.application-autoscaling ApplicationAutoScaling_NeptuneCluster AWSApplicationAutoscalingNeptuneClusterPolicy
network-firewall NetworkFirewall AWSNetworkFirewallServiceRolePolicy
networkmanager NetworkManager AWSNetworkManagerServiceRolePolicy
organizations Organizations AWSOrganizationsServiceTrustPolicy
osis AmazonOpenSearchIngestionService AmazonOpenSearchIngestionServiceRolePolicy
rds.application-autoscaling ApplicationAutoScaling_RDSCluster AWSApplicationAutoscalingRDSClusterPolicy
remediation.config ConfigRemediation AWSConfigRemediationServiceRolePolicy
replication.dynamodb DynamoDBReplication DynamoDBReplicationServiceRolePolicy
reporting.trustedadvisor TrustedAdvisorReporting AWSTrustedAdvisorReportingServiceRolePolicy
role-manager.iam IAMRoleManager AWSIAMRoleManagerServiceRolePolicy
route53resolver Route53Resolver Route53ResolverServiceRolePolicy
sagemaker AmazonSageMakerNotebooks AmazonSageMakerNotebooksServiceRolePolicy
sagemaker.application-autoscaling ApplicationAutoScaling_SageMakerEndpoint AWSApplicationAutoscalingSageMakerEndpointPolicy
schemas Schemas AmazonEventBridgeSchemasServiceRolePolicy
securityhub SecurityHub AWSSecurityHubServiceRolePolicy
securitylake SecurityLake SecurityLakeServiceLinkedRole
servicequotas ServiceQuotas ServiceQuotasServiceRolePolicy
spot EC2Spot AWSEC2SpotServiceRolePolicy
spotfleet EC2SpotFleet AWSEC2SpotFleetServiceRolePolicy
support Support AWSSupportServiceRolePolicy
timestream-influxdb TimestreamInfluxDB AmazonTimestreamInfluxDBServiceRolePolicy
transitgateway VPCTransitGateway AWSVPCTransitGatewayServiceRolePolicy
trustedadvisor TrustedAdvisor AWSTrustedAdvisorServiceRolePolicy
vpc-lattice VpcLattice AWSVpcLatticeServiceRolePolicy
"""


def stop(text):
    sys.exit(f"service_linked_roles.py: {text}")


def read_package(path):
    with zipfile.ZipFile(path) as wheel:
        source = wheel.read(MEMBER).decode("utf-8")
    module = ast.parse(source)
    tables = [node for node in module.body if isinstance(node, ast.Assign)]
    if len(tables) != 1 or tables[0].targets[0].id != "SERVICE_LINKED_ROLES":
        stop(f"{MEMBER} is not one table any more")
    return ast.literal_eval(tables[0].value)


def rows_of_package(table):
    for principal, entry in table.items():
        if set(entry) != FIELDS or entry["service"] != principal:
            stop(f"{principal}: unexpected {entry}")
        policies = entry["attached_policies"]
        if not policies or not all(policy.startswith(ARN) for policy in policies):
            stop(f"{principal}: unexpected policies {policies}")
        paths = [policy.removeprefix(ARN) for policy in policies]
        yield principal, entry["role_name"], entry["suffix_allowed"], [INSTEAD.get(path, path) for path in paths]


def further_rows():
    for line in FURTHER.strip().splitlines():
        service, role, policy = line.split()
        yield f"{service}.amazonaws.com", f"AWSServiceRoleFor{role}", False, [f"/aws-service-role/{policy}"]


def line(row, known):
    principal, role, suffix, policies = row
    if not re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com", principal) or not re.fullmatch(r"[\w+=,.@-]{1,64}", role):
        stop(f"unexpected {row}")
    if not isinstance(suffix, bool):
        stop(f"{principal}: unexpected {suffix!r}")
    if unknown := set(policies) - known:
        stop(f"{principal}: no such policies {sorted(unknown)}")
    return "\t".join([principal, role, "suffix" if suffix else "", ",".join(sorted(policies))])


def main():
    wheel, target = sys.argv[1:]
    lines = POLICIES.read_text(encoding="utf-8").splitlines()
    known = {fields[1] + fields[0] for fields in (text.split("\t", 2) for text in lines)}
    rows = [*rows_of_package(read_package(wheel)), *further_rows()]
    principals = [row[0] for row in rows]
    if twice := {principal for principal in principals if principals.count(principal) > 1}:
        stop(f"twice: {sorted(twice)}")
    text = "".join(line(row, known) + "\n" for row in sorted(rows))
    Path(target).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(rows)} services, {hashlib.sha256(text.encode()).hexdigest()}")


if __name__ == "__main__":
    main()
