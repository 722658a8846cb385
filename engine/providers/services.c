#include "providers/services.h"

#include <assert.h>

#include "providers/services_parts.h"

static const struct {
    const char *name;
    bool changes;
} services[SERVICE_COUNT] = {
    [SERVICE_WALLETS]       = { "wallets", false },
    [SERVICE_WALLET_CREATE] = { "wallet_create", true },
    [SERVICE_STATEMENT]     = { "statement", false },
    [SERVICE_TRANSFER]      = { "transfer", true },
    [SERVICE_FUND]          = { "fund", true },
    [SERVICE_CHECKOUT]      = { "checkout", true },
    [SERVICE_PAYMENT]       = { "payment", false },
    [SERVICE_CHARGEBACKS]   = { "chargebacks", false },
    [SERVICE_BANKS]         = { "banks", false },
    [SERVICE_VALIDATE]      = { "validate", false },
    [SERVICE_PAYOUTS]       = { "payouts", false },
    [SERVICE_MARK]          = { "mark", true },
    [SERVICE_POST]          = { "post", true },
    [SERVICE_SMS]           = { "sms", true }
};

/* By name, so that a provider need not be linked to be told from another. */
static const struct {
    const char *provider;
    const struct service_op *ops;
} tables[] = {
    { "intasend", intasend_services },
    { "sapama", sapama_services }
};

/* What ${p} has for ${s}, or NULL. */
static const struct service_op *
op_of(const struct provider *p, enum service s)
{
    assert(s < SERVICE_COUNT);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (strcmp(tables[i].provider, p->name) == 0
            && tables[i].ops[s].write != NULL)
            return &tables[i].ops[s];
    return NULL;
}

const char *
service_name(enum service s)
{
    assert(s < SERVICE_COUNT);
    return services[s].name;
}

bool
service_changes(enum service s)
{
    assert(s < SERVICE_COUNT);
    return services[s].changes;
}

bool
service_offered(const struct provider *p, enum service s)
{
    return op_of(p, s) != NULL;
}

int
service_write(const struct provider *p, enum service s, struct request *r,
              const struct payer *payer, const struct service_ask *ask,
              struct err *e)
{
    const struct service_op *op = op_of(p, s);

    *r = (struct request){ 0 };
    if (op == NULL)
        return service_not_offered(p, s, e);
    if (service_check_needs(s, op->needs, payer, ask, e) < 0)
        return -1;
    if (op->write(r, payer, ask, e) < 0)
        return -1;
    /* the two must never differ: the door stands on the one, the commit on
     * the other */
    assert(r->changes == services[s].changes);
    return 0;
}

int
service_read(const struct provider *p, enum service s,
             struct service_answer *out, struct str body, struct err *e)
{
    const struct service_op *op = op_of(p, s);
    /* the whole of it first: a row of half an answer must never be shown */
    struct jscan_value root = { 0 };
    struct jscan js;

    *out = (struct service_answer){ 0 };
    if (op == NULL)
        return service_not_offered(p, s, e);
    jscan_start(&js, body, 0);
    if (jscan_skip(&js, &root) == JSCAN_BROKEN || !jscan_ended(&js))
        return service_wrong(e, p->name, js.why != NULL
                             ? js.why : "it is not complete");
    if (op->read(out, &root, body, e) == 0)
        return 0;
    *out = (struct service_answer){ 0 };
    return -1;
}

/* The row's ${cols} from the members ${v}. */
static void
take_cols(struct service_row *row, const struct service_shape *shape,
          const struct jscan_value *v)
{
    for (int i = 0; i < shape->ncols; i++) {
        const struct service_col *c = &shape->cols[i];
        char *to = (char *)row + c->at;

        /* the first of several names counts */
        if (c->take == TAKE_ID && to[0] == '\0')
            service_take_id(to, c->bytes, &v[i]);
        else if (c->take == TAKE_WORDS && to[0] == '\0')
            service_take_words(to, c->bytes, &v[i]);
    }
}

/* The amounts, when the currency is known, which says their decimals. */
static void
take_money(struct service_row *row, const struct service_shape *shape,
           const struct jscan_value *v)
{
    int decimals = row->ccy[0] != '\0' ? ccy_decimals(row->ccy) : 2;

    for (int i = 0; decimals >= 0 && i < shape->ncols; i++) {
        const struct service_col *c = &shape->cols[i];
        char room[MONEY_TEXT_BYTES];
        struct str text = { NULL, 0 };
        int64_t minor = INT64_MIN;

        if (c->take != TAKE_MONEY
            || jscan_text(&v[i], room, sizeof(room), &text) < 0
            || minor_parse(&minor, text, decimals) < 0)
            continue;
        memcpy((char *)row + c->at, &minor, sizeof(minor));
    }
}

/* The object that comes next, as a row: 1, 0 when it is not asked for, -1. */
static int
take_row(struct service_row *row, const struct service_shape *shape,
         struct jscan *js)
{
    struct str names[SERVICE_COLS_MAX];
    struct jscan_value v[SERVICE_COLS_MAX];

    assert(shape->ncols <= SERVICE_COLS_MAX);
    *row = (struct service_row){
        .minor = INT64_MIN, .charge_minor = INT64_MIN,
        .balance_minor = INT64_MIN, .available_minor = INT64_MIN
    };
    for (int i = 0; i < shape->ncols; i++)
        names[i] = shape->cols[i].name;
    if (jscan_object(js, names, shape->ncols, v) < 0)
        return -1;
    take_cols(row, shape, v);
    take_money(row, shape, v);
    return shape->finish(row, v);
}

int
service_row_read(const struct provider *p, enum service s,
                 struct service_row *row, const struct service_answer *a,
                 struct str body, size_t *at)
{
    const struct service_op *op = op_of(p, s);
    struct jscan js;
    int got = 0;

    /* an offset that is none of this body's must not lead out of it */
    if (op == NULL || *at == 0 || *at > body.len)
        return 0;
    if (a->single) {
        /* the offset stands behind the '{', so that 0 can mean none */
        jscan_start(&js, body, *at - 1);
        *at = *at == a->rows_at ? a->second_at : 0;
        return take_row(row, op->shape, &js);
    }
    while (got == 0) {
        size_t from = *at;

        if ((got = jscan_item(&js, body, at)) <= 0)
            return got;
        if ((got = take_row(row, op->shape, &js)) < 0
            || jscan_item_done(&js, at) < 0)
            return -1;
        if (got > 0 && op->shape->after != NULL)
            op->shape->after(row, body, from);
    }
    return got;
}

bool
service_row_older(const struct service_row *row, const char *since)
{
    int64_t day = 0, edge = 0;

    return since != NULL && service_stamp_day(&day, str_of(row->at)) == 0
        && service_day_read(&edge, str_of(since)) == 0 && day < edge;
}

bool
service_row_fits(const struct service_row *row, const struct payer *payer,
                 const struct service_ask *ask)
{
    const char *wallet = service_either(payer->wallet_id, NULL);
    int64_t day = 0, edge = 0;

    if (row->wallet[0] != '\0' && wallet[0] != '\0'
        && strcmp(row->wallet, wallet) != 0)
        return false;
    /* without a day it must not be lost */
    if (service_stamp_day(&day, str_of(row->at)) < 0)
        return true;
    if (service_row_older(row, ask->since))
        return false;
    return ask->until == NULL
           || service_day_read(&edge, str_of(ask->until)) < 0 || day <= edge;
}
