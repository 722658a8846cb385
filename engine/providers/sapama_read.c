#include "providers/sapama.h"

#include "providers/plain.h"

/* One item of the answer to b2c, section 7.2. */
enum {
    ITEM_STATUS, ITEM_MESSAGE, ITEM_ID, ITEM_TRANS, ITEM_TRANS_REFERENCE,
    ITEM_PHONE, ITEM_AMOUNT, ITEM_MEMBERS
};
static const struct str item_names[ITEM_MEMBERS] = {
    [ITEM_STATUS]          = JSCAN_NAME("status"),
    [ITEM_MESSAGE]         = JSCAN_NAME("message"),
    [ITEM_ID]              = JSCAN_NAME("proxy_trans_id"),
    [ITEM_TRANS]           = JSCAN_NAME("trans_id"),
    [ITEM_TRANS_REFERENCE] = JSCAN_NAME("trans_reference"),
    [ITEM_PHONE]           = JSCAN_NAME("phone"),
    [ITEM_AMOUNT]          = JSCAN_NAME("amount")
};

/* The paging around a list, section 4. */
enum { PAGE_TOTAL, PAGE_PER, PAGE_NOW, PAGE_LAST, PAGE_ROWS, PAGE_MEMBERS };
static const struct str page_names[PAGE_MEMBERS] = {
    [PAGE_TOTAL] = JSCAN_NAME("total"),
    [PAGE_PER]   = JSCAN_NAME("per_page"),
    [PAGE_NOW]   = JSCAN_NAME("current_page"),
    [PAGE_LAST]  = JSCAN_NAME("last_page"),
    [PAGE_ROWS]  = JSCAN_NAME("data")
};

enum { HTTP_MISSING = 404 };

/* Where the items of an array in ${body} begin: behind its '['. */
static size_t
items_at(struct str body, const struct jscan_value *array)
{
    return (size_t)(array->text.p + 1 - body.p);
}

/* How many items ${array} has, or -1 when it is broken. */
static int
items_count(struct str body, const struct jscan_value *array)
{
    struct jscan_value unused;
    struct jscan js;
    size_t at = items_at(body, array);
    int n = 0, more = 0;

    while ((more = jscan_item(&js, body, &at)) > 0) {
        if (jscan_skip(&js, &unused) == JSCAN_BROKEN
            || jscan_item_done(&js, &at) < 0)
            return -1;
        n++;
    }
    return more < 0 ? -1 : n;
}

int
sapama_read_file(struct file_answer *out, struct str body, struct err *e)
{
    const struct code_row *row = NULL;
    struct sapama_envelope env;

    *out = (struct file_answer){
        .phase = FILE_UNKNOWN, .total_minor = -1, .charge_minor = -1,
        .charge_estimate_minor = -1, .available_minor = -1,
        .current_minor = -1, .count = -1
    };
    if (sapama_envelope(&env, body, e) < 0)
        return -1;
    if (!sapama_envelope_good(&env))
        return sapama_wrong_shape(e, "it says that it went wrong");
    if (env.data.kind != JSCAN_ARRAY)
        return sapama_wrong_shape(e, "its payments are not a list");
    if (env.system >= 0)
        snprintf(out->code, sizeof(out->code), "%d", env.system);
    sapama_words(out->text, sizeof(out->text), &env.message);
    /* scheduled, whatever its items say: each of them says what it is */
    row = provider_file_code(&provider_sapama, out->code);
    out->phase = row != NULL ? (enum file_phase)row->fate : FILE_MOVING;
    out->count = items_count(body, &env.data);
    out->items_at = items_at(body, &env.data);
    return 0;
}

/* Our reference, under the newer or the older name (7.1).  Two that differ
 * are none. */
static void
read_reference(char out[REFERENCE_BYTES], const struct jscan_value *v)
{
    char a[64], b[64], other[REFERENCE_BYTES];
    struct str s = { NULL, 0 }, t = { NULL, 0 };
    bool first = jscan_text(&v[ITEM_TRANS], a, sizeof(a), &s) == 0
                 && sapama_reference(out, s);

    if (jscan_text(&v[ITEM_TRANS_REFERENCE], b, sizeof(b), &t) < 0
        || !sapama_reference(other, t)) {
        if (!first)
            out[0] = '\0';
        return;
    }
    if (!first)
        memcpy(out, other, sizeof(other));
    else if (strcmp(out, other) != 0)
        out[0] = '\0';
}

/*
 * "success" means scheduled (7.2).  How a payment that was not taken looks
 * like is not known, and a missing id proves nothing: everything else is in
 * doubt, with Sapama's words.
 */
static void
read_fate(struct item_answer *out, const struct jscan_value *v)
{
    char status[32], said[sizeof(out->reason) - sizeof(status)];
    size_t len = 0;

    sapama_id(status, sizeof(status), &v[ITEM_STATUS]);
    if (str_ieq(str_of(status), STR("success"))) {
        out->fate = ITEM_MOVING;
        str_copy(out->code, sizeof(out->code), STR(SAPAMA_SCHEDULED));
        return;
    }
    out->fate = ITEM_IN_DOUBT;
    str_copy(out->code, sizeof(out->code), STR(SAPAMA_UNCLEAR));
    sapama_words(out->reason, sizeof(status), &v[ITEM_STATUS]);
    sapama_words(said, sizeof(said), &v[ITEM_MESSAGE]);
    if ((len = strlen(out->reason)) > 0 && said[0] != '\0')
        str_copy(out->reason + len, sizeof(out->reason) - len, STR(":"));
    plain_add(out->reason, sizeof(out->reason), str_of(said));
}

/* "0722...", "2547..." or a number: as it stands, and the body's own. */
static struct str
read_account(const struct jscan_value *v)
{
    if ((v->kind == JSCAN_STRING || v->kind == JSCAN_NUMBER) && !v->escaped)
        return v->text;
    return (struct str){ NULL, 0 };
}

int
sapama_read_item(struct item_answer *out, struct str body, size_t *at,
                 int position)
{
    struct jscan_value v[ITEM_MEMBERS];
    struct jscan js;
    int more = 0;

    *out = (struct item_answer){ .position = position, .minor = -1,
                                 .charge_minor = -1, .fate = ITEM_IN_DOUBT };
    if (*at == 0)
        return 0;                   /* nothing was read before */
    if ((more = jscan_item(&js, body, at)) <= 0)
        return more;
    if (jscan_object(&js, item_names, ITEM_MEMBERS, v) < 0
        || jscan_item_done(&js, at) < 0)
        return -1;
    out->account = read_account(&v[ITEM_PHONE]);
    out->minor = sapama_amount(&v[ITEM_AMOUNT]);
    sapama_id(out->id, sizeof(out->id), &v[ITEM_ID]);
    if (strcmp(out->id, "0") == 0 || !sapama_is_digits(str_of(out->id),
                                                       sizeof(out->id) - 1))
        out->id[0] = '\0';          /* no number of a payment */
    read_reference(out->reference, v);
    read_fate(out, v);
    return 1;
}

/* The object around the rows; a bare list counts as its one page. */
static int
read_paging(struct page_answer *out, struct str body,
            const struct jscan_value *data, struct err *e)
{
    struct jscan_value v[PAGE_MEMBERS] = { 0 };
    struct jscan js;

    if (data->kind == JSCAN_ARRAY) {
        out->rows_at = items_at(body, data);
        return 0;
    }
    if (data->kind == JSCAN_NONE || data->kind == JSCAN_NULL)
        return 0;
    jscan_start(&js, data->text, 0);
    if (data->kind != JSCAN_OBJECT
        || jscan_object(&js, page_names, PAGE_MEMBERS, v) < 0)
        return sapama_wrong_shape(e, "its page is not what we know");
    out->total = sapama_count(&v[PAGE_TOTAL]);
    out->page = sapama_count(&v[PAGE_NOW]);
    out->last_page = sapama_count(&v[PAGE_LAST]);
    out->per_page = sapama_count(&v[PAGE_PER]);
    if (v[PAGE_ROWS].kind == JSCAN_ARRAY)
        out->rows_at = items_at(body, &v[PAGE_ROWS]);
    else if (v[PAGE_ROWS].kind != JSCAN_NONE
             && v[PAGE_ROWS].kind != JSCAN_NULL)
        return sapama_wrong_shape(e, "its rows are not a list");
    return 0;
}

int
sapama_read_page(struct page_answer *out, struct str body, struct err *e)
{
    struct sapama_envelope env;

    *out = (struct page_answer){ .total = -1 };
    if (sapama_envelope(&env, body, e) < 0)
        return -1;
    if (env.http == HTTP_MISSING) {
        *out = (struct page_answer){ .page = 1, .last_page = 1, .total = 0 };
        return 0;
    }
    if (!sapama_envelope_good(&env))
        return sapama_wrong_shape(e, "it says that it went wrong");
    if (read_paging(out, body, &env.data, e) < 0)
        return -1;
    if (out->page < 1)
        out->page = 1;
    if (out->last_page < out->page)
        out->last_page = out->page;
    if (out->per_page < 0)
        out->per_page = 0;
    return 0;
}

/* Its callbacks have none (8.1); a token in their address stands for it. */
struct str
sapama_read_challenge(struct str body, char *room, size_t bytes)
{
    (void)body;
    (void)room;
    (void)bytes;
    return (struct str){ NULL, 0 };
}
