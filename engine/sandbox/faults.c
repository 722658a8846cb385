#include "sandbox/faults.h"

#include <inttypes.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const char *const endpoints[] = {
    [ON_INITIATE] = "initiate", [ON_APPROVE] = "approve",
    [ON_STATUS] = "status",     [ON_CANCEL] = "cancel",
    [ON_WALLETS] = "wallets",   [ON_WEBHOOK] = "webhook",
    [ON_ANY] = "any",
};

/* One word per kind; drop is short for the webhook's own. */
static const char *const kinds[] = {
    [FAULT_DROP_BEFORE] = "drop_before", [FAULT_DROP_AFTER] = "drop_after",
    [FAULT_STATUS] = "status",           [FAULT_DELAY] = "delay",
    [FAULT_TRUNCATE] = "truncate",       [FAULT_GARBAGE] = "garbage",
    [FAULT_HTML] = "html",               [HOOK_REPEAT] = "repeat",
    [HOOK_DROP] = "drop",                [HOOK_FORGE] = "forge",
    [HOOK_SHUFFLE] = "shuffle",
};

const char *
faults_endpoint_name(enum endpoint on)
{
    return endpoints[on];
}

const char *
faults_kind_name(enum fault_kind kind)
{
    return kinds[kind];
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

int
faults_kind_read(enum fault_kind *out, struct str name)
{
    int at = name_place(kinds, LEN(kinds), name);

    if (at < 0)
        return -1;
    *out = (enum fault_kind)at;
    return 0;
}

bool
faults_fits(const struct fault *f)
{
    return (f->on == ON_WEBHOOK) == (f->kind >= HOOK_REPEAT);
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

/* Count this request for ${f}; does it fire? */
static bool
fault_fires(struct fault *f, const struct payfile *about)
{
    if (f->account[0] != '\0'
        && (about == NULL || !payfile_pays(about, str_of(f->account))))
        return false;
    f->seen++;
    if (f->seen <= f->skip)
        return false;
    if (f->times > 0 && f->fired >= f->times && !fault_lasts(f->kind))
        return false;
    f->fired++;
    return true;
}

const struct fault *
faults_hit(struct faults *all, enum endpoint on, const struct payfile *about)
{
    for (int i = 0; i < all->n; i++) {
        struct fault *f = &all->list[i];

        if ((f->on == on || f->on == ON_ANY) && fault_fires(f, about))
            return f;
    }
    return NULL;
}

const struct fault *
faults_hook(struct faults *all, enum fault_kind kind,
            const struct payfile *about)
{
    for (int i = 0; i < all->n; i++) {
        struct fault *f = &all->list[i];

        if (f->kind == kind && fault_fires(f, about))
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
                   ",\"skip\":%" PRId64 ",\"times\":%" PRId64
                   ",\"account\":", i > 0 ? "," : "",
                   faults_endpoint_name(f->on), faults_kind_name(f->kind),
                   f->http, f->retry_after_s, f->delay_ms, f->skip, f->times);
        buf_json(out, str_of(f->account));
        buf_printf(out, ",\"seen\":%" PRId64 ",\"fired\":%" PRId64 "}",
                   f->seen, f->fired);
    }
    buf_text(out, "]}");
}
