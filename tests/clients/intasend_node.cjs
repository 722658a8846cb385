// Every call of the official package intasend-node, unmodified, against the
// stand-in.  One line a check: name, got, want, between tabs; the story turns
// them into TAP.
'use strict';
const IntaSend = require(process.env.INTASEND_NODE);

const PUBLIC = 'ISPubKey_test_payrun_sandbox';
const SECRET = 'ISSecretKey_test_payrun_sandbox';
const PATIENCE_MS = 15000;

// A new client for each part: some calls of the package wipe its secret key.
const client = (secret = SECRET) => new IntaSend(PUBLIC, secret, true);
const say = (name, got, want) =>
    console.log([name, String(got), String(want)].join('\t'));
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

// Ask until ${good} says so.
async function until(ask, good) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
        const answer = await ask();
        if (good(answer) || Date.now() > end) {
            return answer;
        }
        await pause();
    }
}

// What the package rejects with: the first bytes of the body.
async function refused(promise) {
    try {
        return `not refused: ${JSON.stringify(await promise)}`;
    } catch (why) {
        return Buffer.isBuffer(why) ? why.toString() : String(why);
    }
}

const codes = (file) => file.transactions.map((t) => t.status_code).join(' ');

async function wallets() {
    const api = client().wallets();
    const list = await api.list();
    say('wallets.list: one wallet', list.count, 1);
    const main = list.results[0];
    say('it is the settlement wallet', main.wallet_type, 'SETTLEMENT');
    const made = await api.create({
        currency: 'KES', wallet_type: 'WORKING', label: 'node', can_disburse: true,
    });
    say('wallets.create: a working wallet', made.wallet_type, 'WORKING');
    const moved = await api.intraTransfer(main.wallet_id, made.wallet_id,
        5000, 'Top up');
    say('wallets.intraTransfer: what is left',
        moved.origin.current_balance, '95000.00');
    say('wallets.get: what arrived',
        (await api.get(made.wallet_id)).current_balance, '5000.00');
    const lines = await api.transactions(made.wallet_id);
    say('wallets.transactions: its one line',
        `${lines.count} ${lines.results[0].value}`, '1 5000.00');
    return made.wallet_id;
}

async function funding(wallet) {
    const push = await client().wallets().fundMPesa({
        first_name: 'Jane', last_name: 'Doe', email: 'jane@example.com',
        amount: 250, phone_number: '254712345678', api_ref: 'fund-1',
        wallet_id: wallet,
    });
    say('wallets.fundMPesa: asked for', push.invoice.state, 'PENDING');
    const ask = () => client().collection().status(push.invoice.invoice_id);
    const paid = await until(ask, (a) => a.invoice.state === 'COMPLETE');
    say('collection.status: paid', paid.invoice.state, 'COMPLETE');
    say('the wallet has it',
        (await client().wallets().get(wallet)).current_balance, '5250.00');
    const link = await client().wallets().fundCheckout({
        amount: 10, currency: 'KES', email: 'jane@example.com', wallet_id: wallet,
    });
    say('wallets.fundCheckout: a link', /^http.*\/checkout\//.test(link.url), true);
    return push.invoice.invoice_id;
}

async function collection() {
    const link = await client().collection().charge({
        first_name: 'Jane', last_name: 'Doe', email: 'jane@example.com',
        host: 'https://example.com', amount: 10, currency: 'KES', api_ref: 'o-1',
    });
    say('collection.charge: not paid yet', link.paid, false);
    const push = await client().collection().mpesaStkPush({
        amount: 20, phone_number: '254700000100', api_ref: 'o-2',
    });
    const ask = () => client().collection().status(push.invoice.invoice_id);
    const failed = await until(ask, (a) => a.invoice.state === 'FAILED');
    say('collection.mpesaStkPush: declined on the phone',
        `${failed.invoice.state} ${failed.invoice.failed_code}`, 'FAILED 1032');
    say('collection.status of nothing', await refused(
        client().collection().status('NOTHING')),
    '{"detail":"Invoice with specified id does not exist"}');
}

async function refunds(invoice) {
    const api = client().refunds();
    const made = await api.create({
        invoice, amount: 50, reason: 'Duplicate payment', reason_details: 'twice',
    });
    say('refunds.create', made.status, 'PENDING');
    const ask = () => api.get(made.chargeback_id);
    const done = await until(ask, (a) => a.status !== 'PENDING');
    say('refunds.get', `${done.status} ${done.amount}`, 'COMPLETED 50.00');
    say('refunds.list', (await api.list()).count, 1);
}

// Both ways of the docs: with approval, and without.
async function paid(name, how, transactions, wallet, approval) {
    const api = client().payouts();
    let file = await api[how]({
        currency: 'KES', requires_approval: approval, wallet_id: wallet,
        callback_url: null, transactions,
    });
    say(`${name}: initiated`, file.status_code, approval === 'YES' ? 'BP103' : 'BP104');
    if (approval === 'YES') {
        const answer = await api.approve(file);
        say(`${name}: approved`, answer.status_code, 'BP104');
    }
    const first = file;
    const ask = () => api.status({ tracking_id: first.tracking_id });
    file = await until(ask, (a) => a.status_code === 'BC100');
    say(`${name}: completed`, file.status_code, 'BC100');
    return [first, file];
}

async function payouts(wallet) {
    const [first, mpesa] = await paid('payouts.mpesa', 'mpesa', [
        { name: 'Jane Doe', account: '254712345678', amount: '10', narrative: 'Salary' },
        { name: 'John Doe', account: 254722345678, amount: 20.5, narrative: 'Salary' },
        { name: 'No One', account: '254700000100', amount: '30', narrative: 'Salary' },
    ], wallet, 'YES');
    say('two paid, one failed', codes(mpesa), 'TS100 TS100 TF106');
    say('and their sum', `${mpesa.paid_amount} ${mpesa.actual_charges} ${mpesa.failed_amount}`,
        '30.50 20.00 30');
    say('approving twice', /PREVIEW-AND-APPROVE/.test(
        await refused(client().payouts().approve(first))), true);
    const [, b2b] = await paid('payouts.mpesaB2B', 'mpesaB2B', [
        { name: 'Bill', account: '247247', account_type: 'PayBill', account_reference: 'A1', amount: '40' },
        { name: 'Till', account: '123211', account_type: 'TillNumber', amount: '50' },
        { name: 'Wrong', account: '123211', amount: '60' },
    ], wallet, 'YES');
    say('a bill, a till, and one without a type', codes(b2b), 'TS100 TS100 TF103');
    const [, bank] = await paid('payouts.bank', 'bank', [
        { name: 'Jane Doe', account: '0129292920202', bank_code: '2', amount: '200' },
    ], wallet, 'NO');
    say('to a bank', codes(bank), 'TS100');
    const [, p2p] = await paid('payouts.intasend', 'intasend', [
        { name: 'Jane Doe', account: '254712345678', amount: '70' },
    ], undefined, 'NO');
    say('to another account, free', `${codes(p2p)} ${p2p.actual_charges}`, 'TS100 0.00');
    const [, air] = await paid('payouts.airtime', 'airtime', [
        { name: 'Jane Doe', account: '254712345678', amount: '80', narrative: 'Airtime' },
    ], undefined, 'YES');
    say('airtime', codes(air), 'TS100');
    say('with a wrong key', /authentication_failed/.test(
        await refused(client('ISSecretKey_test_wrong').payouts().status({ tracking_id: 'x' }))), true);
}

async function main() {
    await globalThis.frontReady;
    const wallet = await wallets();
    const invoice = await funding(wallet);
    await collection();
    await payouts(wallet);
    await refunds(invoice);
}

// The package reports HTTP errors on stderr by itself; ours end the story.
main().catch((why) => {
    console.error(why);
    process.exitCode = 1;
});
