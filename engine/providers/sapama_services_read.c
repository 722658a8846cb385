/*
 * Sapama's answers (4, 5, 6, 10), all in its envelope.  Where it says
 * "success" it means "taken", but for what is stored at once.
 */
#include "providers/sapama.h"
#include "providers/sapama_services.h"

#define LEN(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* The envelope (1.1), which must say that it was done. */
static int
read_envelope(struct sapama_envelope *env, struct service_answer *out,
              struct str body, struct err *e)
{
    char words[SAPAMA_WORDS_MAX + 1], why[SAPAMA_WORDS_MAX + 64];

    if (sapama_envelope(env, body, e) < 0) {
        service_fix(e);
        return -1;
    }
    service_take_words(out->text, sizeof(out->text), &env->message);
    if (sapama_envelope_good(env))
        return 0;
    service_take_words(words, sizeof(words), &env->message);
    snprintf(why, sizeof(why), "it says %d \"%s\"", env->http, words);
    return service_wrong(e, "Sapama", why);
}

/* The rows of get_transactions; none when the page has none (4). */
int
sapama_services_page(struct service_answer *out,
                     const struct jscan_value *root, struct str body,
                     struct err *e)
{
    struct page_answer page;

    (void)root;
    if (sapama_read_page(&page, body, e) < 0) {
        service_fix(e);
        return -1;
    }
    out->page = page.page;
    out->last_page = page.last_page;
    /* a page beyond the end is the last one again: never "until empty" */
    out->more = page.page < page.last_page;
    out->rows_at = page.rows_at;
    return 0;
}

/* data: a list, one for each that was sent. */
int
sapama_services_list(struct service_answer *out,
                     const struct jscan_value *root, struct str body,
                     struct err *e)
{
    struct sapama_envelope env;

    (void)root;
    if (read_envelope(&env, out, body, e) < 0)
        return -1;
    if (env.data.kind == JSCAN_ARRAY)
        out->rows_at = service_inside(&env.data, body);
    else if (!sapama_empty(&env.data))
        return service_wrong(e, "Sapama", "its data is not a list");
    return 0;
}

/* data: one object, or nothing worth a row. */
int
sapama_services_one(struct service_answer *out,
                    const struct jscan_value *root, struct str body,
                    struct err *e)
{
    struct sapama_envelope env;

    (void)root;
    if (read_envelope(&env, out, body, e) < 0)
        return -1;
    out->single = true;
    /* it said that it was done: nothing in data cannot take that back */
    if (env.data.kind == JSCAN_OBJECT)
        out->rows_at = service_inside(&env.data, body);
    return 0;
}

/* A stored transaction (4).  Its own "status" is not about the payment. */
enum { ROW_TYPE, ROW_COUNTERPART };
static const struct service_col row_cols[] = {
    [ROW_TYPE] = COL_NOT("type"),
    [ROW_COUNTERPART] = COL_NOT("transaction"),
    COL("id", TAKE_ID, id),
    COL("created_at", TAKE_WORDS, at),
    COL("direction", TAKE_WORDS, kind),
    COL("trans_type", TAKE_WORDS, type),
    COL("ipned", TAKE_ID, state),
    COL("trans_id", TAKE_ID, label),
    COL("phone", TAKE_WORDS, account),
    COL("name", TAKE_WORDS, name),
    COL("reference_number", TAKE_WORDS, reference),
    COL("bill_ref_number", TAKE_WORDS, reference),
    COL("description", TAKE_WORDS, text),
    COL("third_party_message", TAKE_WORDS, text),
    COL("location_id", TAKE_ID, wallet),
    COL("currency", TAKE_ID, ccy),
    COL("trans_amount", TAKE_MONEY, minor),
    COL("org_account_balance", TAKE_MONEY, balance_minor)
};

/* Without a direction the kind of payment is the best word for it. */
static void
name_kind(struct service_row *row)
{
    if (row->kind[0] == '\0')
        str_copy(row->kind, sizeof(row->kind), str_of(row->type));
}

static bool
came_in(const struct service_row *row)
{
    return str_ieq(str_of(row->kind), STR("c2b"));
}

static bool
is_invoice(const struct jscan_value *v)
{
    return service_is_word(&v[ROW_TYPE], "invoice");
}

/* An invoice asks for money; its receipt is a row of its own and has moved
 * it.  What went out is told by finish_out(). */
static int
finish_line(struct service_row *row, const struct jscan_value *v)
{
    name_kind(row);
    if (came_in(row) && !is_invoice(v) && row->minor > 0)
        row->way = 1;
    return row->id[0] != '\0' ? 1 : -1;
}

/* The counterpart of an invoice that is paid is its receipt. */
static bool
take_receipt(struct service_row *row, const struct jscan_value *nested)
{
    static const struct str names[] = { JSCAN_NAME("type"),
                                        JSCAN_NAME("trans_id") };
    struct jscan_value v[LEN(names)];

    row->label[0] = '\0';           /* an unpaid one has none to show */
    if (service_members(nested, names, LEN(names), v) < 0
        || !service_is_word(&v[0], "receipt"))
        return false;
    service_take_id(row->label, sizeof(row->label), &v[1]);
    return true;
}

static int
finish_payment(struct service_row *row, const struct jscan_value *v)
{
    name_kind(row);
    service_take_id(row->state, sizeof(row->state), &v[ROW_TYPE]);
    row->fate = SERVICE_UNCLEAR;
    if (is_invoice(v))
        row->fate = take_receipt(row, &v[ROW_COUNTERPART]) ? SERVICE_DONE
                                                           : SERVICE_OPEN;
    else if (came_in(row) && service_is_word(&v[ROW_TYPE], "receipt"))
        row->fate = SERVICE_DONE;
    return row->id[0] != '\0' ? 1 : -1;
}

/* How a payout says it is one is assumed (4): all but what came in. */
static int
finish_payout(struct service_row *row, const struct jscan_value *v)
{
    name_kind(row);
    if (row->id[0] == '\0')
        return -1;
    return came_in(row) || is_invoice(v) ? 0 : 1;
}

static enum service_fate
fate_of(enum item_fate fate)
{
    switch (fate) {
    case ITEM_UNTOUCHED:
    case ITEM_MOVING:
        return SERVICE_OPEN;
    case ITEM_PAID:
        return SERVICE_DONE;
    case ITEM_FAILED:
    case ITEM_CANCELLED:
        return SERVICE_FAILED;
    case ITEM_IN_DOUBT:
        return SERVICE_UNCLEAR;
    }
    return SERVICE_UNCLEAR;
}

/* By the rule that decides about what we sent ourselves: only a receipt is
 * money that left. */
static void
finish_out(struct service_row *row, struct str body, size_t at)
{
    struct row_answer out;

    if (came_in(row) || sapama_read_row(&out, body, &at) <= 0)
        return;
    row->fate = fate_of(out.item.fate);
    row->way = row->fate == SERVICE_DONE ? -1 : 0;
    str_copy(row->label, sizeof(row->label), str_of(out.item.receipt));
    if (out.item.reference[0] != '\0')
        str_copy(row->reference, sizeof(row->reference),
                 str_of(out.item.reference));
}

static void
finish_payout_out(struct service_row *row, struct str body, size_t at)
{
    struct row_answer out;

    finish_out(row, body, at);
    row->state[0] = '\0';           /* ipned says nothing about the payment */
    if (sapama_read_row(&out, body, &at) <= 0)
        return;
    str_copy(row->state, sizeof(row->state), str_of(out.item.code));
    str_copy(row->link, sizeof(row->link), str_of(out.token));
    if (out.item.reason[0] != '\0')
        str_copy(row->text, sizeof(row->text), str_of(out.item.reason));
}

/* 5 */
static const struct service_col marked_cols[] = {
    COL("id", TAKE_ID, id),
    COL("ipned", TAKE_ID, state)
};

static int
finish_marked(struct service_row *row, const struct jscan_value *v)
{
    (void)v;
    row->fate = SERVICE_DONE;
    return 1;
}

/* 10.3: "initiated" is all it will ever say. */
static const struct service_col moved_cols[] = {
    COL("id", TAKE_ID, id),
    COL("workflow", TAKE_WORDS, state),
    COL("description", TAKE_WORDS, text),
    COL("location_from_id", TAKE_ID, wallet),
    COL("location_to_id", TAKE_ID, account)
};

static int
finish_moved(struct service_row *row, const struct jscan_value *v)
{
    (void)v;
    row->fate = str_ieq(str_of(row->state), STR("initiated"))
                ? SERVICE_OPEN : SERVICE_UNCLEAR;
    return 1;
}

/* 10.1: the prompt went to the phone; nobody has paid. */
static const struct service_col prompt_cols[] = {
    COL("invoice_id", TAKE_ID, id),
    COL("invoice_uuid", TAKE_ID, id),
    COL("reference_number", TAKE_WORDS, reference),
    COL("type", TAKE_ID, state),
    COL("message", TAKE_WORDS, text)
};

static bool
is_success(const struct service_row *row)
{
    return str_ieq(str_of(row->state), STR("success"));
}

/* Taken, and not ended by that: a prompt, an SMS. */
static int
finish_taken(struct service_row *row, const struct jscan_value *v)
{
    (void)v;
    row->fate = is_success(row) ? SERVICE_OPEN : SERVICE_UNCLEAR;
    return 1;
}

/* 6; how one that was not stored looks like is unknown. */
static const struct service_col posted_cols[] = {
    COL("sapama_id", TAKE_ID, id),
    COL("third_party_trans_id", TAKE_WORDS, reference),
    COL("trans_id", TAKE_WORDS, label),
    COL("type", TAKE_ID, state),
    COL("message", TAKE_WORDS, text)
};

static int
finish_posted(struct service_row *row, const struct jscan_value *v)
{
    (void)v;
    row->fate = is_success(row) && row->id[0] != '\0' ? SERVICE_DONE
                                                      : SERVICE_UNCLEAR;
    return 1;
}

/* 10.2; what "amount" means is unknown. */
static const struct service_col sms_cols[] = {
    COL("proxy_trans_id", TAKE_ID, id),
    COL("phone", TAKE_WORDS, account),
    COL("status", TAKE_ID, state),
    COL("message", TAKE_WORDS, text)
};

const struct service_shape sapama_shape_line = {
    row_cols, LEN(row_cols), finish_line, finish_out
};
const struct service_shape sapama_shape_payment = {
    row_cols, LEN(row_cols), finish_payment, finish_out
};
const struct service_shape sapama_shape_payout = {
    row_cols, LEN(row_cols), finish_payout, finish_payout_out
};
const struct service_shape sapama_shape_marked = {
    marked_cols, LEN(marked_cols), finish_marked, NULL
};
const struct service_shape sapama_shape_moved = {
    moved_cols, LEN(moved_cols), finish_moved, NULL
};
const struct service_shape sapama_shape_prompt = {
    prompt_cols, LEN(prompt_cols), finish_taken, NULL
};
const struct service_shape sapama_shape_posted = {
    posted_cols, LEN(posted_cols), finish_posted, NULL
};
const struct service_shape sapama_shape_sms = {
    sms_cols, LEN(sms_cols), finish_taken, NULL
};
