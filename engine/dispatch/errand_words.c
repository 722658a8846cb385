#include "dispatch/errand_parts.h"

#include "base/log.h"
#include "money/money.h"

static void
member(struct buf *b, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    buf_char(b, b->len > 0 ? ',' : '{');
    buf_json(b, str_of(name));
    buf_char(b, ':');
    buf_json(b, value);
}

void
errand_json(struct buf *b, const struct service_ask *a)
{
    const struct { const char *name, *value; } members[] = {
        { "from", a->from }, { "to", a->to }, { "phone", a->phone },
        { "name", a->name }, { "email", a->email },
        { "narrative", a->narrative }, { "reference", a->reference },
        { "id", a->id }, { "state", a->state }, { "type", a->type },
        { "label", a->label }, { "rail", a->rail }, { "account", a->account },
        { "bank_code", a->bank_code }
    };

    for (size_t i = 0; i < LEN(members); i++)
        member(b, members[i].name, str_of(members[i].value));
    member(b, "list", a->list);
    buf_text(b, b->len > 0 ? "}" : "{}");
}

/* Each with its length: no two lists of values give the same bytes. */
static void
count_in(struct sha256 *sum, struct str s)
{
    char head[32];
    int n = snprintf(head, sizeof(head), "%zu:", s.len);

    sha256_add(sum, head, (size_t)n);
    sha256_add(sum, s.p != NULL ? s.p : "", s.len);
}

void
errand_same(const struct errand *n, unsigned char out[SHA256_BYTES])
{
    const struct service_ask *a = &n->ask;
    /* A message is what an SMS is; elsewhere a narrative only explains. */
    const char *message = n->service == SERVICE_SMS ? a->narrative : NULL;
    const char *const all[] = {
        service_name(n->service), n->account->ccy, a->from, a->to, a->phone,
        a->id, a->state, a->label, message
    };
    char minor[32];
    struct sha256 sum;

    sha256_init(&sum);
    for (size_t i = 0; i < LEN(all); i++)
        count_in(&sum, str_of(all[i]));
    snprintf(minor, sizeof(minor), "%lld", (long long)a->minor);
    count_in(&sum, str_of(minor));
    count_in(&sum, a->list);
    sha256_end(&sum, out);
}

static void
add(char *out, const char *what, const char *value)
{
    size_t len = strlen(out);

    if (value != NULL && value[0] != '\0' && len + 8 < ERR_TEXT_BYTES)
        snprintf(out + len, ERR_TEXT_BYTES - len, ", %s %.100s", what, value);
}

void
errand_words(const struct errand *n, int64_t errand_id, const char *again,
             char out[ERR_TEXT_BYTES])
{
    const struct service_ask *a = &n->ask;
    struct money m = { .minor = a->minor };
    char text[MONEY_TEXT_BYTES] = "", phone[LOG_MASK_BYTES] = "";

    memcpy(m.ccy, n->account->ccy, sizeof(m.ccy));
    if (a->minor > 0)
        money_text(m, text);
    if (a->phone != NULL)
        log_mask(str_of(a->phone), phone);
    snprintf(out, ERR_TEXT_BYTES, "errand %lld", (long long)errand_id);
    add(out, "amount", text);
    add(out, "from", a->from);
    add(out, "to", a->to);
    add(out, "phone", phone);
    add(out, "id", a->id);
    add(out, "state", a->state);
    add(out, "label", a->label);
    add(out, "asked for again because:", again);
}
