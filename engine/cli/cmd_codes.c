/* What the providers' codes mean, and which were seen that nobody knows. */
#include "cli/cmds.h"

#include <inttypes.h>

#include "db/sql.h"
#include "providers/provider.h"

const struct opt codes_opts[] = {
    { "unknown", NULL, "only codes that came in and are in no table", false },
    { NULL, NULL, NULL, false }
};

static const char *
item_means(int fate)
{
    switch ((enum item_fate)fate) {
    case ITEM_UNTOUCHED: return "waits";
    case ITEM_MOVING:    return "under way";
    case ITEM_PAID:      return "paid";
    case ITEM_FAILED:    return "failed";
    case ITEM_CANCELLED: return "cancelled";
    case ITEM_IN_DOUBT:  return "in doubt";
    }
    return "";
}

static const char *
file_means(int phase)
{
    switch ((enum file_phase)phase) {
    case FILE_READING: return "being read";
    case FILE_WAITING: return "waits for approval";
    case FILE_MOVING:  return "under way";
    case FILE_DONE:    return "finished";
    case FILE_DEAD:    return "ended unsent";
    case FILE_UNKNOWN: return "unknown";
    }
    return "";
}

static void
tell_table(const struct app *app, json_t *list, const struct provider *p,
           const struct code_row *rows, const char *what,
           const char *(*means)(int))
{
    for (const struct code_row *r = rows; r != NULL && r->code != NULL; r++) {
        if (app->json)
            json_array_append_new(list,
                json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
                          "provider", p->name, "of", what, "code", r->code,
                          "means", means(r->fate), "text", r->meaning,
                          "todo", r->todo, "iso20022", r->iso));
        else
            printf("%-9s %-8s %-13s %-18s %-4s %s.%s%s\n", p->name, what,
                   r->code, means(r->fate), r->iso, r->meaning,
                   r->todo[0] != '\0' ? "  " : "", r->todo);
    }
}

/* One code as it came in. */
struct seen {
    const struct app *app;
    json_t  *list;
    int      unknown;
    char     provider[24], what[16], code[64], first_at[24], last_at[24];
    char     batch[48], words[256];
    int64_t  n;
};

static bool
is_known(const struct seen *s)
{
    const struct provider *p = provider_named(s->provider);

    if (p == NULL)
        return false;
    /* A payment that ended with its file carries the file's code. */
    return provider_file_code(p, s->code) != NULL
        || (strcmp(s->what, "file") != 0
            && provider_item_code(p, s->code) != NULL);
}

static int
note_seen(void *cls)
{
    struct seen *s = cls;

    if (is_known(s))
        return 0;
    s->unknown++;
    if (s->app->json)
        return json_array_append_new(s->list,
            json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s}",
                      "provider", s->provider, "of", s->what, "code", s->code,
                      "times", (json_int_t)s->n, "first", s->first_at, "last",
                      s->last_at, "batch", s->batch, "text", s->words));
    printf("%-9s %-8s %-13s %6" PRId64 " x  %s to %s  first in %s  %s\n",
           s->provider, s->what, s->code, s->n, s->first_at, s->last_at,
           s->batch, s->words);
    return 0;
}

static int
tell_unknown(struct app *app, json_t *list, struct err *e)
{
    struct seen s = { .app = app, .list = list };
    const struct db_col cols[] = {
        C_TEXT("provider", s.provider), C_TEXT("what", s.what),
        C_TEXT("code", s.code), C_I64("n", &s.n),
        C_TEXT("first_at", s.first_at), C_TEXT("last_at", s.last_at),
        C_TEXT("batch", s.batch), C_TEXT("words", s.words)
    };

    if (app_db(app, e) < 0)
        return -1;
    if (db_each(app->db, sql_codes_seen, NULL, 0, cols, LEN(cols), note_seen,
                &s) < DB_NONE)
        return db_fail(app->db, e, "looking for unknown codes");
    if (!app->json && s.unknown == 0)
        puts("none: every code that came in is in the tables (payrun codes)");
    else if (!app->json)
        printf("\n%d unknown code%s: what carries one is in doubt. Ask the "
               "provider what it means.\n", s.unknown,
               s.unknown == 1 ? "" : "s");
    return 0;
}

int
cmd_codes(struct app *app, struct err *e)
{
    json_t *list = json_array();
    bool unknown = args_has(&app->args, "unknown");

    if (unknown && tell_unknown(app, list, e) < 0) {
        json_decref(list);
        return -1;
    }
    for (int i = 0; !unknown && providers[i] != NULL; i++) {
        const struct provider *p = providers[i];

        tell_table(app, list, p, p->file_codes, "file", file_means);
        tell_table(app, list, p, p->item_codes, "payment", item_means);
    }
    if (app->json)
        return app_json(app, json_pack("{s:o}", unknown ? "unknown" : "codes",
                                       list), e);
    json_decref(list);
    return 0;
}
