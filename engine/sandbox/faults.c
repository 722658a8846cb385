#include "sandbox/faults.h"

#include <inttypes.h>

#include "base/crypto.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const char *const endpoints[] = {
    [ON_INITIATE] = "initiate",   [ON_APPROVE] = "approve",
    [ON_STATUS] = "status",       [ON_CANCEL] = "cancel",
    [ON_WALLETS] = "wallets",     [ON_STATEMENT] = "statement",
    [ON_TRANSFER] = "transfer",   [ON_COLLECT] = "collect",
    [ON_CHECKOUT] = "checkout",   [ON_PAYMENT] = "payment",
    [ON_CHARGEBACKS] = "chargebacks", [ON_PAYOUTS] = "payouts",
    [ON_BANKS] = "banks",         [ON_VALIDATE] = "validate",
    [ON_BENEFICIARIES] = "beneficiaries",
    [ON_ANY] = "any",             [ON_WEBHOOK] = "webhook",
    [ON_ITEM] = "item",           [ON_FILE] = "file",
};

/* One word per kind; drop is short for the webhook's own. */
static const char *const kinds[] = {
    [FAULT_DROP_BEFORE] = "drop_before", [FAULT_DROP_AFTER] = "drop_after",
    [FAULT_STATUS] = "status",           [FAULT_DELAY] = "delay",
    [FAULT_DRIP] = "drip",               [FAULT_TRUNCATE] = "truncate",
    [FAULT_GARBAGE] = "garbage",         [FAULT_HTML] = "html",
    [FAULT_FOREIGN] = "foreign",         [FAULT_WRONG_REF] = "wrong_ref",
    [FAULT_REORDER] = "reorder",         [FAULT_MISSING] = "missing",
    [HOOK_REPEAT] = "repeat",            [HOOK_DROP] = "drop",
    [HOOK_FORGE] = "forge",              [HOOK_SHUFFLE] = "shuffle",
    [HOOK_LATE] = "late",                [HOOK_CONTRADICT] = "contradict",
    [FILE_FAILS] = "bf102",              [FILE_FLOAT] = "bf105",
    [FILE_FLOAT_LATE] = "bf107",         [ITEM_PLOT] = "",
};

const char *
faults_endpoint_name(enum endpoint on)
{
    return endpoints[on];
}

const char *
faults_kind_name(const struct fault *f)
{
    return f->kind == ITEM_PLOT ? plot_name(f->plot) : kinds[f->kind];
}

static int
name_place(const char *const *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(names[i]), name))
            return (int)i;
    return -1;
}

int
faults_endpoint_read(enum endpoint *out, struct str name)
{
    int at = name_place(endpoints, LEN(endpoints), name);

    if (at < 0)
        return -1;
    *out = (enum endpoint)at;
    return 0;
}

/* Which endpoint a kind goes with. */
static bool
kind_fits(enum fault_kind kind, enum endpoint on)
{
    if (on == ON_ITEM)
        return false;
    if (on == ON_FILE)
        return kind >= FILE_FAILS;
    if (on == ON_WEBHOOK)
        return kind >= HOOK_REPEAT && kind < FILE_FAILS;
    return kind < HOOK_REPEAT;
}

int
faults_kind_read(struct fault *f, struct str name)
{
    int at;

    if (f->on == ON_ITEM) {
        f->kind = ITEM_PLOT;
        return plot_read(&f->plot, name);
    }
    at = name_place(kinds, LEN(kinds), name);
    if (at < 0 || !kind_fits((enum fault_kind)at, f->on))
        return -1;
    f->kind = (enum fault_kind)at;
    return 0;
}

int
faults_add(struct faults *all, const struct fault *f)
{
    if (all->n == FIGURE_FAULTS_MAX)
        return -1;
    all->list[all->n++] = *f;
    return 0;
}

void
faults_clear(struct faults *all)
{
    all->n = 0;
}

/* For repeat, times says how many copies; shuffling is for all or none. */
static bool
fault_lasts(enum fault_kind kind)
{
    return kind == HOOK_REPEAT || kind == HOOK_SHUFFLE;
}

/* No chance in it: the same seed draws the same ones again.  A payment is
 * drawn by what it is, anything else by how many came before it. */
static bool
fault_drawn(const struct fault *f, struct str account, int64_t minor)
{
    char text[96];

    if (f->per_mille == 0)
        return true;
    snprintf(text, sizeof(text), "%" PRId64 "|%.*s|%" PRId64, f->seed,
             STR_ARG(account), f->on == ON_ITEM ? minor : f->seen);
    return hash64(str_of(text)) % 1000 < (uint64_t)f->per_mille;
}

/* Count what fits ${f}; does it fire? */
static bool
fault_counts(struct fault *f, struct str account, int64_t minor)
{
    f->seen++;
    if (f->seen <= f->skip)
        return false;
    if (f->times > 0 && f->fired >= f->times && !fault_lasts(f->kind))
        return false;
    if (!fault_drawn(f, account, minor))
        return false;
    f->fired++;
    return true;
}

static bool
fault_fires(struct fault *f, const struct payfile *about)
{
    if (f->account[0] != '\0'
        && (about == NULL || !payfile_pays(about, str_of(f->account))))
        return false;
    return fault_counts(f, STR(""), 0);
}

const struct fault *
faults_hit(struct faults *all, enum endpoint on, const struct payfile *about)
{
    for (int i = 0; i < all->n; i++) {
        struct fault *f = &all->list[i];

        if ((f->on == on || (f->on == ON_ANY && on < ON_ANY))
            && fault_fires(f, about))
            return f;
    }
    return NULL;
}

enum plot
faults_plot(struct faults *all, struct str account, int64_t minor,
            enum plot plot)
{
    for (int i = 0; i < all->n; i++) {
        struct fault *f = &all->list[i];

        if (f->on == ON_ITEM
            && (f->account[0] == '\0' || str_eq(str_of(f->account), account))
            && fault_counts(f, account, minor))
            return f->plot;
    }
    return plot;
}

const struct fault *
faults_hook(struct faults *all, enum fault_kind kind,
            const struct payfile *about)
{
    for (int i = 0; i < all->n; i++) {
        struct fault *f = &all->list[i];

        if (f->on == ON_WEBHOOK && f->kind == kind && fault_fires(f, about))
            return f;
    }
    return NULL;
}

bool
faults_has(const struct faults *all, enum fault_kind kind)
{
    for (int i = 0; i < all->n; i++)
        if (all->list[i].kind == kind)
            return true;
    return false;
}

void
faults_json(struct buf *out, const struct faults *all)
{
    buf_text(out, "{\"faults\":[");
    for (int i = 0; i < all->n; i++) {
        const struct fault *f = &all->list[i];

        buf_printf(out, "%s{\"on\":\"%s\",\"do\":\"%s\",\"http\":%d,"
                   "\"retry_after\":%" PRId64 ",\"delay_ms\":%" PRId64
                   ",\"bytes\":%" PRId64 ",\"skip\":%" PRId64
                   ",\"times\":%" PRId64 ",\"per_mille\":%" PRId64
                   ",\"seed\":%" PRId64 ",\"account\":", i > 0 ? "," : "",
                   faults_endpoint_name(f->on), faults_kind_name(f),
                   f->http, f->retry_after_s, f->delay_ms, f->bytes, f->skip,
                   f->times, f->per_mille, f->seed);
        buf_json(out, str_of(f->account));
        buf_printf(out, ",\"seen\":%" PRId64 ",\"fired\":%" PRId64 "}",
                   f->seen, f->fired);
    }
    buf_text(out, "]}");
}
