#include "providers/intasend.h"
#include "providers/intasend_services.h"

/* What tells one answer from another: IntaSend's have no type of their own,
 * and some were seen in two or three shapes (5.1, 5.2). */
enum {
    ROOT_RESULTS, ROOT_NEXT, ROOT_ERRORS, ROOT_DETAIL, ROOT_DETAILS,
    ROOT_WALLET, ROOT_TRANSACTION, ROOT_CHARGEBACK, ROOT_INVOICE_ID, ROOT_ID,
    ROOT_INVOICE, ROOT_ORIGIN, ROOT_ORIGIN_WALLET, ROOT_DESTINATION,
    ROOT_DESTINATION_WALLET, ROOT_STATUS, ROOT_MESSAGE, ROOT_NAME,
    ROOT_ACCOUNT_NAME, ROOT_DATA, ROOT_MEMBERS
};
static const struct str root_names[ROOT_MEMBERS] = {
    [ROOT_RESULTS]            = JSCAN_NAME("results"),
    [ROOT_NEXT]               = JSCAN_NAME("next"),
    [ROOT_ERRORS]             = JSCAN_NAME("errors"),
    [ROOT_DETAIL]             = JSCAN_NAME("detail"),
    [ROOT_DETAILS]            = JSCAN_NAME("details"),
    [ROOT_WALLET]             = JSCAN_NAME("wallet_id"),
    [ROOT_TRANSACTION]        = JSCAN_NAME("transaction_id"),
    [ROOT_CHARGEBACK]         = JSCAN_NAME("chargeback_id"),
    [ROOT_INVOICE_ID]         = JSCAN_NAME("invoice_id"),
    [ROOT_ID]                 = JSCAN_NAME("id"),
    [ROOT_INVOICE]            = JSCAN_NAME("invoice"),
    [ROOT_ORIGIN]             = JSCAN_NAME("origin"),
    [ROOT_ORIGIN_WALLET]      = JSCAN_NAME("origin_wallet"),
    [ROOT_DESTINATION]        = JSCAN_NAME("destination"),
    [ROOT_DESTINATION_WALLET] = JSCAN_NAME("destination_wallet"),
    [ROOT_STATUS]             = JSCAN_NAME("status"),
    [ROOT_MESSAGE]            = JSCAN_NAME("message"),
    [ROOT_NAME]               = JSCAN_NAME("name"),
    [ROOT_ACCOUNT_NAME]       = JSCAN_NAME("account_name"),
    [ROOT_DATA]               = JSCAN_NAME("data")
};

/* It is JSON and answers something else: say what it says, if anything. */
static int
wrong(const struct jscan_value *v, struct err *e)
{
    static const struct str names[] = { JSCAN_NAME("detail") };
    const struct jscan_value *says = &v[ROOT_DETAIL];
    struct jscan_value first = { 0 }, detail[1] = { 0 };
    struct jscan js;
    char words[INTASEND_WORDS_MAX] = "", why[INTASEND_WORDS_MAX + 32];
    size_t at = 1;

    if (v[ROOT_ERRORS].kind == JSCAN_ARRAY
        && jscan_item(&js, v[ROOT_ERRORS].text, &at) > 0
        && jscan_skip(&js, &first) == JSCAN_OBJECT
        && service_members(&first, names, 1, detail) == 0)
        says = &detail[0];
    else if (service_is_empty(says))
        says = &v[ROOT_DETAILS];
    service_take_words(words, sizeof(words), says);
    if (words[0] == '\0')
        return service_wrong(e, "IntaSend", "it is not what was asked for");
    snprintf(why, sizeof(why), "it says \"%s\"", words);
    return service_wrong(e, "IntaSend", why);
}

/* The members of the body, which must not be about an error. */
static int
read_root(struct jscan_value v[ROOT_MEMBERS], const struct jscan_value *root,
          struct err *e)
{
    if (service_members(root, root_names, ROOT_MEMBERS, v) < 0)
        return service_wrong(e, "IntaSend", root->kind == JSCAN_OBJECT
                             ? "it has a member twice"
                             : "it is not an object");
    if (v[ROOT_ERRORS].kind == JSCAN_ARRAY
        || v[ROOT_ERRORS].kind == JSCAN_OBJECT)
        return wrong(v, e);
    return 0;
}

static void
one_row(struct service_answer *out, const struct jscan_value *v,
        struct str body)
{
    out->single = true;
    out->rows_at = service_inside(v, body);
}

/* The page before the one that "next" links to; 0 when it does not say. */
static int
page_before(const struct jscan_value *next)
{
    char room[512];
    struct str text = { NULL, 0 };
    int64_t n = 0;

    if (jscan_text(next, room, sizeof(room), &text) < 0)
        return 0;
    for (size_t i = 1; i + 5 < text.len; i++) {
        size_t to = i + 5;

        if ((text.p[i - 1] != '?' && text.p[i - 1] != '&')
            || !str_eq((struct str){ text.p + i, 5 }, STR("page=")))
            continue;
        while (to < text.len && text.p[to] >= '0' && text.p[to] <= '9')
            to++;
        if (str_i64(&n, (struct str){ text.p + i + 5, to - i - 5 }) == 0
            && n > 1 && n < INT32_MAX)
            return (int)n - 1;
    }
    return 0;
}

int
intasend_services_list(struct service_answer *out,
                       const struct jscan_value *root, struct str body,
                       struct err *e)
{
    struct jscan_value v[ROOT_MEMBERS];

    if (root->kind == JSCAN_ARRAY) {
        out->rows_at = service_inside(root, body);
        return 0;
    }
    if (read_root(v, root, e) < 0)
        return -1;
    if (v[ROOT_RESULTS].kind == JSCAN_ARRAY) {
        /* how many pages there are cannot be told: the size of one is not
         * said, only whether there is another */
        out->rows_at = service_inside(&v[ROOT_RESULTS], body);
        out->more = v[ROOT_NEXT].kind == JSCAN_STRING
                    && v[ROOT_NEXT].text.len > 0;
        if (out->more)
            out->page = page_before(&v[ROOT_NEXT]);
        return 0;
    }
    if (v[ROOT_RESULTS].kind == JSCAN_NULL)
        return 0;
    if (v[ROOT_RESULTS].kind != JSCAN_NONE
        || (service_is_empty(&v[ROOT_WALLET])
            && service_is_empty(&v[ROOT_TRANSACTION])
            && service_is_empty(&v[ROOT_CHARGEBACK])
            && service_is_empty(&v[ROOT_ID])))
        return wrong(v, e);
    one_row(out, root, body);
    return 0;
}

int
intasend_services_wallet(struct service_answer *out,
                         const struct jscan_value *root, struct str body,
                         struct err *e)
{
    struct jscan_value v[ROOT_MEMBERS];

    if (read_root(v, root, e) < 0)
        return -1;
    if (service_is_empty(&v[ROOT_WALLET]) && service_is_empty(&v[ROOT_ID]))
        return wrong(v, e);
    one_row(out, root, body);
    return 0;
}

/* The first of two members that is an object, or NULL. */
static const struct jscan_value *
object_of(const struct jscan_value *a, const struct jscan_value *b)
{
    if (a->kind == JSCAN_OBJECT)
        return a;
    return b->kind == JSCAN_OBJECT ? b : NULL;
}

int
intasend_services_transfer(struct service_answer *out,
                           const struct jscan_value *root, struct str body,
                           struct err *e)
{
    const struct jscan_value *from = NULL, *to = NULL;
    struct jscan_value v[ROOT_MEMBERS];

    if (read_root(v, root, e) < 0)
        return -1;
    /* none of these is documented to be there (5.2): no row is no failure */
    from = object_of(&v[ROOT_ORIGIN], &v[ROOT_ORIGIN_WALLET]);
    to = object_of(&v[ROOT_DESTINATION], &v[ROOT_DESTINATION_WALLET]);
    service_take_words(out->text, sizeof(out->text),
                       service_is_empty(&v[ROOT_MESSAGE])
                       ? &v[ROOT_STATUS] : &v[ROOT_MESSAGE]);
    if (from != NULL && to != NULL)
        out->second_at = service_inside(to, body);
    if (from != NULL || to != NULL)
        one_row(out, from != NULL ? from : to, body);
    else if (!service_is_empty(&v[ROOT_WALLET]))
        one_row(out, root, body);
    else if (!service_is_empty(&v[ROOT_DETAIL])
             || !service_is_empty(&v[ROOT_DETAILS]))
        return wrong(v, e);
    return 0;
}

int
intasend_services_invoice(struct service_answer *out,
                          const struct jscan_value *root, struct str body,
                          struct err *e)
{
    struct jscan_value v[ROOT_MEMBERS];

    if (read_root(v, root, e) < 0)
        return -1;
    if (v[ROOT_INVOICE].kind == JSCAN_OBJECT)
        one_row(out, &v[ROOT_INVOICE], body);
    else if (!service_is_empty(&v[ROOT_INVOICE_ID]))
        one_row(out, root, body);
    else
        return wrong(v, e);
    return 0;
}

int
intasend_services_checkout(struct service_answer *out,
                           const struct jscan_value *root, struct str body,
                           struct err *e)
{
    struct jscan_value v[ROOT_MEMBERS];

    if (read_root(v, root, e) < 0)
        return -1;
    if (service_is_empty(&v[ROOT_ID]))
        return wrong(v, e);
    one_row(out, root, body);
    return 0;
}

/* Its shape is published nowhere: the name at the top or one level below, and
 * whatever it says instead is shown (2.7). */
int
intasend_services_owner(struct service_answer *out,
                        const struct jscan_value *root, struct str body,
                        struct err *e)
{
    struct jscan_value v[ROOT_MEMBERS];

    if (read_root(v, root, e) < 0)
        return -1;
    if (v[ROOT_DATA].kind == JSCAN_OBJECT && service_is_empty(&v[ROOT_NAME])
        && service_is_empty(&v[ROOT_ACCOUNT_NAME]))
        one_row(out, &v[ROOT_DATA], body);
    else
        one_row(out, root, body);
    return 0;
}
