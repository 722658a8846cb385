#include "sandbox/cash_fate.h"

#include "base/buf.h"
#include "base/crypto.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define SOON 10                 /* percent of a latency: to the gateway */
#define REST 90                 /* and from there to the result         */
#define LONG (CASH_LONG_TIMES * 100)

/*
 * In each script the money moves at most once, whatever callers are told and
 * however often: what the tests count is in the steps marked "true".
 */
static const struct {
    const char *name;
    struct cash_step steps[5];
} scripts[SCRIPT_COUNT] = {
    [SCRIPT_NONE] = { "none", { { 0 } } },
    [SCRIPT_PAID] = { "paid", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, "0", true, TELL_PAID, REST } } },
    [SCRIPT_FAILED] = { "failed", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, NULL, false, TELL_FAILED, REST } } },
    [SCRIPT_FAILED_RECEIPT] = { "failed_receipt", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, NULL, false, TELL_FAILED, REST } } },
    [SCRIPT_FAILED_MUTE] = { "failed_mute", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, "", false, TELL_FAILED, REST } } },
    [SCRIPT_REFUSED] = { "refused", {
        { ACT_SEND_REFUSED, NULL, false, TELL_FAILED, SOON } } },
    [SCRIPT_CACHED] = { "cached", {
        { ACT_SEND, NULL, false, TELL_NOTHING, SOON },
        { ACT_RESULT, "0", true, TELL_PAID, LONG } } },
    [SCRIPT_UNCLEAR_PAID] = { "unclear_paid", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, NULL, true, TELL_FAILED, REST } } },
    [SCRIPT_SLOW] = { "slow", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, "0", true, TELL_PAID, LONG } } },
    [SCRIPT_SILENT_PAID] = { "silent_paid", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_SILENT, NULL, true, TELL_NOTHING, REST } } },
    [SCRIPT_SILENT] = { "silent", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_SILENT, NULL, false, TELL_NOTHING, REST } } },
    [SCRIPT_TIMEOUT_PAID] = { "timeout_paid", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_TIMEOUT, "", false, TELL_PENDING, REST },
        { ACT_RESULT, "0", true, TELL_PAID, 200 } } },
    [SCRIPT_TIMEOUT_SILENT_PAID] = { "timeout_silent_paid", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_TIMEOUT, "", false, TELL_PENDING, REST },
        { ACT_SILENT, NULL, true, TELL_NOTHING, 200 } } },
    [SCRIPT_TIMEOUT] = { "timeout", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_TIMEOUT, "", false, TELL_PENDING, REST },
        { ACT_SILENT, NULL, false, TELL_NOTHING, 200 } } },
    [SCRIPT_PAID_UNTOLD] = { "paid_untold", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, "0", true, TELL_NOTHING, REST } } },
    [SCRIPT_FAILED_UNTOLD] = { "failed_untold", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, NULL, false, TELL_NOTHING, REST } } },
    [SCRIPT_REVERSED] = { "reversed", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, "0", true, TELL_PAID, REST },
        { ACT_REVERSE, "0", false, TELL_REVERSED, LONG } } },
    [SCRIPT_FAILED_THEN_PAID] = { "failed_then_paid", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, NULL, false, TELL_FAILED, REST },
        { ACT_RESULT, "0", true, TELL_PAID, 200 } } },
    [SCRIPT_PAID_THEN_FAILED] = { "paid_then_failed", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_RESULT, "0", true, TELL_PAID, REST },
        { ACT_TELL, NULL, false, TELL_FAILED, 200 } } },
    [SCRIPT_HIDDEN_PAID] = { "hidden_paid", {
        { ACT_SEND, "0", false, TELL_NOTHING, SOON },
        { ACT_SILENT, NULL, true, TELL_NOTHING, REST } } },
    [SCRIPT_HIDDEN] = { "hidden", {
        { ACT_SILENT, NULL, false, TELL_NOTHING, REST } } },
    [SCRIPT_COLLECTED] = { "collected", {
        { ACT_COLLECT, "0", true, TELL_PAID, 100 } } },
    [SCRIPT_DECLINED] = { "declined", {
        { ACT_DECLINE, "1032", false, TELL_FAILED, 100 } } },
    [SCRIPT_IGNORED] = { "ignored", { { 0 } } },
};

/* mpesa.md 2.1 and 2.2; what is not listed says nothing. */
static const struct {
    const char *code, *text;
} texts[] = {
    { "0", "The service request is processed successfully." },
    { "1", "The balance is insufficient for the transaction." },
    { "2", "Declined due to limit rule" },
    { "3", "Declined due to limit rule: greater than the maximum transaction "
      "amount." },
    { "4", "Declined due to limit rule: would exceed daily transfer limit" },
    { "5", "Declined due to limit rule: would exceed minimum balance" },
    { "6", "Unresolved primary party" },
    { "7", "Unresolved receiver party" },
    { "8", "Declined due to limit rule: would exceed the maximum balance." },
    { "11", "The DebitParty is in an invalid state." },
    { "12", "Credit account invalid" },
    { "13", "Unresolved debit account" },
    { "14", "Unresolved credit account" },
    { "15", "Duplicate Detected" },
    { "17", "Internal Failure" },
    { "18", "Initiator credential check failure" },
    { "19", "Message sequencing failure" },
    { "20", "Unresolved initiator" },
    { "21", "The initiator is not allowed to initiate this request" },
    { "22", "Initiator to receiver party permission failure" },
    { "24", "Missing mandatory fields" },
    { "25", "Invalid request parameters" },
    { "26", "Traffic blocking condition in place" },
    { "29", "Invalid command" },
    { "1032", "Request cancelled by user" },
    { "2001", "The initiator information is invalid." },
    { "2006", "Declined due to account rule: The account status does not allow "
      "this transaction." },
    { "2028", "The request is not permitted according to product assignment." },
    { "2040", "Credit Party customer type (Unregistered or Registered "
      "Customer) can't be supported by the service." },
    { "8006", "The security credential is locked" },
    { "SFC_IC0003", "The operator does not exist." },
    { "100000000", "Request was cached, waiting for resending" },
    { "100000001", "The system is overload" },
    { "100000004", "Internal server error" },
};

/* Codes of the reserved numbers 2547000001NN by NN; then they repeat. */
static const char *const failures[] = {
    "2040", "SFC_IC0003", "8", "4", "2006", "2", "3", "1", "11", "21", "2001",
    "2028", "8006", "5", "6", "7", "12", "13", "14", "20", "22", "24", "25",
    "29", "18",
};
#define LIKELY 4                /* the first of them are drawn by chance */

/* ... and of NN 60 to 69, where the code itself leaves it open. */
static const struct {
    enum cash_script script;
    const char *code;
} unclear[] = {
    { SCRIPT_FAILED, "15" }, { SCRIPT_FAILED, "17" },
    { SCRIPT_UNCLEAR_PAID, "17" }, { SCRIPT_FAILED, "19" },
    { SCRIPT_REFUSED, "26" }, { SCRIPT_CACHED, "100000000" },
    { SCRIPT_REFUSED, "100000001" }, { SCRIPT_FAILED, "100000004" },
    { SCRIPT_FAILED, "1001" }, { SCRIPT_FAILED, "999" },
};

int64_t
cash_fate_us(const struct cash_play *p, int64_t ms)
{
    return ms * 1000 * 100 / p->speed_percent;
}

/* 2547 0000 0GNN: the group digit G and the number NN, or -1. */
static int
reserved(struct str phone, int *nn)
{
    const struct str head = STR("254700000");

    if (phone.len != 12 || !str_eq(str_cut(phone, head.len), head))
        return -1;
    for (size_t i = head.len; i < phone.len; i++)
        if (phone.p[i] < '0' || phone.p[i] > '9')
            return -1;
    *nn = (phone.p[10] - '0') * 10 + phone.p[11] - '0';
    return phone.p[9] - '0';
}

static void
fate_set(struct cash_fate *out, enum cash_script script, const char *code)
{
    *out = (struct cash_fate){ .script = script };
    str_copy(out->code, sizeof(out->code), str_of(code));
}

static void
fate_failing(struct cash_fate *out, int nn)
{
    if (nn < 60)
        fate_set(out, SCRIPT_FAILED, failures[(size_t)nn % LEN(failures)]);
    else if (nn < 70)
        fate_set(out, unclear[nn - 60].script, unclear[nn - 60].code);
    else if (nn < 80)
        fate_set(out, SCRIPT_FAILED_RECEIPT, "2040");
    else
        fate_set(out, SCRIPT_FAILED_MUTE, "");
}

static void
fate_reserved(struct cash_fate *out, int group, int nn)
{
    static const struct { enum cash_script even, odd; } groups[] = {
        [0] = { SCRIPT_PAID, SCRIPT_PAID },
        [2] = { SCRIPT_SLOW, SCRIPT_SLOW },
        [3] = { SCRIPT_SILENT_PAID, SCRIPT_SILENT },
        [4] = { SCRIPT_TIMEOUT_PAID, SCRIPT_TIMEOUT_PAID },
        [5] = { SCRIPT_TIMEOUT_SILENT_PAID, SCRIPT_TIMEOUT },
        [6] = { SCRIPT_PAID_UNTOLD, SCRIPT_FAILED_UNTOLD },
        [7] = { SCRIPT_REVERSED, SCRIPT_REVERSED },
        [8] = { SCRIPT_FAILED_THEN_PAID, SCRIPT_PAID_THEN_FAILED },
        [9] = { SCRIPT_HIDDEN_PAID, SCRIPT_HIDDEN },
    };

    if (group == 1)
        fate_failing(out, nn);
    else
        fate_set(out, nn % 2 == 0 ? groups[group].even : groups[group].odd,
                 "2040");
}

/* As with dice, but the same again for the same payment. */
static uint64_t
dice(const struct cash_play *p, struct str phone, int64_t minor)
{
    struct buf text = { 0 };
    uint64_t n;

    buf_init(&text, 256);
    buf_printf(&text, "%u|%.*s|%lld", p->seed, STR_ARG(str_cut(phone, 100)),
               (long long)minor);
    n = hash64(buf_view(&text));
    buf_release(&text);
    return n;
}

void
cash_fate_payout(struct cash_fate *out, const struct cash_play *p,
                 const struct cash_rules *r, struct str phone, int64_t minor,
                 bool mpesa)
{
    uint64_t n = dice(p, phone, minor);
    int nn = 0, group = reserved(phone, &nn);

    fate_set(out, SCRIPT_PAID, "");
    if (mpesa && minor < r->is[RULE_MIN_MINOR])
        fate_set(out, SCRIPT_FAILED, "2");
    else if (mpesa && minor > r->is[RULE_MAX_MINOR])
        fate_set(out, SCRIPT_FAILED, "3");
    else if (group >= 0)
        fate_reserved(out, group, nn);
    else if ((int64_t)(n % 1000) < r->is[RULE_FAIL_PER_MILLE])
        fate_set(out, (n & 1024) != 0 ? SCRIPT_FAILED : SCRIPT_FAILED_RECEIPT,
                 failures[n / 2048 % LIKELY]);
}

void
cash_fate_checkout(struct cash_fate *out, struct str phone)
{
    int nn = 0, group = reserved(phone, &nn);

    fate_set(out, group == 1 ? SCRIPT_DECLINED
                  : group == 3 ? SCRIPT_IGNORED : SCRIPT_COLLECTED, "");
}

bool
cash_fate_refused(struct str phone)
{
    int nn = 0;

    return reserved(phone, &nn) == 1 && nn >= 90;
}

const struct cash_step *
cash_fate_step(enum cash_script script, int n)
{
    const struct cash_step *s = scripts[script].steps;

    /* A step without a delay is none: the rest of the row is empty. */
    for (int i = 0; i <= n; i++)
        if (s[i].percent == 0)
            return NULL;
    return &s[n];
}

bool
cash_fate_hidden(enum cash_script script)
{
    return script == SCRIPT_HIDDEN_PAID || script == SCRIPT_HIDDEN;
}

const char *
cash_fate_name(enum cash_script script)
{
    return scripts[script].name;
}

int
cash_fate_read(enum cash_script *out, struct str name)
{
    for (int i = 0; i < SCRIPT_COUNT; i++)
        if (str_eq(str_of(scripts[i].name), name)) {
            *out = (enum cash_script)i;
            return 0;
        }
    return -1;
}

const char *
cash_fate_text(const char *code)
{
    for (size_t i = 0; i < LEN(texts); i++)
        if (strcmp(texts[i].code, code) == 0)
            return texts[i].text;
    return "";
}
