#ifndef CLI_APP_H
#define CLI_APP_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/err.h"
#include "book/people.h"
#include "book/run.h"
#include "cli/args.h"
#include "cli/config.h"
#include "db/cluster.h"
#include "db/db.h"

/* What a command may need; opened on demand, closed by app_close(). */
struct app {
    struct args   args;
    bool          json, live, quiet, color;
    char          dir[PATH_BYTES_MAX];      /* --dir, or the state folder     */
    bool          dir_named;                /* by --dir: nothing outside it   */
    struct config config;
    bool          config_parsed, config_ready;  /* ... and the rules too      */
    struct rules  rules;
    struct cluster cluster;                 /* when ${private_db}             */
    bool          private_db;
    char          db_url[PATH_BYTES_MAX];
    char          mark[PATH_BYTES_MAX];
    struct db    *db;
    const char   *role;                     /* whom app_db acts as: DB_AS_*;
                                               NULL: reads, changes nothing */
    struct person me;                       /* after app_me()                 */
    char as_words[USER_NAME_BYTES_MAX + 8]; /* " --as NAME" when it was said:
                                               for the commands we name       */
};

/* app_setup(app, e): after the flags were read: folder, colours, log. */
int app_setup(struct app *, struct err *);
void app_close(struct app *);

/* app_config(app, e): payrun.yaml and the rules. */
int app_config(struct app *, struct err *);

/**
 * app_db_place(app, e): which database: --db, the configuration, PG*
 * variables, else the private cluster in the folder.  Touches nothing.
 * app_db(app, e): connect.  A private cluster is made and started when it has
 * to be and brought to this program's schema; another server must have been
 * migrated by `payrun db migrate`.
 */
int app_db_place(struct app *, struct err *);
int app_db(struct app *, struct err *);

/* app_pass_on(app, words, n): append how this process was told where everything
 * is (--dir, --db, --config, --rules, --live), for a child; who acts there is
 * the login, not a person.  At most 9 words.  Returns the new number of them. */
int app_pass_on(const struct app *, const char **, int n);

/* app_mark(app): the path of this host's mark (book/lineage.h), once the place
 * of the database is known. */
const char *app_mark(struct app *);

/* app_as(app, role, e): from here on, and as soon as there is a connection, the
 * database lets us do what ${role} (DB_AS_*) may. */
int app_as(struct app *, const char *role, struct err *);

/* app_me(app, e): who is acting: the login, or --as in the sandbox; from here
 * on in that person's database role. */
int app_me(struct app *, struct err *);

/**
 * app_run(app, run, e): the run named by the first plain word, with the
 * environment checked: a live run needs --live said, a sandbox run refuses it.
 */
int app_run(struct app *, struct run *, struct err *);

/* app_env(app, live, what, e): that check alone. */
int app_env(const struct app *, bool live, const char *what, struct err *);

/* app_account(app, name, e): from the configuration (NULL: the default),
 * secrets loaded, known to the database.  NULL on failure. */
struct account *app_account(struct app *, const char *, struct err *);

/* app_json_setup(): before anything is made with jansson. */
void app_json_setup(void);

/* app_json(app, root): print ${root} (taken over) on one line with its schema
 * version.  Return 0 or -1: ERR_IO, or ERR_TEMP when there was no memory for
 * some part of it since the last one. */
int app_json(const struct app *, json_t *, struct err *);

/* Words on stderr, unless --quiet or --json. */
void app_say(const struct app *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* json_error(e): {kind, text, fix, exit}, the member "error" of an answer. */
json_t *json_error(const struct err *);

/* JSON pieces that several commands use; amounts are exact text. */
json_t *json_money(int64_t minor, const char *ccy);
json_t *json_run(const struct run *);

#endif
