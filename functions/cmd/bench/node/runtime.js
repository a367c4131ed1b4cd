// Runs a handler as Lambda's Node runtime does, with one event after another from the Runtime API.
const http = require('node:http');
const { handlers } = require('./handlers');

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');

const ask = (method, path, body) => new Promise((resolve, reject) => {
  const request = http.request({ hostname, port, method, path: `/2018-06-01/runtime/invocation/${path}`, agent }, async (response) => {
    const chunks = await response.toArray();
    resolve({ id: response.headers['lambda-runtime-aws-request-id'], text: Buffer.concat(chunks).toString() });
  });
  request.on('error', reject);
  request.end(body);
});

exports.start = async (validateRequest) => {
  const handle = handlers(validateRequest)[process.env.AWS_LAMBDA_FUNCTION_NAME];
  for (;;) {
    const { id, text } = await ask('GET', 'next');
    const answer = await handle(JSON.parse(text)).catch((error) => ({ statusCode: 500, body: error.message }));
    await ask('POST', `${id}/response`, JSON.stringify(answer));
  }
};
