#include "cli/drop_turn.h"

#include "cli/phrase.h"
#include "schedule/standing.h"

/* As an upload by hand without flags would have it. */
static int
order(void *owner, const struct drop_folder *f, struct intake_order *o,
      struct err *e)
{
    struct drop_look *l = owner;
    struct app *app = l->app;
    char today[16];
    const struct routing_order r = {
        .own = app_account(app, f->account, e), .all = app->config.accounts,
        .nall = app->config.naccounts, .routes = app->config.routes,
        .nroutes = app->config.nroutes, .rules = &app->rules, .day = today
    };

    phrase_today(today);
    if (r.own == NULL)
        return -1;
    o->account = r.own;
    o->routing = &l->routing;
    o->rules = &l->routing.rules;
    return routing_make(&l->routing, &r, e);
}

static void
tell(void *owner, const struct drop_result *r)
{
    struct drop_look *l = owner;

    if (l->files != NULL)
        json_array_append_new(l->files, json_pack(
            "{s:s, s:s, s:s, s:s, s:s}", "folder", r->folder->path, "file",
            r->name, "state", r->state, "run", r->ref, "note", r->note));
    if (l->app->json)
        return;
    printf("%s/%s: %s%s%s%s%s\n", r->folder->path, r->name, r->state,
           r->ref[0] != '\0' ? ", run " : "", r->ref,
           r->note[0] != '\0' ? ": " : "", r->note);
}

static int
note_folder(void *owner, const struct drop_folder *f)
{
    struct drop_look *l = owner;

    l->barred = l->barred || f->live == l->app->live;
    return 0;
}

int
drop_look(struct drop_look *l, const char *actor, struct err *e)
{
    if (!db_may_become(l->app->db, DB_AS_MAKER))
        return drop_folder_each(l->app->db, "", note_folder, l, e);
    if (app_as(l->app, DB_AS_MAKER, e) < 0)
        return -1;
    l->drop = (struct drop){ .db = l->app->db, .live = l->app->live,
                             .owner = actor, .order = order, .tell = tell,
                             .to = l };
    if (drop_turn(&l->drop, e) < 0)
        return -1;
    return standing_turn(l->app->db, l->app->live, &l->approved, e);
}
