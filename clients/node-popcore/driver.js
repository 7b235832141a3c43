// One story told by @alicloud/pop-core (RPC 1.0); the protocol is in ../README.md.
'use strict';

const { RPCClient } = require('@alicloud/pop-core');

const { ENDPOINT, ACCESS_KEY_ID, ACCESS_KEY_SECRET, STORY, CIRCUIT, TOKEN } = process.env;
const REGION = 'cn-hangzhou';

async function send(apiVersion, action, params, secret = ACCESS_KEY_SECRET) {
  const client = new RPCClient({
    accessKeyId: ACCESS_KEY_ID,
    accessKeySecret: secret,
    endpoint: `http://${ENDPOINT}`, // this client alone wants the scheme
    apiVersion,
  });
  // POST, as one orders; the client's default is GET.
  return client.request(action, params, { method: 'POST' });
}

async function place({ circuit = CIRCUIT, period = 1, token = TOKEN, secret } = {}) {
  const params = {
    RegionId: REGION,
    PhysicalConnectionId: circuit,
    Period: period,
    PricingCycle: 'Month',
    InstanceChargeType: 'PrePaid',
    AutoPay: true,
  };
  if (token) params.ClientToken = token;
  const answer = await send('2016-04-28', 'CreatePhysicalConnectionOccupancyOrder', params, secret);
  return { order: answer.Data.OrderId, request_id: answer.RequestId };
}

async function detail(order) {
  const answer = await send('2017-12-14', 'GetOrderDetail', { OrderId: order });
  const first = answer.Data.OrderList.Order[0];
  return {
    payment_status: first?.PaymentStatus ?? null,
    instance_ids: first?.InstanceIDs ?? null,
    amount: first?.PretaxAmount ?? null,
    request_id: answer.RequestId,
  };
}

async function circuit() {
  const answer = await send('2016-04-28', 'DescribePhysicalConnections', {
    RegionId: REGION,
    Filter: [{ Key: 'PhysicalConnectionId', Value: [CIRCUIT] }],
  });
  const first = answer.PhysicalConnectionSet.PhysicalConnectionType[0];
  return { status: first?.Status ?? null, request_id: answer.RequestId };
}

async function whoami() {
  const answer = await send('2015-04-01', 'GetCallerIdentity', {});
  return { account: answer.AccountId, arn: answer.Arn, request_id: answer.RequestId };
}

async function step(name, call) {
  let line;
  try {
    line = { step: name, ok: true, ...(await call()) };
  } catch (e) {
    // Every failure of a call carries a code; a bug in this driver carries none.
    if (e.code === undefined && !e.name.startsWith('Request')) throw e;
    line = {
      step: name,
      ok: false,
      type: e.name,
      code: e.code ?? null,
      message: e.message,
      status: e.entry?.response?.statusCode ?? null,
      request_id: e.data?.RequestId ?? null,
    };
  }
  console.log(JSON.stringify(line));
  return line;
}

async function storyOrder() {
  const placed = await step('place', place);
  const repeated = await step('repeat', place);
  // After a cut connection only the repeat knows the order.
  const order = placed.order ?? repeated.order ?? '';
  await step('detail', () => detail(order));
  await step('circuit', circuit);
  // No token: a used one would be refused as a mismatch before the circuit is looked for.
  await step('error_not_found', () => place({ circuit: 'pc-doesnotexist', token: null }));
  await step('error_mismatch', () => place({ period: 2 }));
  await step('error_signature', () => place({ secret: `not-${ACCESS_KEY_SECRET}` }));
}

async function main() {
  if (STORY === 'place') await step('place', place);
  else if (STORY === 'order') await storyOrder();
  else if (STORY === 'whoami') await step('whoami', whoami);
  else throw new Error(`unknown STORY: ${STORY}`);
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
