// A client of the Sapama Cash API, written from the provider's public page and
// the hash rule alone: nothing of payrun is in it.  It pays three people,
// hears of it by GET and by POST, and uses every other call.
//
//     node sapama_client.mjs http://127.0.0.1:8702/api/ KEY SECRET
//
// One line "ok - what" or "not ok - what" each; exit code 1 when one failed.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { request } from 'node:http';

const [base, apiKey, apiSecret] = process.argv.slice(2);
let failed = 0;

function check(what, good, seen) {
  console.log(`${good ? 'ok' : 'not ok'} - ${what}`);
  if (!good) {
    failed = 1;
    if (seen !== undefined) console.log(`# ${JSON.stringify(seen)}`);
  }
}

// --- the hash: values of the scalars and the secret, by name, with dots ---
function hashOf(scalars) {
  const all = { ...scalars, api_secret: apiSecret };
  delete all.hash;
  const text = Object.keys(all).sort().map((name) => all[name]).join('.');
  return createHash('sha256').update(text).digest('hex');
}

// --- one call -------------------------------------------------------------
function send(method, url, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': Buffer.byteLength(body),
    };
    const req = request(url, { method, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (piece) => { text += piece; });
      res.on('end', () => {
        let json = null;
        try { json = JSON.parse(text); } catch { /* a page */ }
        resolve({ http: res.statusCode, type: res.headers['content-type'],
                  location: res.headers.location, text, json });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}

function call(method, path, scalars, rest = {}, spoil = {}) {
  const plain = { format: 'json', api_key: apiKey, ...scalars };
  const form = new URLSearchParams({ ...plain, hash: hashOf(plain), ...rest,
                                     ...spoil });
  return method === 'GET' ? send('GET', `${base}${path}?${form}`)
                          : send('POST', `${base}${path}`, form.toString());
}

// --- the receiver of callbacks ----------------------------------------------
const heard = [];
let woken = () => {};

const receiver = createServer((req, res) => {
  const url = new URL(req.url, 'http://localhost');
  let body = '';
  req.on('data', (piece) => { body += piece; });
  req.on('end', () => {
    const fields = { ...Object.fromEntries(url.searchParams),
                     ...Object.fromEntries(new URLSearchParams(body)) };
    heard.push({ method: req.method, path: url.pathname, fields,
                 raw: url.search + body, agent: req.headers['user-agent'] });
    res.setHeader('Content-Type', 'application/json');
    res.end('{"type":"success","message":"Transaction reconciled '
            + 'successfully"}');
    woken();
  });
});

function hears(n) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(
      new Error(`heard ${heard.length} callbacks, not ${n}`)), 20000);
    woken = () => {
      if (heard.length < n) return;
      clearTimeout(late);
      resolve();
    };
    woken();
  });
}

async function until(what, ask, good) {
  for (const end = Date.now() + 20000; Date.now() < end;) {
    const answer = await ask();
    if (good(answer)) return answer;
  }
  throw new Error(`waited in vain: ${what}`);
}

// --- the story ----------------------------------------------------------------
const people = [
  { gateway: 'mpesa', phone: '254722906830', first: 'Otieno', last: 'Kamau',
    amount: '100', method: 'post' },
  { gateway: 'mpesa', phone: '254722906832', first: 'Wanjiku', last: 'Njeri',
    amount: '100.55', method: 'get' },
  { gateway: 'equitel', phone: '254763555619', first: 'Achieng', last: "O'Neil",
    amount: '2500', method: 'POST' },
];

function beneficiaries(list, port, tag) {
  const fields = {};
  list.forEach((p, i) => {
    const put = (key, value) => { fields[`beneficiaries[${i}][${key}]`] = value; };
    put('gateway', p.gateway);
    put('phone', p.phone);
    put('trans_id', `${tag}-${i}`);
    put('first_name', p.first);
    put('last_name', p.last);
    put('description', 'Salary July');
    put('amount', p.amount);
    put('callback_url', `http://127.0.0.1:${port}/cb/${tag}/${i}?shop=7`);
    put('callback_http_method', p.method);
    put('short_code', '830830');
    put('currency', 'KES');
    put('bill_ref_number', `staff-${i}`);
  });
  return fields;
}

async function pays(port) {
  const answer = await call('POST', 'b2c', { location_id: '2', mode: 'sandbox' },
                            beneficiaries(people, port, 'TRAN'));
  const data = answer.json?.data;
  check('b2c: 200, 700', answer.http === 200
        && answer.json.httpStatusCode === 200
        && answer.json.systemCode === 700, answer);
  check('b2c: the message counts', answer.json.message
        === '3 transactions of 3 (100%) scheduled for B2C', answer.json);
  check('b2c: keys of an item, in order', JSON.stringify(Object.keys(data[0]))
        === JSON.stringify(['status', 'message', 'proxy_trans_id', 'trans_id',
                            'phone', 'amount']), data[0]);
  check('b2c: an item', data[0].status === 'success'
        && data[0].message === 'Success' && data[0].trans_id === 'TRAN-0'
        && data[0].phone === '0722906830' && data[0].amount === '100'
        && Number.isInteger(data[0].proxy_trans_id), data[0]);
  await hears(3);
  return data;
}

function told(ids) {
  check('one callback each', heard.length === 3, heard.map((h) => h.path));
  people.forEach((p, i) => {
    const h = heard.find((one) => one.path === `/cb/TRAN/${i}`);
    const f = h?.fields ?? {};
    check(`callback ${i}: by ${p.method.toUpperCase()}, as asked`,
          h?.method === p.method.toUpperCase(), h);
    check(`callback ${i}: paid, with our reference and their id`,
          f.status === 'success' && f.trans_id === `TRAN-${i}`
          && Number(f.proxy_trans_id) === ids[i] && f.phone === p.phone
          && f.bill_ref_number === `staff-${i}` && f.api_key === apiKey
          && f.direction === 'b2c' && f.shop === '7', f);
    const { shop, ...own } = f;
    check(`callback ${i}: the hash covers what was sent`,
          f.hash === hashOf(own), f);
    check(`callback ${i}: its sender`, /^Guzzle\/4\.2\.4 /.test(h?.agent ?? ''),
          h?.agent);
  });
  check('callback: an M-Pesa receipt', /^[A-Z0-9]{10}$/.test(
    heard.find((h) => h.path === '/cb/TRAN/0').fields.third_party_trans_id));
  check('callback: blanks are + in a form and %20 in a query',
        heard.filter((h) => h.method === 'POST')
          .every((h) => h.raw.includes('description=Salary+July'))
        && heard.filter((h) => h.method === 'GET')
          .every((h) => h.raw.includes('description=Salary%20July')));
}

// page after page by current_page < last_page: beyond the end there is only
// the last page again
async function listed(filter, perPage) {
  const rows = [];
  for (let page = 1; ; page += 1) {
    const { json } = await call('GET', 'get_transactions',
      { ...filter, page: String(page), per_page: String(perPage) });
    rows.push(...json.data.data);
    if (json.data.current_page >= json.data.last_page) return rows;
  }
}

const columns = `id uuid organization_id customer_id location_id category_id
  trans_type trans_id trans_time date trans_amount description short_code
  bill_ref_number invoice_number org_account_balance third_party_trans_id phone
  name first_name middle_name last_name ipned smsed emailed ipned_at smsed_at
  emailed_at customer_notified_at customer_notified message smsed_to emailed_to
  workflow agent ip status created_by updated_by created_at updated_at
  third_party_message payload_response payload_count gateway callback_url
  callback_http_method b2c_in_status_code b2c_out_status_code
  b2c_reference_code b2c_account_balance_utility b2c_account_balance_charges
  mode direction b2c_account_balance reference_number type currency environment
  flow image_url item_id simulate b2c_request_payload b2c_response_payload
  address transaction_id`.split(/\s+/);
const extras = ['date_original', 'actions', 'trans_amount_original',
                'trans_time_unix'];

async function pages(ids, port) {
  const rows = await listed({ ipned: 'any' }, 2);
  check('get_transactions: paged by two, all three, newest first',
        rows.map((r) => Number(r.id)).join() === [...ids].reverse().join(),
        rows.map((r) => r.id));
  check('get_transactions: 67 columns in the order of the page, then four',
        JSON.stringify(Object.keys(rows[0]))
        === JSON.stringify([...columns, ...extras]), Object.keys(rows[0]));
  check('get_transactions: columns are text',
        columns.every((c) => typeof rows[0][c] === 'string')
        && typeof rows[0].trans_time_unix === 'number', rows[0]);
  const row = rows[2];
  check('get_transactions: a paid row', /^[A-Z0-9]{10}$/.test(row.trans_id)
        && row.trans_amount === '100.00' && row.b2c_in_status_code === '0'
        && row.workflow === '1' && row.status === '1'
        && row.callback_url === `http://127.0.0.1:${port}/cb/TRAN/0?shop=7`
        && /^AG_/.test(row.b2c_reference_code), row);
  check('get_transactions: the shown date begins with a blank',
        /^ \d\d\/\d\d\/\d\d \d\d:\d\d [AP]M$/.test(row.date), row.date);
  const last = await call('GET', 'get_transactions',
                          { ipned: 'any', page: '99', per_page: '2' });
  const page = last.json.data;
  check('get_transactions: beyond the end is the last page again',
        page.current_page === 2 && page.last_page === 2 && page.total === 3
        && page.from === 3 && page.to === 3 && page.data.length === 1, page);
  check('get_transactions: keys of a page', JSON.stringify(Object.keys(page))
        === JSON.stringify(['total', 'per_page', 'current_page', 'last_page',
                            'from', 'to', 'data', 'controller', 'package',
                            'imageable', 'action']), Object.keys(page));
  for (const [what, filter] of [['id', { id: String(ids[1]) }],
    ['phone', { phone: '254722906832' }], ['uuid', { uuid: rows[1].uuid }],
    ['receipt', { trans_id: rows[1].trans_id }]]) {
    const found = await listed({ ...filter, ipned: 'any' }, 50);
    check(`get_transactions: by ${what}`, found.length === 1
          && Number(found[0].id) === ids[1], found.map((r) => r.id));
  }
  const none = await call('GET', 'get_transactions', { trans_id: 'NOSUCH' });
  check('get_transactions: nothing found is an empty page',
        none.http === 200 && none.json.data.total === 0
        && none.json.data.data.length === 0 && none.json.data.from === 0
        && none.json.data.last_page === 1, none.json);
}

async function updates(ids) {
  // our answers to the callbacks made them "success"; one goes back
  const before = await listed({}, 50);
  check('what callbacks marked is not listed as new', before.length === 0,
        before.map((r) => r.ipned));
  const answer = await call('POST', 'update_transaction',
                            { id: String(ids[0]), ipned: 'unreconciled' });
  check('update_transaction', answer.http === 200
        && answer.json.message === 'Transaction updated'
        && answer.json.data.id === String(ids[0]), answer.text);
  const [row] = await listed({ id: String(ids[0]), ipned: 'any' }, 50);
  check('update_transaction: it stands in the row',
        row.ipned === 'unreconciled' && row.ipned_at !== '0000-00-00 00:00:00',
        row);
}

async function posts() {
  const transactions = JSON.stringify([
    { first_name: 'Jane', last_name: 'Doe', trans_id: 'OKI1', trans_amount: 350,
      trans_time: '2019-11-18 11:34:20', description: 'Rent',
      phone: '254722906835', short_code: '830830', third_party_trans_id: 'pk-1' },
    { trans_id: 'OKI1', trans_amount: '350.00', description: 'Rent',
      trans_time: '2019:11:18 11:34:20', third_party_trans_id: 'pk-2' }]);
  const { json } = await call('POST', 'post_transaction', { transactions });
  check('post_transaction: one taken, its double not', json.message === 'Succeed.'
        && json.data[0].type === 'success' && json.data[0].trans_id === 'OKI1'
        && json.data[0].third_party_trans_id === 'pk-1'
        && Number.isInteger(json.data[0].sapama_id)
        && json.data[1].type === 'error'
        && json.data[1].sapama_id === undefined, json);
  const rows = await listed({ trans_id: 'OKI1' }, 50);
  check('post_transaction: it is listed as new', rows.length === 1
        && rows[0].ipned === 'received' && rows[0].trans_amount === '350.00',
        rows);
}

async function checkouts(port) {
  const n = heard.length;
  const { json } = await call('POST', 'checkout', {
    first_name: 'John', middle_name: 'Mwangi', last_name: 'Otieno',
    email: 'info@company.com', phone: '254722906836', description: 'Item X',
    address: 'P.O.Box 10231 Nakuru', amount: '1000', currency: 'KES',
    reference_number: 'ORDER-1', bill_ref_number: 'john', location_id: '2',
    flow: 'stkpush', environment: 'live', image_url: 'https://x.example/i.png',
    callback_url: `http://127.0.0.1:${port}/paid`, callback_http_method: 'post',
  });
  const d = json.data;
  check('checkout: an invoice', json.message === 'Succeed.' && d.type === 'success'
        && d.code === 200 && d.reference_number === 'ORDER-1'
        && Number.isInteger(d.invoice_id)
        && /^trans_[0-9a-f]{13}$/.test(d.invoice_uuid), json);
  await hears(n + 1);
  const f = heard[n].fields;
  check('checkout: told when it is paid', heard[n].path === '/paid'
        && f.status === 'received' && f.reference_number === 'ORDER-1'
        && Number(f.invoice_id) === d.invoice_id
        && f.hash === hashOf(f), f);
  const [invoice] = await listed({ id: String(d.invoice_id), ipned: 'any' }, 50);
  const receipt = invoice.transaction;
  check('checkout: invoice and receipt show each other',
        invoice.type === 'invoice' && receipt.type === 'receipt'
        && receipt.transaction_id === invoice.id
        && invoice.transaction_id === receipt.id
        && receipt.bill_ref_number === `john-${invoice.id}`
        && receipt.trans_type === 'Pay Bill'
        && JSON.stringify(Object.keys(receipt)) === JSON.stringify(columns),
        invoice);
}

async function others() {
  const sms = await call('POST', 'sms', { location_id: '2' },
    { 'to[0][phone]': '254722906835', 'to[0][message]': 'Hello Customer' });
  check('sms', sms.json.message === '1 smses of 1 (100%) scheduled for sending'
        && sms.json.data[0].status === 'success'
        && sms.json.data[0].phone === '254722906835', sms.text);
  const moved = await call('POST', 'intiate_transfer', {
    location_from_id: '2', location_to_id: '245', amount: '100',
    description: 'Testing', type: 'BusinessPayBill' });
  check('intiate_transfer: misspelt as ever', moved.json.message === 'Intiated'
        && moved.json.data.workflow === 'initiated'
        && moved.json.data.location_from_id === '2'
        && moved.json.data.location_to_id === '245'
        && Number.isInteger(moved.json.data.id), moved.text);
  const right = await call('POST', 'initiate_transfer', {});
  check('initiate_transfer does not exist', right.http === 404, right);
}

async function refusals(port) {
  const bad = await call('GET', 'get_transactions', {}, {}, { hash: '0' });
  check('a wrong hash stands on the field api_key', bad.text
        === '{"httpStatusCode":400,"systemCode":900,"message":"Input '
        + 'validation failed.","data":[{"field":"api_key","error":"Invalid '
        + 'hash"}]}', bad.text);
  const fields = beneficiaries(people, port, 'NONE');
  delete fields['beneficiaries[1][trans_id]'];
  const half = await call('POST', 'b2c', { location_id: '2', mode: 'sandbox' },
                          fields);
  check('b2c without a reference: 400 with its place', half.http === 400
        && half.json.data[0].field === 'beneficiaries'
        && half.json.data[0].error === 'trans_reference at beneficiaries 1 '
        + 'should be set and it identifies this transaction on your system. '
        + "Best if it's unique", half.text);
  const page = await call('POST', 'b2c', { format: 'xml' });
  check('without format=json: a redirect to a page', page.http === 302
        && /html/.test(page.type) && page.location === '/login', page);
  const rows = await listed({ ipned: 'any', phone: '254722906830' }, 50);
  check('a refused request paid nobody', rows.length === 1, rows.length);
}

async function main() {
  await new Promise((ready) => { receiver.listen(0, '127.0.0.1', ready); });
  const { port } = receiver.address();
  const data = await pays(port);
  const ids = data.map((item) => item.proxy_trans_id);
  told(ids);
  await until('the answers to the callbacks to be in the books',
              () => listed({}, 50), (rows) => rows.length === 0);
  await pages(ids, port);
  await updates(ids);
  await posts();
  await checkouts(port);
  await others();
  await refusals(port);
}

main().catch((e) => check(`the client came to its end: ${e.stack}`, false))
  .finally(() => {
    receiver.closeAllConnections();
    receiver.close();
    process.exitCode = failed;
  });
