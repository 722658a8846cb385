#include "report/metrics.h"

#include "base/clock.h"
#include "db/sql.h"

/* A family: its name in the database, at Prometheus, and what it says. */
static const struct family {
    const char *figure, *name, *type, *label, *help;
} families[] = {
    { "runs", "payrun_runs", "gauge", "state", "Runs by state." },
    { "batches_open", "payrun_batches_open", "gauge", "state",
      "Batches without their end, by state." },
    { "payments", "payrun_payments_total", "counter", "outcome",
      "Payments that ended, by outcome." },
    { "paid_minor", "payrun_paid_minor_units_total", "counter", "currency",
      "What was paid, in minor units: cents." },
    { "doubt", "payrun_payments_in_doubt", "gauge", NULL,
      "Payments nobody knows the end of." },
    { "doubt_oldest", "payrun_in_doubt_oldest_seconds", "gauge", NULL,
      "For how long the oldest of them has been in doubt." },
    { "lane_closed", "payrun_lane_closed", "gauge", "account",
      "1: nothing is sent from the account." },
    { "paused", "payrun_sending_paused", "gauge", NULL,
      "1: everything stands still." },
    { "frozen", "payrun_sending_frozen", "gauge", NULL,
      "1: payrun froze sending, because somebody was paid twice." },
    { "due", "payrun_runs_due", "gauge", NULL,
      "Runs being paid whose pay date has come." },
    { "workers", "payrun_workers", "gauge", NULL,
      "Workers that gave a sign of life within 30 seconds." },
    { "callbacks_waiting", "payrun_callbacks_waiting", "gauge", NULL,
      "Callbacks nobody has looked at." },
    { "events_waiting", "payrun_events_waiting", "gauge", NULL,
      "Messages still to be told." },
    { "events_given_up", "payrun_events_given_up", "gauge", NULL,
      "Messages that no channel took." },
    { "alerts", "payrun_alerts_total", "counter", "kind",
      "Alerts since the beginning, by kind." },
    { "backup_age", "payrun_backup_age_seconds", "gauge", NULL,
      "Age of the newest backup that was found good." },
    { "schema_step", "payrun_schema_step", "gauge", NULL,
      "The newest schema step of the database." }
};

struct writing {
    struct buf *out;
    const struct family *open;          /* whose head stands there            */
    char    name[48], label[256];
    int64_t value;
};

static void
put_label(struct buf *b, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '"')
            buf_char(b, '\\');
        if (*text == '\n')
            buf_text(b, "\\n");
        else
            buf_char(b, *text);
    }
}

static const struct family *
family_of(const char *figure)
{
    for (size_t i = 0; i < LEN(families); i++)
        if (strcmp(families[i].figure, figure) == 0)
            return &families[i];
    return NULL;
}

static int
figure_row(void *cls)
{
    struct writing *w = cls;
    const struct family *f = family_of(w->name);

    if (f == NULL)
        return -1;                      /* the step and this file disagree */
    if (f != w->open)
        buf_printf(w->out, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help,
                   f->name, f->type);
    w->open = f;
    buf_text(w->out, f->name);
    if (f->label != NULL) {
        buf_printf(w->out, "{%s=\"", f->label);
        put_label(w->out, w->label);
        buf_text(w->out, "\"}");
    }
    buf_printf(w->out, " %lld\n", (long long)w->value);
    return 0;
}

int
metrics_write(struct db *db, struct buf *out, struct err *e)
{
    struct writing w = { .out = out };
    const struct db_col cols[] = {
        C_TEXT("name", w.name), C_TEXT("label", w.label),
        C_I64("value", &w.value)
    };

    if (db_each(db, sql_figures, NULL, 0, cols, LEN(cols), figure_row, &w)
        < DB_NONE)
        return db_fail(db, e, "counting");
    buf_printf(out, "# HELP payrun_up 1: payrun and its database answer.\n"
               "# TYPE payrun_up gauge\npayrun_up 1\n"
               "# HELP payrun_told_timestamp_seconds When these were counted.\n"
               "# TYPE payrun_told_timestamp_seconds gauge\n"
               "payrun_told_timestamp_seconds %lld\n",
               (long long)(clock_wall_us() / 1000000));
    return out->failed ? err_oom(e) : 0;
}
