// The work of enqueue, and that of taskevents: the token from SSM, the signature, then TwiML or one
// write to the ledger.
const { SSMClient, GetParametersCommand } = require('@aws-sdk/client-ssm');
const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');

const env = process.env;
const ssm = new SSMClient({ endpoint: env.AWS_ENDPOINT_URL_SSM });
const table = new DynamoDBClient({ endpoint: env.AWS_ENDPOINT_URL_DYNAMODB });
const queue = new SQSClient({ endpoint: env.AWS_ENDPOINT_URL_SQS });

let token;
async function authToken() {
  if (!token) {
    const Names = ['auth-token', 'auth-token-secondary'].map((name) => `${env.SECRETS_PREFIX}/${name}`);
    const { Parameters } = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    token = Parameters[0].Value;
  }
  return token;
}

exports.handlers = (validateRequest) => {
  async function form(event) {
    const body = Buffer.from(event.body, 'base64').toString();
    const parameters = Object.fromEntries(new URLSearchParams(body));
    const url = `https://${event.requestContext.domainName}${event.rawPath}`;
    return validateRequest(await authToken(), event.headers['x-twilio-signature'], url, parameters) ? parameters : undefined;
  }
  const log = (msg, parameters) => console.log(JSON.stringify({ level: 'INFO', msg, call_sid: parameters.CallSid }));
  return {
    async enqueue(event) {
      const parameters = await form(event);
      if (!parameters) return { statusCode: 403 };
      const task = JSON.stringify({ call_sid: parameters.CallSid, from: parameters.From, to: parameters.To });
      const body = `<?xml version="1.0" encoding="UTF-8"?><Response><Enqueue workflowSid="${env.WORKFLOW_SID}" waitUrl="/hold" action="/survey"><Task>${task.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Task></Enqueue></Response>`;
      log('caller enqueued', parameters);
      return { statusCode: 200, headers: { 'content-type': 'text/xml' }, body };
    },
    async taskevents(event) {
      const parameters = await form(event);
      if (!parameters) return { statusCode: 403 };
      const attributes = JSON.parse(parameters.TaskAttributes);
      await table.send(new UpdateItemCommand({
        TableName: env.LEDGER_TABLE, Key: { call_sid: { S: attributes.call_sid } }, ReturnValues: 'ALL_NEW',
        UpdateExpression: 'SET #type = if_not_exists(#type, :now) ADD events :event', ConditionExpression: 'NOT contains(events, :sid)',
        ExpressionAttributeNames: { '#type': parameters.EventType },
        ExpressionAttributeValues: { ':now': { S: new Date().toISOString() }, ':event': { SS: [parameters.Sid] }, ':sid': { S: parameters.Sid } },
      }));
      if (parameters.EventType === 'task.wrapup') {
        await queue.send(new SendMessageCommand({ QueueUrl: env.BRIDGE_QUEUE_URL, MessageBody: JSON.stringify({ wrap_up: { task_sid: parameters.TaskSid } }), DelaySeconds: 30 }));
      }
      log('event recorded', attributes);
      return { statusCode: 204 };
    },
  };
};
