#include "providers/sapama.h"

#include "providers/plain.h"

#define DETAIL_BYTES 1024       /* of one problem; we show SAPAMA_WORDS_MAX */

/* Section 1.1. */
enum { HTTP_REFUSED = 400, SYSTEM_REFUSED = 900, HTTP_TOO_MANY = 429 };
enum { HTTP_MISSING = 404, SYSTEM_MISSING = 904, SYSTEM_FORBIDDEN = 903 };

/* One problem of a refused request: [{"field","error"}]. */
enum { PROBLEM_FIELD, PROBLEM_ERROR, PROBLEM_MEMBERS };
static const struct str problem_names[PROBLEM_MEMBERS] = {
    [PROBLEM_FIELD] = JSCAN_NAME("field"),
    [PROBLEM_ERROR] = JSCAN_NAME("error")
};

/* What the problems of a refusal are about. */
struct problems {
    int  n;
    bool keys;                  /* one of them is about our key or hash       */
    bool payees;                /* every one is about a payee                 */
};

static size_t
find(struct str s, struct str what)
{
    size_t i = 0;

    for (; i + what.len <= s.len; i++)
        if (str_ieq((struct str){ s.p + i, what.len }, what))
            return i;
    return s.len;
}

/* "... at beneficiaries 12 ...", beneficiaries.12, beneficiaries[12]: does it
 * name one of the list? */
static bool
names_payee(struct str s)
{
    size_t at = find(s, STR("beneficiaries"));

    if (at == s.len)
        return false;
    at += sizeof("beneficiaries") - 1;
    while (at < s.len && (s.p[at] == ' ' || s.p[at] == '.' || s.p[at] == '['))
        at++;
    return at < s.len && s.p[at] >= '0' && s.p[at] <= '9';
}

/* Keys of a beneficiary that are the same for all, or that payrun makes: what
 * is wrong with them is wrong with us, and nobody fails for it. */
static bool
is_ours(struct str text)
{
    static const struct str ours[] = {
        STR_INIT("trans_reference"), STR_INIT("trans_id"),
        STR_INIT("callback"), STR_INIT("short_code"), STR_INIT("currency"),
        STR_INIT("gateway"), STR_INIT("bill_ref_number")
    };

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (find(text, ours[i]) < text.len)
            return true;
    return false;
}

static bool
about_payee(struct str field, struct str text)
{
    return field.len > 0 && find(field, STR("beneficiaries")) == 0
        && (names_payee(field) || names_payee(text))
        && !is_ours(field) && !is_ours(text);
}

static bool
about_keys(struct str field, struct str text)
{
    return str_ieq(field, STR("api_key")) || str_ieq(field, STR("token"))
        || str_ieq(field, STR("hash"))
        || find(text, STR("Invalid hash")) < text.len
        || find(text, STR("Invalid login token")) < text.len;
}

/* Add ${s}, behind ${mark} when there are words already. */
static void
add_words(struct fault_answer *f, char mark, struct str s)
{
    size_t len = strlen(f->text);

    if (len > 0 && len < SAPAMA_WORDS_MAX) {
        f->text[len] = mark;
        f->text[len + 1] = '\0';
    }
    plain_add(f->text, SAPAMA_WORDS_MAX + 1, s);
}

static void
take_problem(struct fault_answer *f, struct problems *p,
             const struct jscan_value *v)
{
    char room[DETAIL_BYTES], said[DETAIL_BYTES];
    struct str field = jscan_text_start(&v[PROBLEM_FIELD], room, sizeof(room));
    struct str text = jscan_text_start(&v[PROBLEM_ERROR], said, sizeof(said));

    /* what does not fit its room was not read to its end */
    bool whole = field.len < DETAIL_BYTES / 2 && text.len < DETAIL_BYTES / 2;

    p->n++;
    p->keys = p->keys || about_keys(field, text);
    p->payees = p->payees && whole && about_payee(field, text);
    add_words(f, ';', field);
    add_words(f, field.len > 0 ? ':' : ';', text);
}

/* All problems of a refusal, or an empty list of them. */
static struct problems
read_problems(struct fault_answer *f, const struct jscan_value *data)
{
    struct problems p = { .payees = true };
    struct jscan_value v[PROBLEM_MEMBERS];
    struct jscan js;
    size_t at = 1;

    while (data->kind == JSCAN_ARRAY
           && jscan_item(&js, data->text, &at) > 0) {
        if (jscan_object(&js, problem_names, PROBLEM_MEMBERS, v) < 0
            || jscan_item_done(&js, &at) < 0) {
            p.payees = false;
            break;
        }
        take_problem(f, &p, v);
    }
    p.payees = p.payees && p.n > 0;
    return p;
}

/*
 * HTTP status and envelope must say the same (1.1).  Only the documented
 * refusal, 900 in the envelope, proves that nothing was done (7.3).
 */
static enum answer
judge_envelope(const struct sapama_envelope *env, int http,
               struct fault_answer *f)
{
    struct problems p = read_problems(f, &env->data);

    if (env->system >= 0)
        snprintf(f->code, sizeof(f->code), "%d", env->system);
    if (f->text[0] == '\0')
        sapama_words(f->text, SAPAMA_WORDS_MAX + 1, &env->message);
    f->bars = p.keys || http == 401 || http == 403;
    if (env->http != http)
        return ANSWER_IN_DOUBT;
    if (http == HTTP_REFUSED && env->system == SYSTEM_REFUSED) {
        f->payees_only = p.payees && !p.keys;
        f->bars = false;
        return p.keys ? ANSWER_BARRED : ANSWER_REFUSED;
    }
    /* Too many requests: what stands in front of it may say so of one that was
     * done, and then its list may never show it. */
    if (http == HTTP_TOO_MANY && env->system == SYSTEM_REFUSED)
        return ANSWER_NOT_NOW;
    if (http == 401 || (http == 403 && (env->system == SYSTEM_FORBIDDEN
                                        || env->system == -1))) {
        f->bars = false;
        return ANSWER_BARRED;
    }
    f->not_found = http == HTTP_MISSING && (env->system == SYSTEM_MISSING
                                            || env->system == -1);
    return ANSWER_IN_DOUBT;
}

enum answer
sapama_judge(const struct reply *r, struct fault_answer *f)
{
    struct sapama_envelope env;

    *f = (struct fault_answer){ 0 };
    if (r->wire != WIRE_ANSWERED) {
        plain_copy(f->text, SAPAMA_WORDS_MAX + 1, str_of(r->why));
        return r->wire == WIRE_NOT_SENT ? ANSWER_NOT_NOW : ANSWER_IN_DOUBT;
    }
    if (sapama_envelope(&env, buf_view(&r->body), NULL) < 0) {
        plain_copy(f->text, SAPAMA_WORDS_MAX + 1, buf_view(&r->body));
        f->bars = r->http == 401 || r->http == 403;
        return ANSWER_IN_DOUBT;
    }
    if (r->http >= 200 && r->http <= 299 && sapama_envelope_good(&env))
        return ANSWER_TAKEN;
    return judge_envelope(&env, r->http, f);
}
