#include "cli/due_at.h"

#include "cli/config_calendar.h"
#include "schedule/calendar.h"

int
due_at(const struct app *app, char out[DUE_AT_BYTES], struct err *e)
{
    const char *text = args_value(&app->args, "now");
    char wall[CALENDAR_WALL_BYTES];
    struct wall w;

    out[0] = '\0';
    if (text == NULL)
        return 0;
    if (app->live)
        return err_set(e, ERR_USAGE, "--now is for the sandbox; with --live "
                       "it is the time it is");
    if (wall_read(&w, str_of(text)) < 0) {
        err_set(e, ERR_USAGE, "--now \"%s\" is not a time", text);
        return err_fix(e, "write it as \"2026-11-27 20:00\"");
    }
    wall_text(&w, wall);
    snprintf(out, DUE_AT_BYTES, "%s Africa/Nairobi", wall);
    return 0;
}

int
due_days(struct app *app, struct days *days, struct err *e)
{
    if (app_config(app, e) < 0)
        return -1;
    return config_calendar(days, app->config.calendar_path[0] != '\0' ?
                           app->config.calendar_path : NULL, e);
}
