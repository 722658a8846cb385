#include "providers/intasend.h"

#include "providers/plain.h"

#define DETAIL_BYTES 1024       /* of one detail; we show INTASEND_WORDS_MAX */

/* The error shapes of section 1.4. */
enum { SAID_ERRORS, SAID_DETAIL, SAID_DETAILS, SAID_TYPE, SAID_MEMBERS };
static const struct str said_names[SAID_MEMBERS] = {
    [SAID_ERRORS]  = JSCAN_NAME("errors"),
    [SAID_DETAIL]  = JSCAN_NAME("detail"),
    [SAID_DETAILS] = JSCAN_NAME("details"),
    [SAID_TYPE]    = JSCAN_NAME("type")
};
enum { ERROR_CODE, ERROR_DETAIL, ERROR_ATTR, ERROR_MEMBERS };
static const struct str error_names[ERROR_MEMBERS] = {
    [ERROR_CODE]   = JSCAN_NAME("code"),
    [ERROR_DETAIL] = JSCAN_NAME("detail"),
    [ERROR_ATTR]   = JSCAN_NAME("attr")
};

static bool
contains(struct str s, struct str what)
{
    for (size_t i = 0; i + what.len <= s.len; i++)
        if (str_ieq((struct str){ s.p + i, what.len }, what))
            return true;
    return false;
}

/* Add ${s}, behind ${mark} when there are words already. */
static void
add_words(struct fault_answer *f, char mark, struct str s)
{
    size_t len = strlen(f->text);

    if (len > 0 && len < INTASEND_WORDS_MAX) {
        f->text[len] = mark;
        f->text[len + 1] = '\0';
    }
    plain_add(f->text, INTASEND_WORDS_MAX + 1, s);
}

/*
 * Add one problem, "attr: what", to the words.  Return whether there was one.
 * This is the one text that decides (2.9): approve was refused because the
 * file no longer waits, which is not the same as "it was not paid".
 */
static bool
add_problem(struct fault_answer *f, const struct jscan_value *attr,
            const struct jscan_value *what)
{
    char room[DETAIL_BYTES];
    struct str field = { NULL, 0 }, text = { NULL, 0 };

    if (what->kind != JSCAN_STRING || what->text.len == 0)
        return false;
    if ((field = jscan_text_start(attr, room, sizeof(room))).len > 0)
        add_words(f, ';', field);
    text = jscan_text_start(what, room, sizeof(room));
    add_words(f, field.len > 0 ? ':' : ';', text);
    if (contains(text, STR("PREVIEW-AND-APPROVE")))
        f->already = true;
    return true;
}

static bool
starts(struct str s, struct str with)
{
    return s.len >= with.len
        && str_eq((struct str){ s.p, with.len }, with);
}

static bool
ends(struct str s, struct str with)
{
    return s.len >= with.len
        && str_eq((struct str){ s.p + (s.len - with.len), with.len }, with);
}

/*
 * Is a problem with ${attr} about one payment?  The nested form is not known
 * for certain (1.4), so both usual ones count.  "transactions" alone is about
 * the list, and a key that was used before is about what we sent before.
 */
static bool
about_payment(const struct jscan_value *attr)
{
    char room[DETAIL_BYTES];
    struct str field = jscan_text_start(attr, room, sizeof(room));

    return (starts(field, STR("transactions."))
            || starts(field, STR("transactions[")))
        && field.len < sizeof(room) / 2
        && !ends(field, STR("idempotency_key"));
}

/* "errors":[{"code","detail","attr"}]: true when every one was understood. */
static bool
read_errors(struct fault_answer *f, struct str list)
{
    struct jscan_value v[ERROR_MEMBERS];
    struct str code = { NULL, 0 };
    struct jscan js;
    size_t at = 1;
    bool payees = true;
    int n = 0;

    while (jscan_item(&js, list, &at) > 0) {
        if (jscan_object(&js, error_names, ERROR_MEMBERS, v) < 0
            || jscan_item_done(&js, &at) < 0)
            return false;
        if (n++ == 0
            && jscan_text(&v[ERROR_CODE], NULL, 0, &code) == 0)
            plain_copy(f->code, sizeof(f->code), code);
        if (!add_problem(f, &v[ERROR_ATTR], &v[ERROR_DETAIL])
            && !add_problem(f, &v[ERROR_ATTR], &v[ERROR_CODE]))
            return false;
        payees = payees && about_payment(&v[ERROR_ATTR]);
    }
    f->payees_only = payees && n > 0;
    return n > 0;
}

/*
 * {"amount":["Ensure ..."]}, and the same inside lists, as the framework
 * nests it: strings stand in lists only, and nothing but strings is a leaf.
 */
static bool
read_field_map(struct fault_answer *f, struct str body)
{
    struct jscan_value field = { 0 };
    struct jscan js;
    enum jscan_kind kind = JSCAN_NONE;
    int n = 0;

    jscan_start(&js, body, 0);
    if (jscan_next(&js) != JSCAN_OBJECT)
        return false;
    while ((kind = jscan_next(&js)) != JSCAN_END) {
        if (kind == JSCAN_KEY)
            field = js.value;
        else if (kind == JSCAN_STRING && jscan_in_array(&js))
            n += add_problem(f, &field, &js.value);
        else if (kind != JSCAN_ARRAY && kind != JSCAN_OBJECT
                 && kind != JSCAN_CLOSE)
            return false;
    }
    return n > 0;
}

/*
 * The words of an error body, in the order of shapes of section 1.4.  Return
 * whether it is one of the shapes, and so IntaSend itself that refused.
 */
static bool
read_fault(struct fault_answer *f, struct str body)
{
    struct jscan_value v[SAID_MEMBERS], none = { 0 };
    struct jscan js;
    bool understood = false, theirs = false;

    jscan_start(&js, body, 0);
    if (jscan_object(&js, said_names, SAID_MEMBERS, v) == 0
        && jscan_ended(&js)) {
        /* an accident of theirs refuses nothing for certain */
        theirs = str_eq(v[SAID_TYPE].text, STR("server_error"));
        understood = (v[SAID_ERRORS].kind == JSCAN_ARRAY
                      && read_errors(f, v[SAID_ERRORS].text))
                     || add_problem(f, &none, &v[SAID_DETAIL])
                     || add_problem(f, &none, &v[SAID_DETAILS])
                     || read_field_map(f, body);
    }
    if (!understood) {
        *f = (struct fault_answer){ 0 };
        plain_copy(f->text, INTASEND_WORDS_MAX + 1, body);
    }
    return understood && !theirs;
}

enum answer
intasend_judge(const struct reply *r, struct fault_answer *f)
{
    bool understood = false;

    *f = (struct fault_answer){ 0 };
    if (r->wire != WIRE_ANSWERED) {
        plain_copy(f->text, INTASEND_WORDS_MAX + 1, str_of(r->why));
        return r->wire == WIRE_NOT_SENT ? ANSWER_NOT_NOW : ANSWER_IN_DOUBT;
    }
    if (r->http >= 200 && r->http <= 299)
        return ANSWER_TAKEN;
    understood = read_fault(f, buf_view(&r->body));
    switch (r->http) {
    case 400:
    case 404:
    case 422:
        return understood ? ANSWER_REFUSED : ANSWER_IN_DOUBT;
    case 401:
    case 403:
        return ANSWER_BARRED;       /* our key, not the payee (1.4) */
    case 429:
        return ANSWER_NOT_NOW;
    default:
        return ANSWER_IN_DOUBT;     /* 3xx, 409, every 5xx, the unknown */
    }
}
