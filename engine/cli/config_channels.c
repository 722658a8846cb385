#include "cli/config_channels.h"

#include "net/http.h"
#include "net/mail.h"

#define TEXT(key, m, min, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct y_channel, m, min, \
                           max)
#define TEXT_OPT(key, m, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
                           struct y_channel, m, 0, max)
#define WORDS_OPT(key, m) \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
                         struct y_channel, m, &word_schema, 1, \
                         OUTBOX_WORDS_MAX)

static const cyaml_schema_value_t word_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 255)
};
static const cyaml_schema_field_t fields[] = {
    TEXT("name", name, 1, USER_NAME_BYTES_MAX - 1),
    WORDS_OPT("command", command),
    TEXT_OPT("mail", mail, PATH_BYTES_MAX - 1),
    TEXT_OPT("from", from, 255),
    WORDS_OPT("to", to),
    TEXT_OPT("user", user, 255),
    TEXT_OPT("folder", folder, PATH_BYTES_MAX - 1),
    TEXT_OPT("webhook", webhook, PATH_BYTES_MAX - 1),
    TEXT_OPT("secret", secret, 1000),
    WORDS_OPT("events", events),
    CYAML_FIELD_END
};
const cyaml_schema_value_t config_channel_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_channel, fields)
};

static void
copy(char *to, size_t bytes, const char *text)
{
    /* libcyaml held every text to the size of its place. */
    if (text != NULL)
        str_copy(to, bytes, str_of(text));
}

static int
wrong(const char *path, const struct y_channel *y, const char *what,
      const char *fix, struct err *e)
{
    err_set(e, ERR_CONFIG, "%s: channel %s: %s", path, y->name, what);
    return err_fix(e, "%s", fix);
}

static int
fill_way(struct channel *c, const struct y_channel *y, const char *path,
         struct err *e)
{
    int ways = (y->command != NULL) + (y->mail != NULL) + (y->folder != NULL)
             + (y->webhook != NULL);

    if (ways != 1)
        return wrong(path, y, "it says not one way to tell but several, or "
                     "none", "give it one of command:, mail:, folder: and "
                     "webhook:", e);
    c->way = y->command != NULL ? CHANNEL_COMMAND
           : y->mail != NULL ? CHANNEL_MAIL
           : y->folder != NULL ? CHANNEL_FOLDER : CHANNEL_HOOK;
    copy(c->place, sizeof(c->place), y->mail != NULL ? y->mail :
         y->folder != NULL ? y->folder : y->webhook);
    if (y->command != NULL && y->command[0][0] != '/')
        return wrong(path, y, "the command has no full path",
                     "write it as command: [/usr/local/bin/page, night]; "
                     "there is no shell", e);
    if (y->folder != NULL && y->folder[0] != '/')
        return wrong(path, y, "the folder has no full path",
                     "begin it with /", e);
    if (y->webhook != NULL && y->secret == NULL)
        return wrong(path, y, "a webhook needs a secret to be signed with",
                     "secret: file:/etc/payrun/hook (see README: Alerts)", e);
    return 0;
}

static int
fill_mail(struct channel *c, const struct y_channel *y, const char *path,
          struct err *e)
{
    if (y->mail == NULL)
        return 0;
    if (y->from == NULL || y->to == NULL)
        return wrong(path, y, "mail needs from: and to:",
                     "from: payrun@example.org, to: [finance@example.org]", e);
    copy(c->from, sizeof(c->from), y->from);
    copy(c->user, sizeof(c->user), y->user);
    return mail_check(c->place, e);
}

int
config_channel_fill(struct channel *c, const struct y_channel *y,
                    const char *path, struct err *e)
{
    char base[PATH_BYTES_MAX];
    char **words = y->command != NULL ? y->command : y->to;
    unsigned n = y->command != NULL ? y->command_count : y->to_count;

    memset(c, 0, sizeof(*c));
    copy(c->name, sizeof(c->name), y->name);
    if (fill_way(c, y, path, e) < 0 || fill_mail(c, y, path, e) < 0)
        return -1;
    for (unsigned i = 0; words != NULL && i < n; i++)
        copy(c->words[c->nwords++], sizeof(c->words[0]), words[i]);
    for (unsigned i = 0; i < y->events_count; i++)
        copy(c->wants[c->nwants++], sizeof(c->wants[0]), y->events[i]);
    if (c->nwants == 0) {
        copy(c->wants[c->nwants++], sizeof(c->wants[0]), "alert");
        copy(c->wants[c->nwants++], sizeof(c->wants[0]), "report");
    }
    if (c->way != CHANNEL_HOOK)
        return 0;
    /* A query may follow; who is called stands before it. */
    snprintf(base, sizeof(base), "%.*s", (int)strcspn(c->place, "?"),
             c->place);
    return net_check_url(base, e);
}
