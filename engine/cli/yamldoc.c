#include "cli/yamldoc.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/str.h"
#include "cli/args.h"

/* What libcyaml said: the first line is the cause, the next the place. */
struct said {
    char cause[256];
    char place[256];
};

static void
note(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
    struct said *said = ctx;
    char line[256];

    (void)level;
    if (vsnprintf(line, sizeof(line), fmt, args) < 0)
        return;
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "Load: ", 6) == 0)
        memmove(line, line + 6, strlen(line + 6) + 1);
    if (said->cause[0] == '\0')
        memcpy(said->cause, line, sizeof(line));
    else if (said->place[0] == '\0' && strstr(line, "line: ") != NULL)
        memcpy(said->place, line, sizeof(line));
}

/* The number behind ${word} in "... (line: 3, column: 5)", or 0. */
static long
number_behind(const char *text, const char *word)
{
    const char *p = strstr(text, word);

    return p == NULL ? 0 : strtol(p + strlen(word), NULL, 10);
}

static bool
is_word(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9');
}

/* An unexpected key is told with the place of what stands before it; move
 * ${line} and ${column} on to the key itself. */
static void
find_key(struct str text, const char *key, long *line, long *column)
{
    size_t n = strlen(key), begin = 0;
    long at = 1;

    for (size_t i = 0; n > 0 && i + n < text.len; i++) {
        if (text.p[i] == '\n') {
            at++;
            begin = i + 1;
            continue;
        }
        if (at < *line || memcmp(text.p + i, key, n) != 0
            || (i > 0 && is_word(text.p[i - 1]))
            || strchr(": \"'", text.p[i + n]) == NULL)
            continue;
        *line = at;
        *column = (long)(i - begin) + 1;
        return;
    }
}

static int
explain(const char *path, struct str text, const struct said *said,
        const char *const *keys, struct err *e)
{
    const char *key = strstr(said->cause, "key: ");
    const char *where = said->place[0] != '\0' ? said->place : said->cause;
    const char *near = NULL;
    long line = number_behind(where, "line: ");
    long column = number_behind(where, "column: ");
    int nkeys = 0;

    if (key != NULL && strstr(said->cause, "Unexpected key: ") != NULL)
        find_key(text, key + 5, &line, &column);
    err_set(e, ERR_CONFIG, "%s:%ld:%ld: %s", path, line, column,
            said->cause[0] != '\0' ? said->cause : "cannot be read as YAML");
    while (keys[nkeys] != NULL)
        nkeys++;
    if (key != NULL)
        near = args_nearest(key + 5, keys, nkeys);
    if (near != NULL)
        return err_fix(e, "did you mean \"%s\"?", near);
    return err_fix(e, "correct that line; README.md shows a whole file");
}

static cyaml_config_t
config_with(struct said *said)
{
    return (cyaml_config_t){
        .log_fn = note, .log_ctx = said, .mem_fn = cyaml_mem,
        .log_level = CYAML_LOG_ERROR, .flags = CYAML_CFG_NO_ALIAS,
    };
}

int
yamldoc_load(void **data, const char *path, struct str text,
          const cyaml_schema_value_t *schema, const char *const *keys,
          struct err *e)
{
    struct said said = { { 0 }, { 0 } };
    const cyaml_config_t how = config_with(&said);

    *data = NULL;
    /* libyaml aborts over no bytes at all, and blanks and comments alone are
     * no document: that is no error to libcyaml, but no data either */
    if (text.len > 0
        && cyaml_load_data((const uint8_t *)text.p, text.len, &how, schema,
                           data, NULL) != CYAML_OK)
        return explain(path, text, &said, keys, e);
    if (*data != NULL)
        return 0;
    err_set(e, ERR_CONFIG, "%s:1:1: there is nothing in it", path);
    return err_fix(e, "README.md shows a whole file; leave the path out to "
                      "use what is built in");
}

int
yamldoc_read(void **data, struct yamldoc *d, struct err *e)
{
    struct buf text;
    int rc = -1;

    *data = NULL;
    buf_init(&text, YAML_BYTES_MAX);
    if (d->path != NULL && buf_read_file(&text, d->path, e) < 0)
        goto out;
    if (d->path == NULL) {
        d->path = d->name;
        buf_text(&text, d->text);
    }
    rc = yamldoc_load(data, d->path, buf_view(&text), d->schema, d->keys, e);
out:
    buf_release(&text);
    return rc;
}

void
yamldoc_free(const cyaml_schema_value_t *schema, void *data)
{
    struct said said = { { 0 }, { 0 } };
    const cyaml_config_t how = config_with(&said);

    cyaml_free(&how, schema, data, 0);
}
