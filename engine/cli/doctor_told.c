/* Is somebody told, and is there a backup? */
#include "cli/doctor.h"

#include "cli/phrase.h"
#include "db/sql.h"
#include "outbox/outbox.h"

static bool
any_live(const struct doctor *d)
{
    for (int i = 0; i < d->app->config.naccounts; i++)
        if (d->app->config.accounts[i].live)
            return true;
    return false;
}

static bool
wants_alerts(const struct channel *c)
{
    for (int i = 0; i < c->nwants; i++)
        if (strcmp(c->wants[i], "alert") == 0 || strcmp(c->wants[i], "all")
            == 0)
            return true;
    return false;
}

static void
check_channels(struct doctor *d)
{
    struct config *c = &d->app->config;
    char names[ERR_TEXT_BYTES / 2] = "";
    struct err e = { 0 };
    size_t n = 0;

    for (int i = 0; i < c->nchannels && n < sizeof(names); i++)
        if (wants_alerts(&c->channels[i]))
            n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s (%s)",
                                  n > 0 ? ", " : "", c->channels[i].name,
                                  channel_way_name(c->channels[i].way));
    if (config_channel_secrets(c, &e) < 0)
        doctor_err(d, "alerts", "", &e);
    else if (names[0] != '\0')
        doctor_ok(d, "alerts", "", "go to %s; payrun events test tries them",
                  names);
    else if (any_live(d))
        doctor_warn(d, "alerts", "", "add channels: to the configuration",
                    "nobody hears of what is in doubt, of a closed lane or a "
                    "missed time");
    else
        doctor_ok(d, "alerts", "", "go to nobody; a sandbox needs nobody");
}

static void
check_told(struct doctor *d)
{
    struct deliver_left left = { 0 };
    struct err e = { 0 };

    if (d->app->config.nchannels == 0)
        return;
    if (deliver_left(d->db, d->app->config.channels, d->app->config.nchannels,
                     &left, &e) < 0)
        doctor_err(d, "messages", "", &e);
    else if (left.given_up > 0)
        doctor_warn(d, "messages", "", "payrun events list --undelivered says "
                    "why; payrun events resend --undelivered",
                    "%lld reached nobody", (long long)left.given_up);
    else if (left.unspread > 0 || left.due > 0)
        doctor_warn(d, "messages", "", "start payrun events deliver "
                    "(systemctl start payrun-events)",
                    "%lld wait to be told",
                    (long long)(left.unspread + left.due));
    else
        doctor_ok(d, "messages", "", left.later > 0 ? "some wait for their "
                  "next try" : "all are told");
}

static void
check_backup(struct doctor *d)
{
    char file[PATH_BYTES_MAX], said[ERR_TEXT_BYTES];
    int64_t age_h = 0, days = 0;
    bool good = false;
    const struct db_col cols[] = {
        C_TEXT("file", file), C_TEXT("said", said), C_BOOL("good", &good),
        C_I64("age_h", &age_h), C_I64("drill_days", &days)
    };
    enum db_status st = db_one(d->db, sql_backup_last, NULL, 0, cols,
                               LEN(cols));

    if (st == DB_NONE && !any_live(d))
        doctor_ok(d, "backup", "", "nobody looked; a sandbox needs none");
    else if (st == DB_NONE)
        doctor_warn(d, "backup", "", "payrun backup check --drill, every night",
                    "nobody has ever looked whether there is one");
    else if (st == DB_OK && (!good || age_h > BACKUP_AGE_H))
        doctor_warn(d, "backup", "", "payrun backup check says more",
                    "%s", good ? "the last look was too long ago" : said);
    else if (st == DB_OK && days < 0)
        doctor_warn(d, "backup", "", "payrun backup check --drill",
                    "it was never restored: nobody knows whether it can be");
    else if (st == DB_OK)
        doctor_ok(d, "backup", "", "%lld hours old, restored %lld days ago",
                  (long long)age_h, (long long)days);
}

void
doctor_told(struct doctor *d)
{
    check_channels(d);
    check_told(d);
    check_backup(d);
}
