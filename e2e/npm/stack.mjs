// A stack of the AWS CDK, as a team writes it: a queue, and a table.

import { createRequire } from 'node:module';

const fromWorkingDirectory = createRequire(`${process.cwd()}/package.json`);
const load = (name) => fromWorkingDirectory(`aws-cdk-lib${name}`);
const { App, CfnOutput, RemovalPolicy, Stack } = load('');
const { AttributeType, Table } = load('/aws-dynamodb');
const { Queue } = load('/aws-sqs');

const app = new App({ analyticsReporting: false });
const name = app.node.getContext('stack');
const stack = new Stack(app, name);
const jobs = new Queue(stack, 'Jobs', { queueName: `${name}-jobs` });
new Table(stack, 'Orders', {
  tableName: `${name}-orders`,
  partitionKey: { name: 'id', type: AttributeType.STRING },
  removalPolicy: RemovalPolicy.DESTROY,
});
new CfnOutput(stack, 'JobsArn', { value: jobs.queueArn });
