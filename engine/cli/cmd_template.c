#include "cli/cmds.h"

#include "base/buf.h"
#include "cli/sample.h"
#include "loaders/template.h"

const struct opt template_opts[] = {
    { "rows", "N", "fill it with N made-up people instead", false },
    { "seed", "N", "which made-up people", false },
    { "mistakes", NULL, "with the mistakes people really make", false },
    { NULL, NULL, NULL, false }
};

int
cmd_template(struct app *app, struct err *e)
{
    struct sample s = { 0, 1, args_has(&app->args, "mistakes") };
    struct buf text;
    int64_t seed;
    int rc = 0;

    if (args_i64(&app->args, "rows", 0, 1, RUN_ROWS_MAX, &s.rows, e) < 0 ||
        args_i64(&app->args, "seed", 1, 0, UINT32_MAX, &seed, e) < 0)
        return -1;
    s.seed = (uint32_t)seed;
    if (s.rows > 0)
        return sample_write(&s, stdout, NULL) < 0 ?
               err_set(e, ERR_IO, "the file could not be written") : 0;
    buf_init(&text, READ_CHUNK_BYTES);
    template_csv(&text, ',');
    if (app->json)
        rc = app_json(app, json_pack("{s:s#}", "template", text.p,
                                     (int)text.len), e);
    else if (fwrite(text.p, 1, text.len, stdout) != text.len)
        rc = err_set(e, ERR_IO, "the template could not be written");
    buf_release(&text);
    return rc;
}
