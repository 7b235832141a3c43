// Sends each step with @alicloud/pop-core (RPC 1.0); the protocol is in ../README.md.
'use strict';

const { createInterface } = require('node:readline');
const { RPCClient } = require('@alicloud/pop-core');

const { ENDPOINT, ACCESS_KEY_ID, ACCESS_KEY_SECRET } = process.env;

function answer({ version, operation, parameters, secret = ACCESS_KEY_SECRET }) {
  const client = new RPCClient({
    accessKeyId: ACCESS_KEY_ID,
    accessKeySecret: secret,
    endpoint: `http://${ENDPOINT}`, // this client alone wants the scheme
    apiVersion: version,
  });
  // POST, as one orders; the client's default is GET.
  return client.request(operation, parameters, { method: 'POST' });
}

async function outcome(step) {
  try {
    return { answer: await answer(step) };
  } catch (e) {
    // Every failure of a call carries a code; a bug in this driver carries none.
    if (e.code === undefined && !e.name.startsWith('Request')) throw e;
    const error = {
      type: e.name,
      code: e.code,
      message: e.message,
      status: e.entry?.response?.statusCode,
      request_id: e.data?.RequestId,
    };
    return { error };
  }
}

async function main() {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line))));
  }
}

main();
