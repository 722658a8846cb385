#include "cli/cmds.h"

#include <stdarg.h>

#include "cli/doctor.h"
#include "cli/phrase.h"

#define DOCTOR_TEXT_BYTES (2 * ERR_TEXT_BYTES)

const struct opt doctor_opts[] = {
    { "account", "NAME", "look at this funding account only", false },
    { NULL, NULL, NULL, false }
};

static const char *const marks[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_FAIL] = "FAIL"
};
static const char *const words[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_FAIL] = "fail"
};

static void __attribute__((format(printf, 6, 0)))
say(struct doctor *d, enum doctor_mark mark, const char *check,
    const char *of, const char *fix, const char *fmt, va_list args)
{
    char text[DOCTOR_TEXT_BYTES], name[80];

    vsnprintf(text, sizeof(text), fmt, args);
    snprintf(name, sizeof(name), "%s%s%s", check, of[0] != '\0' ? " " : "",
             of);
    d->counts[mark]++;
    json_array_append_new(d->list, json_pack(
        "{s:s, s:s, s:s, s:s, s:s}", "check", check, "account", of, "result",
        words[mark], "text", text, "fix", fix));
    if (d->app->json || (d->app->quiet && mark == DOCTOR_OK))
        return;
    printf("%-5s %-24s %s\n", marks[mark], name, text);
    if (fix[0] != '\0')
        printf("        fix: %s\n", fix);
}

void
doctor_ok(struct doctor *d, const char *check, const char *of,
          const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(d, DOCTOR_OK, check, of, "", fmt, args);
    va_end(args);
}

void
doctor_warn(struct doctor *d, const char *check, const char *of,
            const char *fix, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(d, DOCTOR_WARN, check, of, fix, fmt, args);
    va_end(args);
}

void
doctor_fail(struct doctor *d, enum err_kind kind, const char *check,
            const char *of, const char *fix, const char *fmt, ...)
{
    va_list args;

    if (kind == ERR_UNAVAILABLE || kind == ERR_TEMP)
        d->away = true;
    else
        d->wrong = true;
    d->guard = d->guard || kind == ERR_GUARD;
    va_start(args, fmt);
    say(d, DOCTOR_FAIL, check, of, fix, fmt, args);
    va_end(args);
}

void
doctor_err(struct doctor *d, const char *check, const char *of,
           const struct err *e)
{
    doctor_fail(d, e->kind, check, of, e->fix[0] != '\0' ? e->fix :
                e->kind == ERR_CONFIG ? "correct it where it says" :
                "try again; payrun doctor tells when it works", "%s", e->text);
}

bool
doctor_wants(const struct doctor *d, int i)
{
    return d->only == NULL
        || strcmp(d->app->config.accounts[i].name, d->only) == 0;
}

/* What must be mended comes before what may come back by itself. */
static int
verdict(const struct doctor *d)
{
    return d->wrong ? ERR_CONFIG : d->away ? ERR_UNAVAILABLE : 0;
}

static int
finish(struct doctor *d, struct err *e)
{
    char fails[PHRASE_BYTES], warns[PHRASE_BYTES];
    json_t *list = d->list;

    d->list = NULL;
    if (d->app->json)
        return app_json(d->app, json_pack(
            "{s:i, s:i, s:i, s:i, s:o}", "ok", d->counts[DOCTOR_OK], "warn",
            d->counts[DOCTOR_WARN], "fail", d->counts[DOCTOR_FAIL], "exit",
            verdict(d), "checks", list), e) < 0 ? -1 : verdict(d);
    json_decref(list);
    phrase_count(d->counts[DOCTOR_FAIL], "thing does not work",
                 "things do not work", fails);
    phrase_count(d->counts[DOCTOR_WARN], "warning", "warnings", warns);
    if (d->counts[DOCTOR_FAIL] == 0 && d->counts[DOCTOR_WARN] == 0)
        puts("\nall is well");
    else
        printf("\n%s, %s\n", fails, warns);
    return verdict(d);
}

int
cmd_doctor(struct app *app, struct err *e)
{
    struct doctor d = { .app = app, .list = json_array(),
                        .only = args_value(&app->args, "account") };

    if (d.list == NULL)
        return err_oom(e);
    doctor_host(&d);
    if (doctor_config(&d)) {
        doctor_secrets(&d);
        doctor_database(&d);
        if (d.schema_ok) {
            doctor_book(&d);
            doctor_lineage(&d);
            doctor_told(&d);
        }
        doctor_providers(&d);
    }
    db_close(d.db);
    return finish(&d, e);
}
