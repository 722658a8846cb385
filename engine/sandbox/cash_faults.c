#include "sandbox/cash_faults.h"

#include "base/crypto.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const char *const calls[] = {
    [CALL_B2C] = "b2c", [CALL_GET] = "get_transactions",
    [CALL_UPDATE] = "update_transaction", [CALL_POST] = "post_transaction",
    [CALL_CHECKOUT] = "checkout", [CALL_SMS] = "sms",
    [CALL_TRANSFER] = "intiate_transfer", [CALL_CALLBACK] = "callback",
    [CALL_ANY] = "any",
};

static const char *const kinds[] = {
    [CASH_DROP_BEFORE] = "drop_before", [CASH_DROP_AFTER] = "drop_after",
    [CASH_STATUS] = "status",           [CASH_DELAY] = "delay",
    [CASH_TRUNCATE] = "truncate",       [CASH_GARBAGE] = "garbage",
    [CASH_HTML] = "html",               [CASH_DRIP] = "drip",
    [CASH_REPEAT] = "repeat",           [CASH_DROP] = "drop",
    [CASH_FORGE] = "forge",             [CASH_LATE] = "late",
    [CASH_CONTRADICT] = "contradict",
};

/* Its whole numbers: where each is kept and what it may be. */
static const struct {
    const char *name;
    size_t      at;
    int64_t     usual, least, most;
} numbers[] = {
    { "http", offsetof(struct cash_fault, http), 503, 200, 599 },
    { "retry_after", offsetof(struct cash_fault, retry_after_s), 0, 0, 86400 },
    { "delay_ms", offsetof(struct cash_fault, delay_ms), 1000, 0,
      CASH_DELAY_MS_MAX },
    { "skip", offsetof(struct cash_fault, skip), 0, 0, INT64_MAX },
    { "times", offsetof(struct cash_fault, times), 1, 0, INT64_MAX },
    { "copies", offsetof(struct cash_fault, copies), 2, 1, CASH_COPIES_MAX },
    { "per_mille", offsetof(struct cash_fault, per_mille), 1000, 0, 1000 },
    { "seed", offsetof(struct cash_fault, seed), 1, 0, UINT32_MAX },
};

const char *
cash_faults_call_name(enum cash_call call)
{
    return calls[call];
}

const char *
cash_faults_kind_name(enum cash_fault_kind kind)
{
    return kinds[kind];
}

static int64_t *
number_of(struct cash_fault *f, size_t i)
{
    return (int64_t *)(void *)((char *)f + numbers[i].at);
}

static int
place(const char *const *names, size_t n, const json_t *v)
{
    for (size_t i = 0; i < n; i++)
        if (json_is_string(v) && strcmp(names[i], json_string_value(v)) == 0)
            return (int)i;
    return -1;
}

static void
wants(struct buf *why, const char *name, const char *const *names, size_t n)
{
    buf_printf(why, "%s is one of", name);
    for (size_t i = 0; i < n; i++)
        buf_printf(why, " %s", names[i]);
}

static int
fault_numbers(struct cash_fault *f, const json_t *order, struct buf *why)
{
    for (size_t i = 0; i < LEN(numbers); i++) {
        const json_t *v = json_object_get(order, numbers[i].name);
        int64_t n = v != NULL ? json_integer_value(v) : numbers[i].usual;

        if ((v != NULL && !json_is_integer(v)) || n < numbers[i].least
            || n > numbers[i].most) {
            buf_printf(why, "%s is a whole number from %lld to %lld",
                       numbers[i].name, (long long)numbers[i].least,
                       (long long)numbers[i].most);
            return -1;
        }
        *number_of(f, i) = n;
    }
    return 0;
}

int
cash_faults_add(struct cash_faults *all, const json_t *order, struct buf *why)
{
    struct cash_fault f = { 0 };
    int on = place(calls, LEN(calls), json_object_get(order, "on"));
    int kind = place(kinds, LEN(kinds), json_object_get(order, "do"));
    const json_t *phone = json_object_get(order, "account");

    if (phone == NULL)
        phone = json_object_get(order, "phone");
    if (on < 0) {
        wants(why, "on", calls, LEN(calls));
        return -1;
    }
    if (kind < 0 || (on == CALL_CALLBACK) != (kind >= CASH_REPEAT)) {
        wants(why, "do", on == CALL_CALLBACK ? kinds + CASH_REPEAT : kinds,
              on == CALL_CALLBACK ? LEN(kinds) - CASH_REPEAT : CASH_REPEAT);
        return -1;
    }
    if (fault_numbers(&f, order, why) < 0)
        return -1;
    if (str_copy(f.phone, sizeof(f.phone),
                 str_of(json_string_value(phone))) < 0) {
        buf_text(why, "account is a phone number");
        return -1;
    }
    if (all->n == CASH_FAULTS_MAX) {
        buf_printf(why, "there are %d faults already", CASH_FAULTS_MAX);
        return -1;
    }
    f.on = (enum cash_call)on;
    f.kind = (enum cash_fault_kind)kind;
    all->list[all->n++] = f;
    return 0;
}

/* The nth request of a seed always has the same luck. */
static bool
lucky(const struct cash_fault *f)
{
    uint64_t text[2] = { (uint64_t)f->seed, (uint64_t)f->seen };

    if (f->per_mille == 1000)
        return true;
    return (int64_t)(hash64((struct str){ (const char *)text, sizeof(text) })
                     % 1000) < f->per_mille;
}

static bool
fires(struct cash_fault *f, cash_about about, const void *owner)
{
    if (f->phone[0] != '\0' && !about(owner, str_of(f->phone)))
        return false;
    f->seen++;
    if (f->seen <= f->skip || (f->times > 0 && f->fired >= f->times)
        || !lucky(f))
        return false;
    f->fired++;
    return true;
}

const struct cash_fault *
cash_faults_hit(struct cash_faults *all, enum cash_call call,
                cash_about about, const void *owner)
{
    for (int i = 0; i < all->n; i++) {
        struct cash_fault *f = &all->list[i];

        if ((f->on == call || f->on == CALL_ANY) && fires(f, about, owner))
            return f;
    }
    return NULL;
}

const struct cash_fault *
cash_faults_callback(struct cash_faults *all, enum cash_fault_kind kind,
                     cash_about about, const void *owner)
{
    for (int i = 0; i < all->n; i++) {
        struct cash_fault *f = &all->list[i];

        if (f->kind == kind && fires(f, about, owner))
            return f;
    }
    return NULL;
}

void
cash_faults_json(struct buf *out, const struct cash_faults *all)
{
    buf_text(out, "{\"faults\":[");
    for (int i = 0; i < all->n; i++) {
        struct cash_fault f = all->list[i];

        buf_printf(out, "%s{\"on\":\"%s\",\"do\":\"%s\"", i > 0 ? "," : "",
                   calls[f.on], kinds[f.kind]);
        for (size_t n = 0; n < LEN(numbers); n++)
            buf_printf(out, ",\"%s\":%lld", numbers[n].name,
                       (long long)*number_of(&f, n));
        buf_text(out, ",\"account\":");
        buf_json(out, str_of(f.phone));
        buf_printf(out, ",\"seen\":%lld,\"fired\":%lld}", (long long)f.seen,
                   (long long)f.fired);
    }
    buf_text(out, "]}");
}
