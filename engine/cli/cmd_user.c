#include "cli/cmds.h"

const struct opt user_add_opts[] = {
    { "role", "maker|checker|auditor|admin", "what the person may do", false },
    { NULL, NULL, NULL, false }
};

struct listing { json_t *list; bool json, has_admin; };

static int
note_person(void *owner, const struct person *p)
{
    struct listing *l = owner;

    l->has_admin = l->has_admin || strcmp(p->role, "admin") == 0;
    if (l->json)
        return json_array_append_new(l->list,
            json_pack("{s:s, s:s, s:b}", "name", p->name, "role", p->role,
                      "disabled", p->disabled));
    if (l->list != NULL)
        printf("%-20s %-8s%s\n", p->name, p->role,
               p->disabled ? "  disabled" : "");
    return 0;
}

/* The first people are added by whoever owns the database; once there is an
 * admin, only an admin adds more. */
static int
may_add(struct app *app, const char **actor, struct err *e)
{
    struct listing look = { NULL, false, false };

    *actor = "setup";
    if (app_db(app, e) < 0 || person_each(app->db, note_person, &look, e) < 0)
        return -1;
    if (!look.has_admin)
        return db_become(app->db, NULL, e);
    if (app_me(app, e) < 0)
        return -1;
    *actor = app->me.name;
    if (strcmp(app->me.role, "admin") == 0)
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s; only an admin adds people",
            app->me.name, app->me.role[0] == 'a' ? "an" : "a", app->me.role);
    return err_fix(e, "ask an admin: `payrun user list` names them");
}

int
cmd_user_add(struct app *app, struct err *e)
{
    static const char *const roles[] = { "maker", "checker", "auditor", "admin" };
    const char *role = args_value(&app->args, "role");
    const char *name = app->args.plain[0];
    const char *actor;
    struct person there;
    struct err ignored = { 0 };
    bool known = false, again;

    for (size_t i = 0; role != NULL && i < LEN(roles); i++)
        known = known || strcmp(role, roles[i]) == 0;
    if (!known) {
        err_set(e, ERR_USAGE, "--role is maker, checker, auditor or admin");
        return err_fix(e, "payrun user add %s --role maker", name);
    }
    if (may_add(app, &actor, e) < 0)
        return -1;
    /* Said twice is not wrong: a script that sets up payrun may run again. */
    again = person_find(app->db, name, &there, &ignored) == 0 &&
            strcmp(there.role, role) == 0;
    if (!again && person_add(app->db, name, role, actor, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s, s:b}", "name", name,
                                       "role", role, "added", !again), e);
    printf("%s is %s %s %s\n", name, role[0] == 'a' ? "an" : "a", role,
           again ? "already" : "now");
    return 0;
}

int
cmd_user_list(struct app *app, struct err *e)
{
    struct listing l = { json_array(), app->json, false };

    if (app_db(app, e) < 0 || person_each(app->db, note_person, &l, e) < 0) {
        json_decref(l.list);
        return -1;
    }
    if (app->json)
        return app_json(app, json_pack("{s:o}", "users", l.list), e);
    json_decref(l.list);
    return 0;
}
