#include "sandbox/rules.h"

#include <inttypes.h>

#include "money/money.h"
#include "sandbox/ask.h"
#include "sandbox/shape.h"

#define LATENCY_MS_MAX (60 * 60 * 1000)

static void
tariff_json(struct buf *out, const struct tariff *t)
{
    shape_money(out, "{\"min\":", t->min_minor, false);
    shape_money(out, ",\"max\":", t->max_minor, false);
    buf_text(out, ",\"charges\":[");
    for (int i = 0; i < t->nbands; i++) {
        buf_text(out, i > 0 ? ",{" : "{");
        if (t->bands[i].upto_minor > 0) {
            shape_money(out, "\"to\":", t->bands[i].upto_minor, false);
            buf_char(out, ',');
        }
        shape_money(out, "\"charge\":", t->bands[i].charge_minor, false);
        buf_char(out, '}');
    }
    buf_text(out, "]}");
}

void
rules_json(struct buf *out, const struct sandbox *s)
{
    buf_char(out, '{');
    switches_json(out, &s->switches);
    shape_bool(out, ",\"webhooks\":", !s->hooks.dashboard.off
               && !s->hooks.callback.off);
    shape_bool(out, ",\"long_way\":", s->play.long_way);
    buf_printf(out, ",\"latency_ms\":%" PRId64 ",\"fail_per_mille\":%d,"
               "\"rails\":{", s->play.latency_ms, s->play.fail_per_mille);
    for (int i = 0; i < FIGURE_RAILS; i++) {
        buf_printf(out, "%s\"%s\":", i > 0 ? "," : "", rails_at(i)->name);
        tariff_json(out, &s->play.tariffs[i]);
    }
    buf_text(out, "}}");
}

/* An amount that may be 0; untouched when it is not given. */
static int
read_minor(int64_t *out, const json_t *o, const char *key, struct refusal *r)
{
    if (json_object_get(o, key) == NULL)
        return 0;
    if (minor_parse(out, ask_text(o, key), 2) < 0 || *out < 0)
        return refusal_field(r, key, "An amount such as \"15.00\".");
    return 0;
}

/* [{"to":"1000.00","charge":"15.00"}, {"charge":"25.00"}], rising. */
static int
read_bands(struct tariff *t, const json_t *list, struct refusal *r)
{
    size_t n = json_array_size(list);

    if (list == NULL)
        return 0;
    if (!json_is_array(list) || n > FIGURE_BANDS_MAX)
        return refusal_field(r, "charges", "A list of at most %d bands.",
                             FIGURE_BANDS_MAX);
    /* A list replaces the whole tariff: bands have no names. */
    memset(t->bands, 0, sizeof(t->bands));
    t->nbands = (int)n;
    for (size_t i = 0; i < n; i++) {
        struct band *band = &t->bands[i];
        const json_t *v = json_array_get(list, i);

        if (read_minor(&band->upto_minor, v, "to", r) < 0
            || read_minor(&band->charge_minor, v, "charge", r) < 0)
            return -1;
        if ((band->upto_minor == 0) != (i == n - 1)
            || (i > 0 && band->upto_minor > 0
                && band->upto_minor <= t->bands[i - 1].upto_minor))
            return refusal_field(r, "charges", "Each \"to\" above the one "
                                 "before it, and the last band without.");
    }
    return 0;
}

static int
read_rails(struct play *p, const json_t *rails, struct refusal *r)
{
    const char *name;
    json_t *v;

    json_object_foreach((json_t *)(uintptr_t)rails, name, v) {
        const struct rail *rail = rails_find(str_of(name));
        struct tariff *t;

        if (rail == NULL)
            return refusal_field(r, "rails", "\"%.40s\" is not a rail.", name);
        t = &p->tariffs[rail->n];
        if (read_minor(&t->min_minor, v, "min", r) < 0
            || read_minor(&t->max_minor, v, "max", r) < 0
            || read_bands(t, json_object_get(v, "charges"), r) < 0)
            return -1;
    }
    return 0;
}

static int
read_play(struct play *p, const json_t *o, struct refusal *r)
{
    const json_t *long_way = json_object_get(o, "long_way");
    int64_t fail = p->fail_per_mille;

    if (ask_i64(&p->latency_ms, o, "latency_ms") < 0 || p->latency_ms < 0
        || p->latency_ms > LATENCY_MS_MAX)
        return refusal_field(r, "latency_ms", "From 0 to %d.",
                             LATENCY_MS_MAX);
    if (ask_i64(&fail, o, "fail_per_mille") < 0 || fail < 0 || fail > 1000)
        return refusal_field(r, "fail_per_mille", "From 0 to 1000.");
    p->fail_per_mille = (int)fail;
    if (long_way != NULL && !json_is_boolean(long_way))
        return refusal_field(r, "long_way", "true or false.");
    if (long_way != NULL)
        p->long_way = json_is_true(long_way);
    return read_rails(p, json_object_get(o, "rails"), r);
}

/* A slip in a name must not pass for a switch: GET shows all there are. */
static int
check_names(const struct sandbox *s, const json_t *o, struct refusal *r)
{
    struct buf text;
    json_t *known;
    const char *name;
    json_t *v;
    int rc = 0;

    buf_init(&text, FIGURE_ANSWER_BYTES_MAX);
    rules_json(&text, s);
    known = json_loadb(text.p, text.len, 0, NULL);
    json_object_foreach((json_t *)(uintptr_t)o, name, v)
        if (rc == 0 && json_object_get(known, name) == NULL)
            rc = refusal_field(r, name, "There is no such switch.");
    json_decref(known);
    buf_release(&text);
    return rc;
}

/* Read into copies first: a refused request changes nothing. */
int
rules_read(struct sandbox *s, const json_t *o, struct refusal *r)
{
    struct switches sw = s->switches;
    struct play play = s->play;
    const json_t *hooks = json_object_get(o, "webhooks");

    if (check_names(s, o, r) < 0 || switches_read(&sw, o, r) < 0
        || read_play(&play, o, r) < 0)
        return -1;
    if (hooks != NULL && !json_is_boolean(hooks))
        return refusal_field(r, "webhooks", "true or false.");
    if (hooks != NULL)
        webhook_switch(&s->hooks, json_is_true(hooks));
    s->switches = sw;
    s->play = play;
    return 0;
}
